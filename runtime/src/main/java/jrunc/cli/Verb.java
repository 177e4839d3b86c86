package jrunc.cli;

import java.util.List;

/** Every command's name, with its positional arguments, its flags and its help. */
enum Verb {
    //      name       arguments           at least, at most
    CREATE ("create",  "ID",               1, 1, Flags.CREATE,
            "Make a container from a bundle. Its process waits for start."),
    START  ("start",   "ID",               1, 1, Flags.NONE,
            "Let the process of a created container run."),
    RUN    ("run",     "ID",               1, 1, Flags.RUN,
            "Create and start a container, wait for its end, exit with its code, delete it."),
    EXEC   ("exec",    "ID [PROGRAM [ARG...]]", 1, Integer.MAX_VALUE, Flags.EXEC,
            "Run another process in a container, wait for its end and exit with its code."),
    STATE  ("state",   "ID",               1, 1, Flags.NONE,
            "Print what is known of a container, as JSON."),
    KILL   ("kill",    "ID [SIGNAL]",      1, 2, Flags.KILL,
            "Send a signal to the container's process: a name or a number, SIGTERM unless given."),
    DELETE ("delete",  "ID",               1, 1, Flags.DELETE,
            "Remove a stopped container and all that belongs to it."),
    LIST   ("list",    "",                 0, 0, Flags.LIST,
            "Print all containers below --root."),
    SPEC   ("spec",    "",                 0, 0, Flags.SPEC,
            "Write a config.json to start from into the bundle."),
    VALIDATE("validate", "[BUNDLE]",       0, 1, Flags.VALIDATE,
            "Print all that create would refuse of a bundle on this host, and what it would pass over."),
    FEATURES("features", "",               0, 0, Flags.NONE,
            "Print what this jrunc knows of the spec, as JSON."),
    PAUSE  ("pause",   "ID",               1, 1, Flags.NONE,
            "Freeze all processes of a container."),
    RESUME ("resume",  "ID",               1, 1, Flags.NONE,
            "Let the processes of a paused container go on."),
    PS     ("ps",      "ID [PS ARG...]",   1, Integer.MAX_VALUE, Flags.PS,
            "Print the processes of a container, as the host's ps shows them; ps -ef unless given."),
    UPDATE ("update",  "ID",               1, 1, Flags.UPDATE,
            "Change the limits of a container: all that are given, or none."),
    EVENTS ("events",  "ID",               1, 1, Flags.EVENTS,
            "Print what happens to a container, as JSON: statistics, and that memory ran out."),
    GC     ("gc",      "",                 0, 0, Flags.GC,
            "Remove what commands that were killed have left, as far as jrunc has a record of it."),
    BUNDLE ("bundle",  "SOURCE DIR [PROGRAM...] | inspect SOURCE", 0, Integer.MAX_VALUE, Flags.BUNDLE,
            "Make a bundle of an image: an archive, layout, directory, registry://HOST/NAME, or scratch and programs.\n\n"
            + "SOURCE is a path: a tar of a root file system or a directory with one, what docker save writes, an OCI image\n"
            + "layout or a tar of one; which of them is found out by looking. PATH:NAME takes one of several images in it.\n"
            + "DIR is made, and must be empty if it is there. Layers are kept in the store once and shared; DIR has what its own\n"
            + "containers change. \"inspect SOURCE\" prints what an image is made of. With --export the one word is the file for the\n"
            + "tar, with --commit it is an OCI image layout, LAYOUT or LAYOUT:NAME. --prune removes the layers that no bundle mounts:\n"
            + "one counts as there as long as its config.json is where it was made.\n\n"
            + "registry://HOST[:PORT]/NAME[:TAG][@DIGEST] is pulled into the store first, by TLS unless HOST is this machine.\n"
            + "Logins are those that docker login and podman login have written to a file; SSL_CERT_FILE names certificates to\n"
            + "trust, HTTPS_PROXY and NO_PROXY the way. What a lost connection or Ctrl-C has left is taken up by the next call."),
    EXPLAIN("explain", "COMMAND [ARG...]", 1, Integer.MAX_VALUE, Flags.NONE,
            "Print every system call that a command would make that changes something, and make none."),
    COMPILE("compile", "[ID]",             0, 1, Flags.COMPILE,
            "Write a program that runs a container as run would now, with neither jrunc nor Java, on this host."),
    SERVE  ("serve",   "",                 0, 0, Flags.SERVE,
            "Stay, and record for other jruncs of this user what they would start a JVM for."),
    HELP   ("help",    "[COMMAND]",        0, 1, Flags.NONE,
            "Print what a command does and which flags it takes."),

    CHECKPOINT("checkpoint", "ID", 1, 1, Flags.CHECKPOINT,
            "Write the state of a running container into files. Not there yet: it fails."),
    RESTORE("restore", "ID", 1, 1, Flags.RESTORE,
            "Make a container from such files. Not there yet: it fails."),
    COMPLETION("completion", "SHELL", 1, 1, Flags.NONE,
            "Print what makes a shell complete jrunc's commands and flags: bash, zsh or fish.");

    private final String word;
    private final String synopsis;
    private final int least;
    private final int most;
    private final List<Option> options;
    private final String purpose;

    Verb(String word, String synopsis, int least, int most, List<Option> options, String purpose) {
        this.word = word;
        this.synopsis = synopsis;
        this.least = least;
        this.most = most;
        this.options = options;
        this.purpose = purpose;
    }

    /** {@return the command of that name, or null} */
    static Verb named(String word) {
        for (var verb : values()) {
            if (verb.word.equals(word)) return verb;
        }
        return null;
    }

    String word() {
        return word;
    }

    /** {@return what it does, in one line} */
    String purpose() {
        int end = purpose.indexOf('\n');
        return end < 0 ? purpose : purpose.substring(0, end);
    }

    /** {@return what it does, with all there is to say} */
    String explanation() {
        return purpose;
    }

    int least() {
        return least;
    }

    int most() {
        return most;
    }

    /** {@return whether its first word is the id of a container that is there} */
    boolean takesContainer() {
        return synopsis.startsWith("ID") && this != CREATE && this != RUN && this != RESTORE;
    }

    /** {@return the flags it takes, {@code --help} among them} */
    List<Option> options() {
        return options;
    }

    /** {@return whether flags end at the first word, for what follows is another program's} */
    boolean endsFlagsAtWord() {
        return this == PS || this == EXEC;
    }

    /** {@return {@code jrunc kill [flags] ID [SIGNAL]}} */
    String usage() {
        var usage = new StringBuilder("jrunc ").append(word);
        if (options.size() > 1) usage.append(" [flags]");
        if (!synopsis.isEmpty()) usage.append(' ').append(synopsis);
        return usage.toString();
    }

    /** Which flags the commands take, in the order of their help. */
    static final class Flags {
        static final List<Option> NONE = List.of(Option.HELP);
        static final List<Option> CREATE = List.of(Option.BUNDLE, Option.PID_FILE, Option.CONSOLE_SOCKET, Option.PIDFD_SOCKET,
                Option.PRESERVE_FDS, Option.NO_PIVOT, Option.NO_NEW_KEYRING, Option.OVERLAY, Option.HELP);
        static final List<Option> RUN = List.of(Option.BUNDLE, Option.DETACH, Option.KEEP, Option.NO_SUBREAPER, Option.PID_FILE,
                Option.CONSOLE_SOCKET, Option.PIDFD_SOCKET, Option.PRESERVE_FDS, Option.NO_PIVOT, Option.NO_NEW_KEYRING,
                Option.OVERLAY, Option.HELP);
        static final List<Option> EXEC = List.of(Option.PROCESS, Option.ENV, Option.USER, Option.ADDITIONAL_GIDS, Option.TTY, Option.DETACH,
                Option.CWD, Option.CAP, Option.APPARMOR, Option.PROCESS_LABEL, Option.NO_NEW_PRIVS, Option.PID_FILE, Option.PRESERVE_FDS,
                Option.CGROUP, Option.IGNORE_PAUSED, Option.CONSOLE_SOCKET, Option.PIDFD_SOCKET, Option.HELP);
        static final List<Option> KILL = List.of(Option.ALL, Option.AWAIT, Option.HELP);
        static final List<Option> DELETE = List.of(Option.FORCE, Option.HELP);
        static final List<Option> LIST = List.of(Option.FORMAT, Option.QUIET, Option.HELP);
        static final List<Option> EVENTS = List.of(Option.INTERVAL, Option.STATS, Option.HELP);
        static final List<Option> BUNDLE = List.of(Option.FROM, Option.STORE, Option.PLATFORM, Option.PLAIN_HTTP, Option.TTY, Option.MAX_LAYER_SIZE,
                Option.MAX_LAYER_ENTRIES, Option.EXPORT, Option.COMMIT, Option.REMOVE, Option.PRUNE,
                Option.DRY_RUN, Option.HELP);
        static final List<Option> GC = List.of(Option.DRY_RUN, Option.HELP);
        static final List<Option> PS = List.of(Option.FORMAT, Option.HELP);
        static final List<Option> UPDATE = List.of(Option.RESOURCES, Option.BLKIO_WEIGHT, Option.CPU_PERIOD, Option.CPU_QUOTA, Option.CPU_BURST,
                Option.CPU_SHARE, Option.CPU_RT_PERIOD, Option.CPU_RT_RUNTIME, Option.CPU_IDLE, Option.CPUSET_CPUS, Option.CPUSET_MEMS,
                Option.MEMORY, Option.MEMORY_RESERVATION, Option.MEMORY_SWAP, Option.KERNEL_MEMORY, Option.KERNEL_MEMORY_TCP,
                Option.PIDS_LIMIT, Option.L3_CACHE_SCHEMA, Option.MEM_BW_SCHEMA, Option.HELP);
        static final List<Option> COMPILE = List.of(Option.BUNDLE, Option.OUTPUT, Option.NO_SUBREAPER, Option.PID_FILE, Option.PRESERVE_FDS,
                Option.NO_PIVOT, Option.NO_NEW_KEYRING, Option.HELP);
        static final List<Option> SPEC = List.of(Option.BUNDLE, Option.ROOTLESS_SPEC, Option.HELP);
        static final List<Option> VALIDATE = List.of(Option.BUNDLE, Option.STRICT, Option.HELP);
        static final List<Option> SERVE = List.of(Option.IDLE, Option.MAX_MEMORY, Option.HELP);
        static final List<Option> CHECKPOINT = List.of(Option.IMAGE_PATH, Option.WORK_PATH, Option.PARENT_PATH, Option.LEAVE_RUNNING,
                Option.TCP_ESTABLISHED, Option.EXT_UNIX_SK, Option.SHELL_JOB, Option.FILE_LOCKS, Option.PRE_DUMP,
                Option.MANAGE_CGROUPS_MODE, Option.HELP);
        static final List<Option> RESTORE = List.of(Option.BUNDLE, Option.DETACH, Option.PID_FILE, Option.CONSOLE_SOCKET, Option.IMAGE_PATH,
                Option.WORK_PATH, Option.TCP_ESTABLISHED, Option.EXT_UNIX_SK, Option.SHELL_JOB, Option.FILE_LOCKS,
                Option.MANAGE_CGROUPS_MODE, Option.LSM_PROFILE, Option.LSM_MOUNT_CONTEXT, Option.NO_SUBREAPER, Option.NO_PIVOT, Option.HELP);
        static final List<Option> GLOBAL = List.of(Option.ROOT, Option.LOG, Option.LOG_FORMAT, Option.DEBUG, Option.SYSTEMD_CGROUP,
                Option.CGROUP_MANAGER, Option.ROOTLESS, Option.VERSION, Option.HELP);

        private Flags() {}
    }
}
