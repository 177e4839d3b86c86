package jrunc.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import jrunc.config.Config;
import jrunc.config.Hooks;
import jrunc.config.IdMapping;
import jrunc.config.Linux;
import jrunc.config.Mount;
import jrunc.config.Process;
import jrunc.config.Resources;
import jrunc.config.Seccomp;
import jrunc.host.Asked;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.Resctrl;
import jrunc.host.SubordinateIds;
import jrunc.linux.Arch;
import jrunc.linux.Capability;
import jrunc.linux.Namespace;
import jrunc.linux.Rlimit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Containers that can be made, each with some of what a config may ask for. The seed shrinks to smaller containers only by luck. */
final class RandomContainers {
    private static final List<Mount> MOUNTS = List.of(
            mount("/proc", "proc", "proc"), mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755"),
            mount("/dev", "tmpfs", "tmpfs", "ro"), mount("/dev/pts", "devpts", "devpts", "newinstance", "ptmxmode=0666"),
            mount("/dev/mqueue", "mqueue", "mqueue", "nosuid"), mount("/sys", "sysfs", "sysfs", "ro", "nosuid"),
            mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "relatime"), mount("/tmp", "tmpfs", "tmpfs"),
            mount("/run/../../tmp/ro", "tmpfs", "tmpfs", "ro", "sync"), mount("relative/place", "tmpfs", "tmpfs", "mode=1777", "rshared"),
            mount("/data", "bind", "/srv/data", "rbind", "rro", "nosuid"), mount("/etc/hosts", "bind", "file", "bind", "ro", "private"),
            mount("/dev", "bind", "/dev", "rbind", "rslave"), mount("/missing", "none", "/not/there", "bind"),
            mount("/layers", "overlay", "overlay", "lowerdir=/a\\:b:/c", "upperdir=/u", "workdir=/w"),
            mount("/long", "overlay", "overlay", "lowerdir=/" + "l".repeat(300)), mount("/run", "tmpfs", "tmpfs", "tmpcopyup", "ro"),
            mount("/through/link", "bind", "link", "bind", "src-nofollow", "dest-nofollow"), mount("/some/link", "none", "link", "bind", "copy-symlink"),
            mount("/through/link", "tmpfs", "t", "silent", "size=1m", "tmpcopyup"), mount("/sys", "none", "x", "remount", "nodev", "rslave"),
            mount("/mapped", "none", "/srv", "rbind", "ridmap=uids=0-1000-5;gids=0-1000-5", "async"),
            mount("/mapped/too", "none", "/srv", "bind", "idmap=uids=0-1000-5;gids=0-1000-5"), mount("/mapped/so", "none", "/srv", "bind", "idmap=uids=1-1000-5;gids=0-1000-5"));
    private static final List<String> PATHS = List.of("/proc/kcore", "/proc/keys", "/sys/firmware", "/proc/sys", "/a/../../b", "/proc/acpi/..", "relative");
    private static final List<List<String>> ENVIRONMENTS = List.of(List.of("PATH=/bin"), List.of("PATH=/bin:/usr/bin", "HOME=/x"),
            List.of("PATH=:bin::/sbin", "A=1", "A=2"), List.of("PATH=/one", "PATH=/two:/three"));
    private static final List<String> PROPAGATIONS = List.of("private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable");

    private static final SubordinateIds GRANTED = new SubordinateIds(List.of(new SubordinateIds.Range(100000, 65536)),
            List.of(new SubordinateIds.Range(200000, 1000), new SubordinateIds.Range(300000, 65536)));

    private final Random random;

    private RandomContainers(long seed) {
        random = new Random(seed);
    }

    static Arbitrary<Container> arbitrary() {
        return Arbitraries.longs().withoutEdgeCases().map(seed -> new RandomContainers(seed).container(seed)).filter(container -> !container.isRefused());
    }

    private Container container(long seed) {
        var namespaces = namespaces();
        boolean ownMounts = namespaces.stream().anyMatch(entry -> entry.type().equals("mount"));
        boolean overlay = ownMounts && chance(4);
        Map<String, String> notes = new LinkedHashMap<>();
        if (ownMounts && !overlay && chance(4)) layers(notes);
        if (chance(2)) notes.put(Scope.SUBGROUP, "outer/inner"); // which count only for systemd
        if (chance(2)) notes.put(ScopeCgroup.DELEGATE, "payload/own");
        var config = new Config("1.3.0", new Config.Root("rootfs", ownMounts && chance(2)), ownMounts ? some(MOUNTS) : List.of(), process(),
                optional("name"), optional("domain"), chance(2) ? null : hooks(), notes, linux(namespaces, ownMounts));
        var ties = chance(2) ? new Ties(true, chance(2)) : Ties.NONE;
        var console = config.process().terminal() && !ties.foreground() ? Optional.of("/run/console") : Optional.<String>empty();
        var command = new Command.Create("example", "/bundle", optional("/run/it.pid"), console, Optional.empty(), random.nextInt(6),
                chance(4), chance(2), overlay, ties);
        var host = host();
        boolean lacks = host.uid() != 0 && OwnUserNamespace.isIncomplete(config);
        return new Container("seed " + seed, lacks ? OwnUserNamespace.complete(config, host, GRANTED) : config, host, command);
    }

    private Host host() {
        Optional<CgroupTree> cgroups = Optional.of(Example.CGROUPS);
        long user = chance(3) ? 1000 : 0;
        var asked = new Asked(true, true, java.util.Set.of(), OptionalLong.empty(), Map.of(),
                Optional.of(new Resctrl("/sys/fs/resctrl", optional("    MB:0=100\n    L3:0=fff\n"), false, 10)));
        var host = new Host(chance(2) ? Arch.X86_64 : Arch.AARCH64, user, user, random.nextLong(), chance(4), 4711, 815, Example.HOST.now(), cgroups,
                List.of("/sys", "/proc", "/srv/proc"), chance(2), chance(3) ? asked.with(ScopeTest.MANAGER) : asked);
        return chance(4) ? host.forLater() : host;
    }

    private List<Linux.NamespaceEntry> namespaces() {
        List<Linux.NamespaceEntry> entries = new ArrayList<>();
        for (var kind : Namespace.values()) {
            int choice = random.nextInt(kind == Namespace.MOUNT ? 6 : 4);
            if (choice == 0) continue;
            Optional<String> path = choice == 1 ? Optional.of("/proc/1/ns/" + kind.file()) : Optional.empty();
            entries.add(new Linux.NamespaceEntry(kind.word(), path));
        }
        return entries;
    }

    private Linux linux(List<Linux.NamespaceEntry> namespaces, boolean ownMounts) {
        var mapping = List.of(new IdMapping(0, 100000, 65536));
        boolean newUsers = namespaces.stream().anyMatch(entry -> entry.type().equals("user") && entry.path().isEmpty());
        boolean newTime = namespaces.stream().anyMatch(entry -> entry.type().equals("time") && entry.path().isEmpty());
        return new Linux(namespaces, newUsers ? mapping : List.of(), newUsers ? mapping : List.of(),
                newTime ? Map.of("monotonic", new Linux.TimeOffset(5, 6)) : Map.of(), devices(), Map.of(), optional("/a/../b"), resources(),
                intelRdt(), memoryPolicy(), chance(3) ? Map.of("net.ipv4.ip_forward", "1", "kernel/shmmax", "2") : Map.of(), seccomp(), ownMounts ? optional(one(PROPAGATIONS)) : Optional.empty(),
                ownMounts ? some(PATHS) : List.of(), ownMounts ? some(PATHS) : List.of(), Optional.empty(),
                chance(3) ? Optional.of(new Linux.Personality("LINUX32", List.of())) : Optional.empty());
    }

    private Optional<Linux.IntelRdt> intelRdt() {
        if (!chance(3)) return Optional.empty();
        return Optional.of(new Linux.IntelRdt(optional(one(List.of("/", "group"))), chance(2) ? List.of("L3:0=fff") : List.of(), Optional.empty(),
                optional("MB:0=100"), chance(2)));
    }

    private Optional<Seccomp> seccomp() {
        if (!chance(3)) return Optional.empty();
        var rule = new Seccomp.Syscall(List.of("mount", "write"), one(List.of("SCMP_ACT_NOTIFY", "SCMP_ACT_LOG")), OptionalLong.empty(), List.of());
        return Optional.of(new Seccomp("SCMP_ACT_ALLOW", OptionalLong.empty(), List.of(),
                optional(List.of("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")), optional("/run/agent"), optional("said"), List.of(rule)));
    }

    private Optional<Linux.MemoryPolicy> memoryPolicy() {
        if (!chance(3)) return Optional.empty();
        return Optional.of(new Linux.MemoryPolicy("MPOL_BIND", Optional.of(one(List.of("0", "0-70:3/7"))), some(List.of("MPOL_F_STATIC_NODES"))));
    }

    private List<Linux.Device> devices() {
        return some(List.of(device("c", "/dev/fuse", 10, 229), device("c", "/dev/null", 1, 3), device("b", "/deep/er/disk", 259, 70000),
                new Linux.Device("p", "/fifo", OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(0600), OptionalLong.empty(), OptionalLong.empty())));
    }

    private Linux.Device device(String type, String path, long major, long minor) {
        return new Linux.Device(type, path, OptionalLong.of(major), OptionalLong.of(minor), OptionalLong.empty(),
                OptionalLong.of(random.nextInt(2)), OptionalLong.empty());
    }

    private Resources resources() {
        var rule = new Resources.DeviceRule(chance(2), Optional.of("c"), OptionalLong.of(1), OptionalLong.empty(), Optional.of("rw"));
        var io = new Resources.BlockIo(chance(2) ? OptionalLong.of(500) : OptionalLong.empty(), OptionalLong.empty(), null, null, null, null, null);
        return new Resources(some(List.of(rule)), Resources.Memory.NONE, Resources.Cpu.NONE, chance(2) ? OptionalLong.of(7) : OptionalLong.empty(),
                io, List.of(), Resources.Network.NONE, Map.of(), chance(3) ? Map.of("memory.high", "1\n2") : Map.of());
    }

    private Process process() {
        var user = new Process.User(one(List.of(0L, 1000L)), one(List.of(0L, 5L)), chance(2) ? OptionalLong.of(077) : OptionalLong.empty(), some(List.of(7L, 8L)));
        return new Process(chance(3), Optional.of(new Process.ConsoleSize(25, 80)), user, one(List.of(List.of("sh"), List.of("/bin/sh", "-c", "true"), List.of("./here"))),
                one(ENVIRONMENTS), one(List.of("/", "/work/deep/../er")), chance(5) ? Optional.empty() : Optional.of(capabilities()), limits(),
                chance(2), optional("profile"), chance(2) ? OptionalLong.of(-5) : OptionalLong.empty(), scheduler(), optional("a:b:c"),
                chance(3) ? Optional.of(new Process.IoPriority("IOPRIO_CLASS_BE", 7)) : Optional.empty(), Optional.empty());
    }

    private Optional<Process.Scheduler> scheduler() {
        if (!chance(3)) return Optional.empty();
        return Optional.of(new Process.Scheduler(one(List.of("SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE")), OptionalLong.of(3), OptionalLong.empty(),
                some(List.of("SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_KEEP_PARAMS")), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
    }

    private Process.Capabilities capabilities() {
        List<String> names = new ArrayList<>();
        for (var capability : Capability.values()) names.add(capability.name());
        names.add("CAP_OF_TOMORROW");
        return new Process.Capabilities(some(names), some(names), some(names), some(names), some(names));
    }

    private List<Process.Limit> limits() {
        List<Process.Limit> limits = new ArrayList<>();
        for (var limit : some(List.of(Rlimit.values()))) limits.add(new Process.Limit(limit.name(), 1, -1));
        return limits;
    }

    private Hooks hooks() {
        return new Hooks(someHooks(), someHooks(), someHooks(), someHooks(), someHooks(), someHooks());
    }

    private List<Hooks.Hook> someHooks() {
        return some(List.of(new Hooks.Hook("/usr/bin/hook", List.of(), List.of(), OptionalLong.empty()),
                new Hooks.Hook("/other", List.of("name", "argument"), List.of("A=b"), OptionalLong.of(3))));
    }

    private void layers(Map<String, String> notes) {
        notes.put(RootSource.LOWERDIR, "/top:/bottom\\:1");
        if (chance(2)) return;
        notes.put(RootSource.UPPERDIR, "/upper/" + "u".repeat(255));
        notes.put(RootSource.WORKDIR, "/work");
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private <T> Optional<T> optional(T value) {
        return chance(2) ? Optional.of(value) : Optional.empty();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> some(Collection<T> of) {
        List<T> chosen = new ArrayList<>();
        for (var element : of) {
            if (chance(2)) chosen.add(element);
        }
        return chosen;
    }

    private static Mount mount(String destination, String type, String source, String... options) {
        return new Mount(destination, Optional.of(type), Optional.of(source), List.of(options), null, null);
    }
}
