package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The config that {@code spec} writes to start from: a shell on a read-only root file system in five new namespaces, with the
 * same words and values as {@code runc spec} 1.1, down to the host name; only the spec's version is this one.
 */
public final class DefaultConfig {
    /** The version of the runtime-spec that jrunc follows. */
    public static final String OCI_VERSION = "1.3.0";

    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    private static final long DESCRIPTORS = 1024;

    private static final List<String> MASKED = List.of("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi");
    private static final List<String> READONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** For root; the last constant, because it is made of those above. */
    public static final Config FOR_ROOT = of(mounts(devpts(List.of("gid=5")), sysfs()), forRoot());

    private DefaultConfig() {}

    /**
     * {@return the config for a user who is not root} It has a user namespace in which that user is root, the host's network,
     * because nobody else may set up another, the host's /sys, because only a network namespace's owner may mount sysfs, no
     * limits, and no terminal group, because that id is not mapped.
     *
     * @param uid  of the user on the host
     * @param gid  of the user on the host
     */
    public static Config rootless(long uid, long gid) {
        var namespaces = namespaces("pid", "ipc", "uts", "mount", "user");
        var linux = linux(namespaces, List.of(new IdMapping(0, uid, 1)), List.of(new IdMapping(0, gid, 1)), Resources.NONE);
        return of(mounts(devpts(List.of()), hostSys()), linux);
    }

    private static Config of(List<Mount> mounts, Linux linux) {
        return new Config(OCI_VERSION, new Config.Root("rootfs", true), mounts, process(), Optional.of("runc"), Optional.empty(),
                Hooks.NONE, null, linux);
    }

    private static Process process() {
        var capabilities = new Process.Capabilities(CAPABILITIES, CAPABILITIES, List.of(), CAPABILITIES, CAPABILITIES);
        return new Process(true, Optional.empty(), new Process.User(0, 0, OptionalLong.empty(), null), List.of("sh"),
                List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"), "/",
                Optional.of(capabilities), List.of(new Process.Limit("RLIMIT_NOFILE", DESCRIPTORS, DESCRIPTORS)), true,
                Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static List<Mount> mounts(Mount devpts, Mount sys) {
        return List.of(
                mount("/proc", "proc", "proc"),
                mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
                devpts,
                mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
                mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
                sys,
                mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"));
    }

    private static Mount devpts(List<String> more) {
        var options = new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        options.addAll(more);
        return mount("/dev/pts", "devpts", "devpts", options.toArray(new String[0]));
    }

    private static Mount sysfs() {
        return mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
    }

    private static Mount hostSys() {
        return mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro");
    }

    private static Linux forRoot() {
        var noDevice = new Resources.DeviceRule(false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm"));
        var resources = new Resources(List.of(noDevice), Resources.Memory.NONE, Resources.Cpu.NONE, OptionalLong.empty(),
                Resources.BlockIo.NONE, null, Resources.Network.NONE, null, null);
        return linux(namespaces("pid", "network", "ipc", "uts", "mount"), null, null, resources);
    }

    private static Linux linux(List<Linux.NamespaceEntry> namespaces, List<IdMapping> uids, List<IdMapping> gids, Resources resources) {
        return new Linux(namespaces, uids, gids, null, null, null, Optional.empty(), resources, Optional.empty(), Optional.empty(),
                null, Optional.empty(), Optional.empty(), MASKED, READONLY, Optional.empty(), Optional.empty());
    }

    private static List<Linux.NamespaceEntry> namespaces(String... types) {
        List<Linux.NamespaceEntry> entries = new ArrayList<>();
        for (var type : types) entries.add(new Linux.NamespaceEntry(type, Optional.empty()));
        return entries;
    }

    private static Mount mount(String destination, String type, String source, String... options) {
        return new Mount(destination, Optional.of(type), Optional.of(source), List.of(options), null, null);
    }
}
