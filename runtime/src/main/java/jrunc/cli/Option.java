package jrunc.cli;

/** Every flag there is, once: its name, its one-letter alias, what its value is called if it takes one, and its help. */
enum Option {
    //               name               alias  value      help
    BUNDLE          ("bundle",          "b",   "DIR",     "the directory of config.json; the working directory unless given"),
    OUTPUT          ("output",          "o",   "FILE",    "the file to write"),
    CONSOLE_SOCKET  ("console-socket",  null,  "SOCKET",  "send the terminal to this AF_UNIX socket"),
    PIDFD_SOCKET    ("pidfd-socket",    null,  "SOCKET",  "send a pidfd of the container's process to this AF_UNIX socket"),
    PID_FILE        ("pid-file",        null,  "FILE",    "write the pid of the container's process to this file"),
    PRESERVE_FDS    ("preserve-fds",    null,  "N",       "leave N descriptors from 3 on open in the container"),
    NO_PIVOT        ("no-pivot",        null,  null,      "do not use pivot_root, for a root file system on a ramdisk"),
    NO_NEW_KEYRING  ("no-new-keyring",  null,  null,      "keep the caller's session keyring"),
    OVERLAY         ("overlay",         null,  null,      "put a throw-away writable layer over the root file system"),
    DETACH          ("detach",          "d",   null,      "do not wait for the end of the process"),
    KEEP            ("keep",            null,  null,      "do not delete the container when it has ended"),
    NO_SUBREAPER    ("no-subreaper",    null,  null,      "do not take in orphans of the container's process"),
    ALL             ("all",             "a",   null,      "signal every process of the container; one that has stopped is no error"),
    FORCE           ("force",           "f",   null,      "kill it first if it runs; one that does not exist is no error"),
    FORMAT          ("format",          "f",   "FORMAT",  "table or json; table unless given"),
    QUIET           ("quiet",           "q",   null,      "print ids only"),
    STRICT          ("strict",          null,  null,      "what would be passed over is wrong, too"),
    AWAIT           ("wait",            null,  null,      "return when no process of the container is left, at most 10 seconds later"),
    INTERVAL        ("interval",        null,  "TIME",    "from one line of statistics to the next, such as 1m30s or 500ms; 5s unless given"),
    STATS           ("stats",           null,  null,      "print the statistics of now, and nothing else"),
    IDLE            ("idle",            null,  "TIME",    "end when nobody has asked for so long, such as 90s or 1h; 10m unless given"),
    MAX_MEMORY      ("max-memory",      null,  "SIZE",    "most memory for the JVM's heap, such as 128m; 64m unless given"),
    DRY_RUN         ("dry-run",         null,  null,      "print what would be removed, and remove nothing"),
    FROM            ("from",            null,  "SOURCE",  "the source, which is then no word of its own"),
    STORE           ("store",           null,  "DIR",     "where layers are kept; /var/lib/jrunc for root, else in the user's data directory"),
    PLATFORM        ("platform",        null,  "OS/ARCH", "which of an image's platforms, such as linux/arm64; this host's unless given"),
    PLAIN_HTTP      ("plain-http",      null,  null,      "ask a registry on another machine without TLS, too"),
    MAX_LAYER_SIZE  ("max-layer-size",  null,  "SIZE",    "refuse a layer that unpacks to more, such as 500m; 32g unless given"),
    MAX_LAYER_ENTRIES("max-layer-entries", null, "N",     "refuse a layer with more files and directories; 1000000 unless given"),
    EXPORT          ("export",          null,  "ID",      "write the file system of this container into a tar"),
    COMMIT          ("commit",          null,  "ID",      "add an image to a layout: what this container was made of, and what it has changed"),
    PRUNE           ("prune",           null,  null,      "remove from the store what no bundle needs, and what was left half-done"),
    REMOVE          ("remove",          null,  "DIR",     "remove this bundle, with what its containers have changed"),
    RESOURCES       ("resources",       "r",   "FILE",    "the limits as JSON, as linux.resources has them; - for stdin; no other flag counts then"),
    BLKIO_WEIGHT    ("blkio-weight",    null,  "N",       "share of block devices, 10 to 1000"),
    CPU_PERIOD      ("cpu-period",      null,  "USEC",    "the period that --cpu-quota is of, in microseconds"),
    CPU_QUOTA       ("cpu-quota",       null,  "USEC",    "processor time in each period, in microseconds; -1 for no limit"),
    CPU_BURST       ("cpu-burst",       null,  "USEC",    "what of a quota may be saved up, in microseconds"),
    CPU_SHARE       ("cpu-share",       null,  "N",       "share of processor time, 2 to 262144"),
    CPU_RT_PERIOD   ("cpu-rt-period",   null,  "USEC",    "of cgroup v1 only: refused"),
    CPU_RT_RUNTIME  ("cpu-rt-runtime",  null,  "USEC",    "of cgroup v1 only: refused"),
    CPU_IDLE        ("cpu-idle",        null,  "N",       "1: only when nobody else wants the processor; 0: not so"),
    CPUSET_CPUS     ("cpuset-cpus",     null,  "LIST",    "processors to run on, such as 0-3,7"),
    CPUSET_MEMS     ("cpuset-mems",     null,  "LIST",    "memory nodes to use"),
    MEMORY          ("memory",          null,  "SIZE",    "memory limit: bytes, or with a unit such as 512m; -1 for none"),
    MEMORY_RESERVATION("memory-reservation", null, "SIZE", "memory to be left to the container when it gets scarce"),
    MEMORY_SWAP     ("memory-swap",     null,  "SIZE",    "limit of memory and swap together; -1 for none"),
    KERNEL_MEMORY   ("kernel-memory",   null,  "SIZE",    "ignored"),
    KERNEL_MEMORY_TCP("kernel-memory-tcp", null, "SIZE",  "ignored"),
    PIDS_LIMIT      ("pids-limit",      null,  "N",       "most processes and threads; -1 for no limit"),
    L3_CACHE_SCHEMA ("l3-cache-schema", null,  "LINES",   "L3 lines for the container's group of resctrl"),
    MEM_BW_SCHEMA   ("mem-bw-schema",   null,  "LINE",    "MB line for the container's group of resctrl"),
    PROCESS         ("process",         "p",   "FILE",    "the process, as JSON in the form of config.json's \"process\""),
    TTY             ("tty",             "t",   null,      "give it a terminal"),
    CWD             ("cwd",             null,  "DIR",     "its working directory in the container"),
    ENV             ("env",             "e",   "NAME=V",  "add to its environment; can be repeated"),
    USER            ("user",            "u",   "UID[:GID]", "its user, and group, by number"),
    ADDITIONAL_GIDS ("additional-gids", "g",   "GID",     "another group, by number; can be repeated"),
    CAP             ("cap",             "c",   "CAP",     "add a capability; can be repeated"),
    APPARMOR        ("apparmor",        null,  "PROFILE", "its AppArmor profile"),
    PROCESS_LABEL   ("process-label",   null,  "LABEL",   "its SELinux label"),
    NO_NEW_PRIVS    ("no-new-privs",    null,  null,      "it can gain no privileges by an exec"),
    CGROUP          ("cgroup",          null,  "PATH",    "a cgroup below the container's, which is there: [CONTROLLER,...:]PATH"),
    IGNORE_PAUSED   ("ignore-paused",   null,  null,      "even if the container is paused; the process starts when it is resumed"),
    ROOTLESS_SPEC   ("rootless",        null,  null,      "for a caller who is not root: with a user namespace"),

    IMAGE_PATH      ("image-path",      null,  "DIR",     "where the files are"),
    WORK_PATH       ("work-path",       null,  "DIR",     "where logs and work files go"),
    PARENT_PATH     ("parent-path",     null,  "DIR",     "where the files of an earlier checkpoint are"),
    LEAVE_RUNNING   ("leave-running",   null,  null,      "let the container go on"),
    TCP_ESTABLISHED ("tcp-established", null,  null,      "allow open TCP connections"),
    EXT_UNIX_SK     ("ext-unix-sk",     null,  null,      "allow Unix sockets that lead out of the container"),
    SHELL_JOB       ("shell-job",       null,  null,      "allow a terminal of the caller's"),
    FILE_LOCKS      ("file-locks",      null,  null,      "allow file locks"),
    PRE_DUMP        ("pre-dump",        null,  null,      "write the memory only, and let the container go on"),
    MANAGE_CGROUPS_MODE("manage-cgroups-mode", null, "MODE", "soft, full or strict"),
    LSM_PROFILE     ("lsm-profile",     null,  "TYPE:NAME", "the profile or label to restore with"),
    LSM_MOUNT_CONTEXT("lsm-mount-context", null, "CONTEXT", "the SELinux context of mounts"),

    ROOT            ("root",            null,  "DIR",     "where containers are recorded; /run/jrunc, or $XDG_RUNTIME_DIR/jrunc if not root"),
    LOG             ("log",             null,  "FILE",    "record failures in this file, too"),
    LOG_FORMAT      ("log-format",      null,  "FORMAT",  "text or json; text unless given"),
    DEBUG           ("debug",           null,  null,      "record in the log what is done, too"),
    SYSTEMD_CGROUP  ("systemd-cgroup",  null,  null,      "the same as --cgroup-manager systemd"),
    CGROUP_MANAGER  ("cgroup-manager",  null,  "MANAGER", "cgroupfs, systemd or disabled; cgroupfs unless given"),
    ROOTLESS        ("rootless",        null,  "WORD",    "whether limits may be missing: true, false or auto; auto unless given"),
    VERSION         ("version",         "v",   null,      "print the version"),
    HELP            ("help",            "h",   null,      "print this");

    /** The longest left column of any flag's help. */
    private static final int WIDTH = 30;

    private final String word;
    private final String alias;
    private final String value;
    private final String help;

    Option(String word, String alias, String value, String help) {
        this.word = word;
        this.alias = alias;
        this.value = value;
        this.help = help;
    }

    /** {@return whether {@code written}, without its dashes, means this flag} */
    boolean isWritten(String written) {
        return written.equals(word) || written.equals(alias);
    }

    boolean takesValue() {
        return value != null;
    }

    /** {@return the flag as it is spoken of: {@code --bundle}} */
    String dashed() {
        return "--" + word;
    }

    /** {@return what it does, in one line} */
    String help() {
        return help;
    }

    /** {@return its line in a help text} */
    String helpLine() {
        var line = new StringBuilder("  ");
        line.append(alias == null ? "    " : "-" + alias + ", ").append(dashed());
        if (value != null) line.append(' ').append(value);
        while (line.length() < WIDTH) line.append(' ');
        return line.append("  ").append(help).append('\n').toString();
    }
}
