package jrunc.plan;

import static jrunc.linux.AtFlag.AT_REMOVEDIR;
import static jrunc.linux.Errno.EACCES;
import static jrunc.linux.Errno.EBUSY;
import static jrunc.linux.Errno.EEXIST;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.EOPNOTSUPP;
import static jrunc.linux.Errno.EPERM;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.Resources;
import jrunc.config.Rule;
import jrunc.config.Violation;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#control-groups">config-linux.md, Control
 * groups</a>, cgroup v2 by the file system: the container's cgroup is made and limited before the first process is in it.
 */
public final class Cgroups {
    /** What people ask about even without a limit: how much memory, time and processes a container takes. */
    private static final List<String> ACCOUNTING = List.of("cpu", "memory", "pids", "io");
    /** What unified must not write: the first process would never get as far as its program. */
    private static final List<String> STOPS_ALL = List.of("cgroup.freeze", "cgroup.kill");
    private static final long BPF_PROG_LOAD = 5;
    private static final long BPF_PROG_ATTACH = 8;
    private static final long BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final long BPF_CGROUP_DEVICE = 6;
    private static final long BPF_F_ALLOW_MULTI = 2;
    private static final long MILLISECOND = 1_000_000;
    /** The second eight letters of {@code nr_descendants 0} in cgroup.stat. */
    private static final long NO_DESCENDANTS = 0x30_20_73_74_6e_61_64_6eL;
    private static final int POPULATED_SIZE = "populated 0".length();

    private Cgroups() {}

    /**
     * {@return the path of the container's cgroup from the root of the tree} An absolute cgroupsPath is taken as it is; a
     * relative one, or the id, goes beside the cgroup of this process, which itself can have no children with controllers.
     */
    public static String path(Config config, String id, CgroupTree tree) {
        String wanted = config.linux().cgroupsPath().filter(path -> !path.isEmpty()).orElse(id);
        if (wanted.startsWith("/")) return InRoot.clean(wanted);
        int slash = tree.own().lastIndexOf('/');
        return InRoot.clean(tree.own().substring(0, Math.max(slash, 0)) + "/" + wanted);
    }

    /** {@return what of {@code settings} this host cannot give, each by its field} */
    static List<Violation> refusals(List<CgroupSetting> settings, Host host) {
        List<Violation> refused = new ArrayList<>();
        for (var setting : settings) {
            boolean own = setting.controller().equals("cgroup"); // cgroup.* is there without any controller
            String why = null;
            if (host.cgroups().isEmpty()) why = "needs a cgroup v2 tree, and none is mounted";
            else if (!own && !host.cgroups().get().controllers().contains(setting.controller())) why = lacks(setting, host.cgroups().get());
            else if (STOPS_ALL.contains(setting.file())) why = setting.file() + " would stop the container's process before it is one";
            if (why != null) refused.add(new Violation(setting.field(), why, Rule.CAN_BE_APPLIED));
        }
        return refused;
    }

    /**
     * {@return what of the config cannot be had, each by its field, if this user may not make the cgroup} Without limits and without a
     * wish where to be, a container needs none: it stays in the caller's. Rules for devices do not count: who may make no cgroup
     * may make no device node either.
     */
    public static List<Violation> withoutPermission(Config config, Host host, String path) {
        List<Violation> refused = new ArrayList<>();
        String why = "needs the cgroup " + path + ", which user " + host.uid() + " may not make or enter from "
                + host.cgroups().map(CgroupTree::own).orElse("/") + "; a tree that is delegated to the user would do, as \"systemd-run --user --scope -p Delegate=yes\" gives";
        for (var setting : CgroupSetting.of(config.linux().resources())) refused.add(new Violation(setting.field(), why, Rule.CAN_BE_APPLIED));
        if (!config.linux().cgroupsPath().orElse("").isEmpty()) refused.add(new Violation("linux.cgroupsPath", why, Rule.CAN_BE_APPLIED));
        return refused;
    }

    private static String lacks(CgroupSetting setting, CgroupTree tree) {
        boolean unified = setting.field().endsWith(".unified");
        return unified ? "\"" + setting.file() + "\" can't be set: controller \"" + setting.controller() + "\" not available in the cgroup v2 tree at " + tree.mountPoint()
                : "needs the " + setting.controller() + " controller (file " + setting.file() + "), which the cgroup v2 tree at " + tree.mountPoint() + " does not offer";
    }

    /** Makes the cgroup; {@code cgroup} is its descriptor only once it is known to be empty and nobody else's. */
    static void make(Config config, Host host, CgroupTree.Place place, Operand.Word base, Operand.Word cgroup, Recorder tape) {
        tape.section("config-linux.md, Control groups");
        var tree = host.cgroups().orElseThrow();
        var settings = CgroupSetting.of(config.linux().resources());
        tape.attempt("open the cgroup tree " + tree.mountPoint(), t -> t.call(Sys.OPENAT, Handover.at(), text(tree.mountPoint()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(base));
        Set<String> needed = new LinkedHashSet<>();
        for (var setting : settings) {
            if (tree.controllers().contains(setting.controller())) needed.add(setting.controller());
        }
        String above = ".";
        for (var name : InRoot.names(place.path())) {
            String directory = above;
            enable(tree, host, directory, needed, base, tape);
            String below = above.equals(".") ? name : above + "/" + name;
            tape.attempt("make the cgroup /" + below, t -> t.call(Sys.MKDIRAT, base, text(below), octal(0755)).forgive(EEXIST));
            above = below;
        }
        claim(above, base, cgroup, tape);
        for (var setting : settings) set(setting, cgroup, tape);
    }

    /** Loads the filter of device rules: the kernel takes its time to check it, and so it is done while the container's process gets ready. */
    static void loadFilter(Config config, Host host, Operand filter, Recorder tape) {
        List<Resources.DeviceRule> rules = new ArrayList<>(config.linux().resources().devices());
        rules.addAll(DeviceFilter.defaults());
        byte[] program = DeviceFilter.program(rules);
        long instructions = program.length / DeviceFilter.INSTRUCTION;
        tape.section("config-linux.md, Allowed Device list");
        tape.attempt("load a filter of " + rules.size() + " device rules", t -> {
            // union bpf_attr: type and count, instructions, licence, no log, ..., at byte 68 the attach type
            var load = words(named(BPF_PROG_TYPE_CGROUP_DEVICE | instructions << 32, "{BPF_PROG_TYPE_CGROUP_DEVICE, " + instructions + "}"),
                    new Operand.Bytes(program, "<" + instructions + " instructions>"), text("Apache-2.0"), imm(0), imm(0), imm(0), imm(0), imm(0),
                    named(BPF_CGROUP_DEVICE << 32, "{0, BPF_CGROUP_DEVICE}"));
            var loaded = t.call(Sys.BPF, named(BPF_PROG_LOAD, "BPF_PROG_LOAD"), load, imm(72)).into(filter);
            // In a user namespace nobody may load one, and nobody may make device nodes either.
            if (mayLackRight(host)) loaded.forgive(EPERM);
        });
    }

    /** From now on it holds, and as long as the cgroup: no descriptor of it needs to be kept. */
    static void attachFilter(Operand.Word filter, Operand cgroup, Recorder tape) {
        tape.section("config-linux.md, Allowed Device list");
        tape.attempt("have the filter of device rules hold for the cgroup", t -> t.when(filter, 1L << 63, imm(0), u -> {
            var attach = u.block(24); // target, program, attach type, flags: 32 bits each
            u.set(attach.wordAt(0), cgroup);
            u.set(attach.wordAt(4), filter);
            u.set(attach.wordAt(8), named(BPF_CGROUP_DEVICE | BPF_F_ALLOW_MULTI << 32, "{BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI}"));
            u.call(Sys.BPF, named(BPF_PROG_ATTACH, "BPF_PROG_ATTACH"), attach.address(), imm(24));
            MachineProcess.leave(u, filter);
        }));
    }

    /**
     * A controller is there for a cgroup only if every cgroup above hands it down. Who was given a part of the tree may not write
     * above it: what is handed down there is what there is to have.
     */
    static void enable(CgroupTree tree, Host host, String directory, Set<String> needed, Operand base, Recorder tape) {
        String file = directory + "/cgroup.subtree_control";
        enable(directory, needed, host, base, tape);
        for (var controller : ACCOUNTING) {
            if (tree.controllers().contains(controller) && !needed.contains(controller)) enable(file, controller, false, false, base, tape);
        }
    }

    /** Only what must be there. */
    static void enable(String directory, Set<String> needed, Host host, Operand base, Recorder tape) {
        for (var controller : needed) enable(directory + "/cgroup.subtree_control", controller, true, mayLackRight(host), base, tape);
    }

    private static void enable(String file, String controller, boolean must, boolean whereAllowed, Operand base, Recorder tape) {
        tape.attempt("enable the " + controller + " controller in " + file, t -> {
            var control = t.call(Sys.OPENAT, base, text(file), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            if (must && whereAllowed) {
                control.forgive(EACCES).onSuccess(u -> {
                    u.call(Sys.WRITE, control, text("+" + controller), length("+" + controller));
                    u.close(control);
                });
                return;
            }
            var write = t.call(Sys.WRITE, control, text("+" + controller), length("+" + controller));
            if (!must) {
                control.forgiveAll();
                write.forgiveAll();
            }
            t.close(control);
        });
    }

    /** {@return whether this process may be refused parts of the host that root can always write} */
    public static boolean mayLackRight(Host host) {
        return host.uid() != 0 || host.inUserNamespace();
    }

    /**
     * Two containers in one cgroup would share limits and deaths, and a frozen one would never start. The kernel's own word
     * counts: "populated" speaks of all cgroups below, too, while cgroup.procs of a slice full of services is empty.
     */
    private static void claim(String path, Operand base, Operand.Word cgroup, Recorder tape) {
        var opened = tape.variable(-1);
        tape.attempt("open the cgroup /" + path, t -> t.call(Sys.OPENAT, base, text(path),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(opened));
        tape.attempt("container's cgroup /" + path + " is not empty", t -> {
            var events = t.call(Sys.OPENAT, opened, text("cgroup.events"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            var first = t.scratch(16);
            t.call(Sys.READ, events, first.address(), imm(POPULATED_SIZE));
            t.expect(first.word(1), 0xffffff, named('d' | ' ' << 8 | '0' << 16, "\"d 0\""), EBUSY); // the end of "populated 0"
            t.close(events);
        });
        tape.attempt("container's cgroup /" + path + " unexpectedly frozen", t -> {
            var freeze = t.call(Sys.OPENAT, opened, text("cgroup.freeze"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.READ, freeze, t.scratch(8).address(), imm(1));
            t.expect(t.scratch(8).word(0), 0xff, named('0', "'0'"), EBUSY);
            t.close(freeze);
        });
        tape.attempt("keep the cgroup /" + path, t -> t.set(cgroup, opened));
    }

    static void set(CgroupSetting setting, Operand cgroup, Recorder tape) {
        tape.attempt("set " + setting.file() + " to " + setting.value(), t -> {
            var file = t.call(Sys.OPENAT, cgroup, text(setting.file()), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            if (setting.otherwise().isEmpty() && !setting.optional()) {
                t.call(Sys.WRITE, file, text(setting.value()), length(setting.value()));
                t.close(file);
                return;
            }
            var written = t.variable(0);
            file.forgive(ENOENT).onSuccess(u -> {
                var write = u.call(Sys.WRITE, file, text(setting.value()), length(setting.value())).into(written);
                if (!setting.otherwise().isEmpty()) write.forgive(EOPNOTSUPP); // a disk that has another I/O scheduler
                u.close(file);
            });
            if (setting.otherwise().isEmpty()) return;
            t.unless(written, -1, length(setting.value()), u -> u.attempt("set " + setting.otherwise() + " to " + setting.otherValue()
                    + ", as " + setting.file() + " is not in force", v -> {
                var other = v.call(Sys.OPENAT, cgroup, text(setting.otherwise()), v.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
                v.call(Sys.WRITE, other, text(setting.otherValue()), length(setting.otherValue()));
                v.close(other);
            }));
        });
    }

    /** Kills every process of the cgroup at once, frozen or not; since Linux 5.14. */
    static void kill(Operand cgroup, Recorder tape) {
        tape.attempt("kill the processes of the cgroup", t -> {
            var kill = t.call(Sys.OPENAT, cgroup, text("cgroup.kill"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC)).forgive(ENOENT, ENODEV);
            kill.onSuccess(u -> {
                u.call(Sys.WRITE, kill, text("1"), imm(1)).forgive(ENODEV);
                u.close(kill);
            });
        });
    }

    /** Fails with EBUSY if there are cgroups below it, which the container has made: they must be looked for, which takes a JVM. */
    static void expectChildless(Operand cgroup, Recorder t) {
        var stat = t.call(Sys.OPENAT, cgroup, text("cgroup.stat"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
        var said = t.block(16);
        t.call(Sys.READ, stat, said.address(), imm(16));
        t.close(stat);
        t.expect(said.word(1), -1, named(NO_DESCENDANTS, "\"ndants 0\""), EBUSY);
    }


    /**
     * Removes a cgroup, given up to about 10 seconds for the processes to be gone: rmdir answers EBUSY until the last one has
     * been reaped.
     */
    static void remove(String path, Operand base, Recorder tape) {
        String relative = path.substring(1);
        tape.attempt("remove the cgroup " + path, t -> removeWithin(relative, base, 14, MILLISECOND, t));
    }

    private static void removeWithin(String path, Operand base, int tries, long pause, Recorder t) {
        var rmdir = t.call(Sys.UNLINKAT, base, text(path), flags(AT_REMOVEDIR)).forgive(ENOENT);
        if (tries == 0) return;
        rmdir.on(EBUSY, u -> {
            u.call(Sys.NANOSLEEP, words(imm(pause / 1_000_000_000), imm(pause % 1_000_000_000)), NULL);
            removeWithin(path, base, tries - 1, Math.min(pause * 2, 1_000_000_000), u);
        });
    }

    /** Removes directories that were made on the way to a cgroup, as far as nobody else uses them now. */
    static void removeIfUnused(List<String> paths, Operand base, Recorder tape) {
        for (var path : paths.reversed()) {
            tape.attempt("remove the cgroup " + path + " if nobody uses it", t -> t
                    .call(Sys.UNLINKAT, base, text(path.substring(1)), flags(AT_REMOVEDIR)).forgive(EBUSY, ENOENT));
        }
    }
}
