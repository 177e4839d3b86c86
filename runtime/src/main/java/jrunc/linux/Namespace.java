package jrunc.linux;

import java.util.Optional;

/**
 * The eight kinds of namespace: what the OCI spec calls them, their clone flag, and their file in {@code /proc/PID/ns}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public enum Namespace {
    //       word        flag                       file
    USER   ("user",    CloneFlag.CLONE_NEWUSER,   "user"),
    PID    ("pid",     CloneFlag.CLONE_NEWPID,    "pid"),
    NETWORK("network", CloneFlag.CLONE_NEWNET,    "net"),
    MOUNT  ("mount",   CloneFlag.CLONE_NEWNS,     "mnt"),
    IPC    ("ipc",     CloneFlag.CLONE_NEWIPC,    "ipc"),
    UTS    ("uts",     CloneFlag.CLONE_NEWUTS,    "uts"),
    CGROUP ("cgroup",  CloneFlag.CLONE_NEWCGROUP, "cgroup"),
    /** Since Linux 5.6. */
    TIME   ("time",    CloneFlag.CLONE_NEWTIME,   "time");

    private final String word;
    private final CloneFlag flag;
    private final String file;

    Namespace(String word, CloneFlag flag, String file) {
        this.word = word;
        this.flag = flag;
        this.file = file;
    }

    /** {@return the word in {@code linux.namespaces[].type}: {@code network}} */
    public String word() {
        return word;
    }

    /** {@return the flag that makes one, which is also its type for setns and NS_GET_NSTYPE} */
    public CloneFlag flag() {
        return flag;
    }

    /** {@return the file in {@code /proc/PID/ns} that leads to the namespace of a process: {@code net}} */
    public String file() {
        return file;
    }

    /**
     * {@return the file in {@code /proc/PID/ns} that leads to the namespace its children will be born in; it differs from
     * {@link #file()} for pid and time, which unshare and setns change for children only}
     */
    public String fileForChildren() {
        return this == PID || this == TIME ? file + "_for_children" : file;
    }

    /** {@return the kind that the OCI spec calls {@code word}} */
    public static Optional<Namespace> named(String word) {
        for (var namespace : values()) {
            if (namespace.word.equals(word)) return Optional.of(namespace);
        }
        return Optional.empty();
    }
}
