package jrunc.config;

/**
 * The flat list of what a config.json must be, in the order in which it is checked: where it is asked for, and what it says
 * in one sentence. Most come from the spec; those that link to its text only loosely are the kernel's own, or what every
 * other runtime checks too, and say so. How each is checked stands in the class named above its group.
 */
public enum Rule {
    // JsonReader, JsonText
    JSON("glossary.md#json", "config.json is one JSON object in UTF-8, and nothing more"),
    NO_DUPLICATE_KEYS("glossary.md#json", "no property stands twice in one object: two readers would believe different ones"),
    TYPES("schema/config-schema.json", "each value has its type, its range, and no character that Linux cannot take"),
    REQUIRED("config.md", "what the spec calls REQUIRED is there; process may be missing until start"),

    // ConfigRules
    VERSION("config.md#specification-version", "ociVersion is a semantic version, of major version 1 here: another may mean "
            + "other things by the same words"),
    ROOT_PATH("config.md#root", "root.path names a directory"),
    HOSTNAME_NEEDS_UTS("config.md#hostname", "a host name needs a uts namespace: otherwise it would be the host's own"),
    DOMAINNAME_NEEDS_UTS("config.md#domainname", "a domain name needs a uts namespace: otherwise it would be the host's own"),
    NODE_NAME_LENGTH("config.md#hostname", "the kernel keeps at most 64 bytes of a host or domain name"),
    HOOK_PATH("config.md#posix-platform-hooks", "a hook's path is absolute"),
    HOOK_TIMEOUT("config.md#posix-platform-hooks", "a hook's timeout is greater than zero"),
    HOOK_ENV("config.md#posix-platform-hooks", "a hook's env means the same as environ: NAME=value"),
    ANNOTATION_KEY("config.md#annotations", "an annotation's key is not empty"),

    // ProcessRules
    ARGS("config.md#process", "args holds at least the program"),
    CWD("config.md#process", "cwd is absolute"),
    ENV("config.md#process", "env means the same as environ: NAME=value, with a name"),
    RLIMIT_TYPE("config.md#posix-process", "a limit's type is one the kernel knows"),
    RLIMIT_ONCE("config.md#posix-process", "no two limits have the same type"),
    RLIMIT_SOFT("config.md#posix-process", "a soft limit is not above its hard limit (setrlimit(2))"),
    USER_MAPPED("config.md#posix-platform-user", "the user and its groups have ids in the new user namespace (setuid(2))"),
    SCHEDULER_POLICY("config.md#linux-process", "the scheduler's policy is one of sched(7)'s"),
    SCHEDULER_FLAG("config.md#linux-process", "each of the scheduler's flags is one of sched_setattr(2)'s"),
    SCHEDULER_RANGE("config.md#linux-process", "nice is -20 to 19, and a real-time priority 1 to 99"),
    SCHEDULER_FIELDS("config.md#linux-process", "priority belongs to SCHED_FIFO and SCHED_RR, runtime, deadline and period to "
            + "SCHED_DEADLINE"),
    IO_PRIORITY("config.md#linux-process", "the I/O class is one of ioprio_set(2)'s, its priority 0 to 7"),
    CPU_AFFINITY("config.md#linux-process", "a list of processors is numbers and ranges: 0-3,7"),

    // MountRules
    MOUNT_DESTINATION("config.md#mounts", "a mount has a place of its own: the container's root is not one (as runc has it)"),
    MOUNT_IN_PROC("config.md#mounts", "nothing hides what is inside /proc, but for the ten files that lxcfs provides (as runc "
            + "has it, CVE-2019-16884)"),
    MOUNT_ON_PROC("config.md#mounts", "only a proc, or a bind mount of one, is mounted on /proc (as runc has it)"),
    MOUNT_TYPE("config.md#posix-platform-mounts", "what is not a bind mount has a type"),
    MOUNT_SOURCE("config.md#mounts", "a bind mount has a source"),
    MOUNT_BIND_DATA("config.md#linux-mount-options", "a bind mount takes no data for a file system: there is none to make"),
    MOUNT_IDMAP("config.md#posix-platform-mounts", "a mount with mapped ids is a bind mount, with mappings for users and "
            + "groups both, or with those of the container's user namespace"),

    // NamespaceRules
    MOUNT_OWNER("config-linux.md#user-namespace-mappings", "uid= and gid= of a mount name ids that the new user namespace has (tmpfs(5))"),
    NAMESPACE_TYPE("config-linux.md#namespaces", "a namespace's type is one of the eight"),
    NAMESPACE_ONCE("config-linux.md#namespaces", "no two namespaces have the same type"),
    NAMESPACE_PATH("config-linux.md#namespaces", "a namespace's path is absolute"),
    MAPPINGS_NEED_USER_NAMESPACE("config-linux.md#user-namespace-mappings", "id mappings need a user namespace"),
    USER_NAMESPACE_NEEDS_MAPPINGS("config-linux.md#user-namespace-mappings", "a new user namespace needs mappings for users "
            + "and groups: without them nobody is root in it"),
    MAPPING("config-linux.md#user-namespace-mappings", "the kernel takes at most 340 mappings, each of at least one id, within "
            + "32 bits, and no id twice (user_namespaces(7))"),
    TIME_OFFSETS("config-linux.md#offset-for-time-namespace", "time offsets are for monotonic and boottime, below a second in "
            + "nanosecs, and need a new time namespace"),
    NEEDS_MOUNT_NAMESPACE("config-linux.md#namespaces", "mounts, and paths hidden or made read-only, need a mount namespace: "
            + "otherwise they would be the host's"),
    NET_DEVICE("config-linux.md#network-devices", "a network device needs a network namespace and names that the kernel takes, "
            + "each once"),

    // LinuxRules
    DEVICE_TYPE("config-linux.md#devices", "a device's type is c, b, u or p"),
    DEVICE_PATH("config-linux.md#devices", "a device's path is absolute"),
    DEVICE_NUMBER("config-linux.md#devices", "a device has a major and a minor number that the kernel can hold, a fifo none"),
    CGROUPS_PATH("config-linux.md#cgroups-path", "a cgroup's path leads down, never up"),
    ROOTFS_PROPAGATION("config-linux.md#rootfs-mount-propagation", "rootfsPropagation is one of mount(8)'s eight words"),
    MASKED_PATH("config-linux.md#masked-paths", "a masked path is absolute"),
    READONLY_PATH("config-linux.md#readonly-paths", "a read-only path is absolute"),
    PERSONALITY("config-linux.md#personality", "the personality is LINUX or LINUX32, and there are no flags yet"),
    INTEL_RDT("config-linux.md#intelrdt", "a closID is a directory's name, and a schema is one line of its kind"),
    MEMORY_POLICY("config-linux.md#memory-policy", "the memory policy's mode and flags are set_mempolicy(2)'s, and its nodes "
            + "are what that mode takes"),

    // SysctlRules
    SYSCTL_NAME("config-linux.md#sysctl", "a sysctl's name leads to one file below /proc/sys, and no two to the same"),
    SYSCTL_VALUE("config-linux.md#sysctl", "a sysctl's value is one line"),
    SYSCTL_NAMESPACE("config-linux.md#sysctl", "a sysctl belongs to a namespace that the container has: otherwise it would be "
            + "the host's"),

    // ResourceRules
    DEVICE_RULE("config-linux.md#allowed-device-list", "a device rule is for a, b or c, for numbers or -1, and some of r, w, m"),
    MEMORY_SWAP("config-linux.md#memory", "swap is memory and swap together: it needs a memory limit, and is not below it"),
    CPU_LIST("config-linux.md#cpu", "a list of processors or nodes is numbers and ranges: 0-3,7"),
    CPU_IDLE("config-linux.md#cpu", "cpu.idle is 0 or 1"),
    BLOCK_IO_WEIGHT("config-linux.md#block-io", "a weight is 10 to 1000, and an entry for a device has one"),
    HUGEPAGE_SIZE("config-linux.md#huge-page-limits", "a page size is a number and KB, MB or GB, each once"),
    RDMA("config-linux.md#rdma", "an RDMA entry names a device and limits handles or objects"),
    UNIFIED_KEY("config-linux.md#unified", "a key of unified is the name of one file of the cgroup: CONTROLLER.PARAMETER"),

    // SeccompRules
    SECCOMP_ACTION("config-linux.md#seccomp", "an action is one of the nine, and SCMP_ACT_NOTIFY not the default one"),
    SECCOMP_ERRNO("config-linux.md#seccomp", "an errno belongs to an action that returns it, and is at most 4095"),
    SECCOMP_ARCHITECTURE("config-linux.md#seccomp", "an architecture is one that libseccomp knows"),
    SECCOMP_FLAG("config-linux.md#seccomp", "a flag is one of seccomp(2)'s"),
    SECCOMP_NAMES("config-linux.md#seccomp", "a rule names at least one system call"),
    SECCOMP_ARG("config-linux.md#seccomp", "a comparison is of one of six arguments, by one of seven operators"),
    SECCOMP_LISTENER("config-linux.md#seccomp", "SCMP_ACT_NOTIFY and listenerMetadata need a listenerPath, which is absolute"),

    // plan
    CAN_BE_APPLIED("runtime.md#create", "what cannot be applied is an error, never passed over in silence");

    private static final String SPEC = "https://github.com/opencontainers/runtime-spec/blob/v1.3.0/";

    private final String place;
    private final String sentence;

    Rule(String place, String sentence) {
        this.place = place;
        this.sentence = sentence;
    }

    /** {@return where it is written} */
    public String link() {
        return SPEC + place;
    }

    /** {@return what it says} */
    public String sentence() {
        return sentence;
    }
}
