package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.Resources;
import jrunc.config.Violation;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The command {@code update}, as a transaction: every file is written and read back, and after a failure each has what it had
 * before. What it had is on the tape, read when the tape was recorded and the container was locked.
 */
public final class Update {
    private final Host host;
    private final ContainerRecord record;
    private final Recorder tape;
    private final Operand.Word base;
    private final Operand.Word cgroup;
    private final Operand.Word left;

    /**
     * What is to change.
     *
     * @param kept  the container's limits so far
     * @param asked what of them is asked for
     * @param rdt   for resctrl
     */
    public record Change(Resources kept, Resources asked, Optional<Schema> rdt) {
        /** {@return the limits as they will be} */
        public Resources after() {
            return ChangedResources.of(kept, asked);
        }

        /** {@return which files of the cgroup might change} */
        public Set<String> files() {
            Set<String> files = new LinkedHashSet<>();
            for (var setting : settings()) {
                if (setting.controller().equals("cpu")) files.addAll(List.of("cpu.idle", "cpu.weight")); // one changes the other
                files.add(setting.file());
                if (!setting.otherwise().isEmpty()) files.add(setting.otherwise());
            }
            return files;
        }

        /**
         * {@return which controllers the container's cgroup has not been given yet}
         *
         * @param now what the files say that there are
         */
        public Set<String> lacking(Map<String, String> now) {
            Set<String> lacking = new LinkedHashSet<>();
            for (var setting : settings()) {
                boolean missing = !now.containsKey(setting.file()) && !now.containsKey(setting.otherwise());
                if (missing && !setting.optional() && !setting.controller().equals("cgroup")) lacking.add(setting.controller());
            }
            return lacking;
        }

        /** {@return what of it this host cannot give, each by its field} */
        public List<Violation> refusals(Host host) {
            var refused = Refusals.of(asked, host);
            refused.addAll(Cgroups.refusals(settings(), host));
            return refused;
        }

        /** {@return what is asked for, and what follows from that: the limit of swap from that of memory, a period from a quota} */
        List<CgroupSetting> settings() {
            var before = CgroupSetting.of(kept);
            Set<String> files = new LinkedHashSet<>();
            for (var setting : CgroupSetting.of(asked)) files.add(setting.file());
            List<CgroupSetting> settings = new ArrayList<>();
            List<CgroupSetting> weights = new ArrayList<>();
            for (var setting : CgroupSetting.of(after())) {
                boolean wakes = setting.file().equals("cpu.idle") && setting.value().equals("0");
                if (setting.file().equals("cpu.weight")) weights.add(setting);
                if (!files.contains(setting.file()) && before.contains(setting)) continue;
                if (wakes) settings.removeAll(weights); // an idle cgroup takes none, and one that is no more has lost its own
                settings.add(setting);
                if (wakes) settings.addAll(weights);
            }
            return settings;
        }
    }

    /** New lines for a group of resctrl: {@code before} are those that they take the place of. */
    public record Schema(String group, List<String> after, List<String> before) {}

    /** A controller that a cgroup does not hand down yet; the directory is relative to the root of the tree. */
    public record Enable(String directory, String controller) {}

    /**
     * A recorded update.
     *
     * @param left after a failure: how many files do not have back what they had
     */
    public record Recorded(Tape tape, Operand.Word left) {}

    private Update(Host host, ContainerRecord record) {
        this.host = host;
        this.record = record;
        tape = new Recorder(host.arch());
        base = tape.variable(-1);
        cgroup = tape.variable(-1);
        left = tape.variable(0);
    }

    /**
     * A container that is locked.
     *
     * @param directory the descriptor that holds the lock, once the tape has played
     */
    public record Lock(Tape tape, Operand.Word directory) {}

    /** {@return the tape that locks the container, so that what is read then is still so when it is changed} */
    public static Lock lock(Global global, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section("update");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        tape.cleanUp(t -> t.close(directory));
        return new Lock(tape.finish(), directory);
    }

    /** {@return the tape that unlocks it, if it cannot be changed} */
    public static Tape unlock(Host host, long directory) {
        var tape = new Recorder(host.arch());
        tape.section("update");
        tape.attempt("close the state of the container", t -> t.close(locked(directory)));
        return tape.finish();
    }

    /**
     * @param directory that {@link Lock} has opened; the tape closes it
     * @param now       what the files of {@link Change#files} say that there are
     * @param config    the container's config as it is to be kept
     */
    public static Recorded of(Host host, ContainerRecord record, long directory, Change change, Map<String, String> now, List<Enable> enables, byte[] config) {
        return new Update(host, record).record(locked(directory), change, now, enables, config);
    }

    private static Operand locked(long directory) {
        return named(directory, "locked");
    }

    private Recorded record(Operand directory, Change change, Map<String, String> now, List<Enable> enables, byte[] config) {
        tape.section("update");
        List<Undo> undos = new ArrayList<>();
        var settings = change.settings();
        if (!settings.isEmpty()) open();
        for (var enable : enables) enable(enable, undos);
        for (var setting : settings) set(setting, now, undos);
        if (change.rdt().isPresent()) set(change.rdt().get(), undos);
        StateDirectory.write(StateDirectory.CONFIG, Operand.bytes(config), imm(config.length), directory, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup, base, directory));
        tape.cleanUp(t -> {
            t.section("after a failed update");
            for (var undo : undos.reversed()) t.when(undo.touched(), -1, imm(1), undo::play);
            t.attempt("close the cgroup", u -> u.close(cgroup, base, directory));
        });
        return new Recorded(tape.finish(), left);
    }

    private void open() {
        tape.attempt("open the cgroup tree " + record.mountPoint(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(base));
        tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, base, text(record.cgroup().substring(1)),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
    }

    /** One text that a file is to have back. {@code touched} is 1 once it may have lost it. */
    private final class Undo {
        private final Operand.Word touched = tape.variable(0);
        private final Operand at;
        private final String file;
        private final String text;

        Undo(Operand at, String file, String text) {
            this.at = at;
            this.file = file;
            this.text = text;
        }

        Operand.Word touched() {
            return touched;
        }

        void play(Recorder t) {
            t.attempt("set " + file + " back to " + text.strip(), u -> {
                var back = u.variable(-1);
                u.call(Sys.OPENAT, at, text(file), u.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC)).into(back).forgiveAll();
                var written = u.call(Sys.WRITE, back, text(text), length(text)).forgiveAll();
                u.unless(written, -1, length(text), v -> v.own(jrunc.tape.Call.Own.ADD, left, imm(1)).into(left));
                u.close(back);
            });
        }
    }

    private void touch(Undo undo, List<Undo> undos, Recorder t) {
        undos.add(undo);
        t.set(undo.touched(), imm(1));
    }

    private void enable(Enable enable, List<Undo> undos) {
        String file = (enable.directory().isEmpty() ? "." : enable.directory()) + "/cgroup.subtree_control";
        tape.attempt("enable the " + enable.controller() + " controller in " + file, t -> {
            touch(new Undo(base, file, "-" + enable.controller()), undos, t);
            var control = t.call(Sys.OPENAT, base, text(file), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, control, text("+" + enable.controller()), length("+" + enable.controller()));
            t.close(control);
        });
    }

    private void set(CgroupSetting setting, Map<String, String> now, List<Undo> undos) {
        for (var file : new String[] {setting.file(), setting.otherwise()}) {
            if (!now.containsKey(file)) continue;
            String value = file.equals(setting.file()) ? setting.value() : setting.otherValue();
            boolean idle = now.getOrDefault("cpu.idle", "0\n").equals("1\n");
            if (file.equals("cpu.weight") && idle) continue; // it has none, and comes to that again with cpu.idle
            String before = Readback.before(file, value, now.get(file));
            tape.attempt("note that " + file + " is about to change", t -> {
                if (file.equals("cpu.idle") && !idle) touch(new Undo(cgroup, "cpu.weight", now.getOrDefault("cpu.weight", "100\n").strip()), undos, t);
                touch(new Undo(cgroup, file, before), undos, t);
            });
        }
        Cgroups.set(setting, cgroup, tape);
        var expected = Readback.expected(setting);
        if (expected.isPresent()) readBack(setting.file(), expected.get() + "\n");
    }

    private void readBack(String name, String expected) {
        tape.attempt("read " + expected.strip() + " back from " + name, t -> {
            byte[] bytes = expected.getBytes(StandardCharsets.UTF_8);
            var file = t.call(Sys.OPENAT, cgroup, text(name), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            var says = t.scratch(64);
            t.call(Sys.READ, file, says.address(), imm(64));
            t.close(file);
            for (int at = 0; at < bytes.length; at += 8) {
                long wanted = 0;
                int count = Math.min(8, bytes.length - at);
                for (int i = 0; i < count; i++) wanted |= (bytes[at + i] & 0xffL) << 8 * i;
                long mask = count == 8 ? -1 : (1L << 8 * count) - 1;
                t.expect(says.word(at / 8), mask, named(wanted, '"' + new String(bytes, at, count, StandardCharsets.UTF_8).replace("\n", "\\n") + '"'), Errno.ERANGE);
            }
        });
    }

    private void set(Schema schema, List<Undo> undos) {
        String file = schema.group() + "/schemata";
        for (var line : schema.before()) {
            tape.attempt("note that " + file + " is about to change", t -> touch(new Undo(Handover.at(), file, line + "\n"), undos, t));
        }
        IntelRdt.write(schema.group(), String.join("\n", schema.after()) + "\n", tape);
    }

    /** {@return the container's config with other limits} */
    public static Config kept(Config config, Change change, Optional<String> l3CacheSchema, Optional<String> memBwSchema) {
        var linux = config.linux().with(change.after());
        if (change.rdt().isEmpty()) return config.with(linux);
        return config.with(linux.with(linux.intelRdt().orElseThrow().with(l3CacheSchema, memBwSchema)));
    }
}
