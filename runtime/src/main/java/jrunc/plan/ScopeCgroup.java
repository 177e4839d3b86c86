package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.EEXIST;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.util.LinkedHashSet;
import java.util.Set;
import jrunc.config.Config;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.ServiceManager;
import jrunc.linux.CloneFlag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The cgroup that systemd has made for a container, and those below it that annotations ask for. systemd puts a process into it that is
 * there already, so the container's process waits outside until it is, and makes its cgroup namespace only then.
 */
final class ScopeCgroup {
    /** crun's: the name of a cgroup below the container's, in which its process starts, and which is the container's own to divide. */
    static final String DELEGATE = "run.oci.delegate-cgroup";
    private static final Operand.Imm SAME = named(0xFFFFFFFFL, "-1");

    /** What systemd itself enables wherever a unit below has it for a property. */
    private static final Set<String> KNOWN = Set.of("cpu", "cpuset", "io", "memory", "pids");

    private final Config config;
    private final Host host;
    private final Scope scope;
    private final ServiceManager manager;
    private final CgroupTree tree;
    private final Recorder tape;

    ScopeCgroup(Config config, Host host, String id, Recorder tape) {
        this.config = config;
        this.host = host;
        this.tape = tape;
        scope = Scope.of(config, id, host);
        manager = host.asked().systemd().orElseThrow();
        tree = host.cgroups().orElseThrow();
    }

    /** The runtime's side, once the process is in the scope: the limits that files take, the device filter, who may divide it. */
    void enter(Operand.Word base, Operand.Word cgroup, Operand pid) {
        tape.section("config-linux.md, Control groups");
        tape.attempt("open the cgroup tree " + tree.mountPoint(), t -> t.call(Sys.OPENAT, Handover.at(), text(tree.mountPoint()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(base));
        String path = scope.containerCgroup(manager);
        if (!scope.subgroup().isEmpty()) moveBelow(path.substring(1), base, pid);
        enableAbove(path, base);
        tape.attempt("open the cgroup " + path, t -> t.call(Sys.OPENAT, base, text(path.substring(1)),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
        for (var setting : CgroupSetting.of(config.linux().resources())) Cgroups.set(setting, cgroup, tape);
        var filter = tape.variable(-1);
        Cgroups.loadFilter(config, host, filter, tape);
        Cgroups.attachFilter(filter, cgroup, tape);
        tape.section("config-linux.md, Control groups");
        handDown(cgroup);
    }

    /** A cgroup that hands controllers down can have no processes of its own: first the process goes where it belongs. */
    private void moveBelow(String path, Operand base, Operand pid) {
        int unit = scope.cgroup(manager).length();
        for (int slash = path.indexOf('/', unit); slash > 0; slash = path.indexOf('/', slash + 1)) make(path.substring(0, slash), base);
        make(path, base);
        tape.attempt("move the container's process to the cgroup /" + path, t -> {
            var digits = t.block(24);
            var count = t.own(Call.Own.FORMAT, digits.address(), pid);
            var procs = t.call(Sys.OPENAT, base, text(path + "/cgroup.procs"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, procs, digits.address(), count);
            t.close(procs);
        });
    }

    private void make(String path, Operand directory) {
        tape.attempt("make the cgroup " + path, t -> t.call(Sys.MKDIRAT, directory, text(path), octal(0755)).forgive(EEXIST));
    }

    /** Of its slices systemd takes care; but some controllers, such as hugetlb, it does not know. */
    private void enableAbove(String path, Operand base) {
        Set<String> needed = new LinkedHashSet<>();
        for (var setting : CgroupSetting.of(config.linux().resources())) {
            if (tree.controllers().contains(setting.controller())) needed.add(setting.controller());
        }
        Set<String> foreign = new LinkedHashSet<>(needed);
        foreign.removeAll(KNOWN);
        int unit = scope.cgroup(manager).length();
        String above = ".";
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (slash >= unit) Cgroups.enable(tree, host, above, needed, base, tape);
            else Cgroups.enable(above, foreign, host, base, tape);
            above = path.substring(1, slash);
        }
        if (path.length() > unit) Cgroups.enable(tree, host, above, needed, base, tape);
        else Cgroups.enable(above, foreign, host, base, tape);
    }

    /** A container that sees its cgroup as the root of all, and may write there, is its cgroup's owner, as runc has it with systemd. */
    private void handDown(Operand cgroup) {
        String below = delegated(config);
        if (!below.isEmpty()) {
            for (int slash = below.indexOf('/'); slash > 0; slash = below.indexOf('/', slash + 1)) make(below.substring(0, slash), cgroup);
            make(below, cgroup);
        }
        long owner = owner();
        if (owner <= 0 || !Namespaces.makes(config.linux(), Namespace.CGROUP) || below.isEmpty() && !writesCgroups()) return;
        giveTo(owner, "", cgroup);
        for (int slash = below.indexOf('/'); slash > 0; slash = below.indexOf('/', slash + 1)) giveTo(owner, below.substring(0, slash), cgroup);
        if (!below.isEmpty()) giveTo(owner, below, cgroup);
    }

    private void giveTo(long owner, String below, Operand cgroup) {
        tape.attempt("give the container's cgroup" + (below.isEmpty() ? "" : " " + below) + " to user " + owner, t -> {
            t.call(Sys.FCHOWNAT, cgroup, text(below), imm(owner), SAME, flags(AT_EMPTY_PATH));
            for (var file : manager.delegated()) {
                t.call(Sys.FCHOWNAT, cgroup, text(below.isEmpty() ? file : below + "/" + file), imm(owner), SAME, imm(0)).forgive(ENOENT);
            }
        });
    }

    private static String delegated(Config config) {
        return config.annotations().getOrDefault(DELEGATE, "");
    }

    /** {@return who the program's user is outside of the container; -1 if only the kernel knows} */
    private long owner() {
        var linux = config.linux();
        long uid = config.process().user().uid();
        if (linux.namespace(Namespace.USER).isEmpty()) return uid;
        for (var mapping : linux.uidMappings()) {
            if (uid >= mapping.containerID() && uid - mapping.containerID() < mapping.size()) {
                long outside = mapping.hostID() + uid - mapping.containerID();
                return outside == host.uid() ? -1 : outside;
            }
        }
        return -1;
    }

    private boolean writesCgroups() {
        for (var mount : config.mounts()) {
            boolean cgroup = mount.type().orElse("").equals("cgroup") || mount.type().orElse("").equals("cgroup2");
            if (cgroup && !mount.options().contains("ro")) return true;
        }
        return false;
    }

    /** Tells the container's process that it is where it belongs. */
    static void release(Operand sync, Recorder tape) {
        tape.attempt("tell the container's process that it is in its cgroup", t -> t.call(Sys.WRITE, sync, text("g"), imm(1)));
    }

    /** The container's side. */
    static void await(Config config, Host host, String id, Descriptors descriptors, Recorder tape) {
        tape.section("config-linux.md, Namespaces");
        Handover.awaitByte("wait until systemd has made the cgroup", descriptors.sync(), tape);
        if (!Namespaces.makes(config.linux(), Namespace.CGROUP)) return;
        tape.attempt("make a cgroup namespace", t -> t.call(Sys.UNSHARE, flags(CloneFlag.CLONE_NEWCGROUP)));
        if (delegated(config).isEmpty()) return;
        var cgroup = new ScopeCgroup(config, host, id, tape);
        String path = cgroup.tree.mountPoint() + cgroup.scope.containerCgroup(cgroup.manager) + "/" + delegated(config);
        tape.attempt("go to the cgroup " + path, t -> {
            var procs = t.call(Sys.OPENAT, Handover.at(), text(path + "/cgroup.procs"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, procs, text("0"), imm(1));
            t.close(procs);
        });
    }
}
