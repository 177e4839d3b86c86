package jrunc.plan;

import static jrunc.linux.AtFlag.AT_REMOVEDIR;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Linux;
import jrunc.config.Rule;
import jrunc.config.Violation;
import jrunc.host.Host;
import jrunc.host.Resctrl;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#intelrdt">config-linux.md, IntelRdt</a>: the
 * runtime makes a group of the resctrl file system, or finds one, and puts the container's process there before it has children.
 * A group that {@code closID} names may be others' too: it stays when the container goes, even if it was made for it. Groups of
 * the container's own, its monitoring group and the one that has its id for a name, go with it.
 */
public final class IntelRdt {
    private static final String SECTION = "config-linux.md, IntelRdt";

    private final Linux.IntelRdt rdt;
    private final Recorder tape;
    private final String group;
    private final String monitor;
    private final boolean isNew;
    private final Operand.Word groupMade;
    private final Operand.Word monitorMade;

    IntelRdt(Linux.IntelRdt rdt, Resctrl resctrl, String id, Recorder tape) {
        this.rdt = rdt;
        this.tape = tape;
        group = path(rdt, resctrl, id);
        monitor = monitor(rdt, resctrl, id);
        isNew = resctrl.schemata().isEmpty();
        groupMade = tape.variable(-1);
        monitorMade = tape.variable(-1);
    }

    /** {@return the name of the container's group, "" for the root group} */
    public static String group(Linux.IntelRdt rdt, String id) {
        String name = rdt.closID().orElse("");
        return name.equals("/") ? "" : name.isEmpty() ? id : name;
    }

    /** {@return the directories that go with the container, innermost first} */
    public static List<String> own(Linux.IntelRdt rdt, Resctrl resctrl, String id) {
        List<String> own = new ArrayList<>();
        if (rdt.enableMonitoring()) own.add(monitor(rdt, resctrl, id));
        if (isNamedById(rdt)) own.add(path(rdt, resctrl, id));
        return own;
    }

    private static boolean isNamedById(Linux.IntelRdt rdt) {
        return rdt.closID().orElse("").isEmpty();
    }

    private static String path(Linux.IntelRdt rdt, Resctrl resctrl, String id) {
        String name = group(rdt, id);
        return name.isEmpty() ? resctrl.mountPoint() : resctrl.mountPoint() + "/" + name;
    }

    private static String monitor(Linux.IntelRdt rdt, Resctrl resctrl, String id) {
        return path(rdt, resctrl, id) + "/mon_groups/" + id;
    }

    /** {@return what of it this host cannot give, each by its field} */
    static List<Violation> refusals(Linux.IntelRdt rdt, Host host, String id) {
        List<Violation> refused = new ArrayList<>();
        String field = "linux.intelRdt";
        if (host.asked().resctrl().isEmpty()) {
            refuse(field, "resctrl is not mounted on this host; where the processor has Intel RDT, \"mount -t resctrl resctrl /sys/fs/resctrl\" does that", refused);
            return refused;
        }
        var resctrl = host.asked().resctrl().get();
        String path = path(rdt, resctrl, id);
        if (resctrl.schemata().isEmpty()) {
            boolean nothing = Schemata.texts(rdt).isEmpty();
            if (nothing && !isNamedById(rdt)) refuse(field + ".closID", "there is no " + path + ", and no schema to make it with", refused);
            return refused;
        }
        if (isNamedById(rdt)) refuse(field, path + " is there already; to share it name it as closID", refused);
        else Schemata.differences(rdt, resctrl.schemata().get(), resctrl.bandwidthStep())
                .forEach((property, difference) -> refuse(field + "." + property, path + " is there already: " + difference, refused));
        if (rdt.enableMonitoring() && resctrl.isMonitored()) refuse(field + ".enableMonitoring", monitor(rdt, resctrl, id) + " is there already", refused);
        return refused;
    }

    private static void refuse(String field, String why, List<Violation> refused) {
        refused.add(new Violation(field, why, Rule.CAN_BE_APPLIED));
    }

    /** A group that has come up since the host was looked at is not taken: nobody has compared its schemata. */
    void makeGroup() {
        tape.section(SECTION);
        if (isNew) make(group, groupMade);
    }

    void limit() {
        for (var schemata : Schemata.texts(rdt)) write(group, schemata, tape);
    }

    static void write(String group, String schemata, Recorder tape) {
        String shown = schemata.strip().replace("\n", " ");
        tape.attempt("write " + shown + " to " + group + "/schemata, of which info/last_cmd_status may say more", t -> {
            var file = t.call(Sys.OPENAT, Handover.at(), text(group + "/schemata"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, file, text(schemata), length(schemata));
            t.close(file);
        });
    }

    /**
     * {@return what a group is to have instead}
     *
     * @param rdt the container's
     */
    public static Update.Schema changed(Linux.IntelRdt rdt, Resctrl resctrl, String id, Optional<String> l3CacheSchema, Optional<String> memBwSchema) {
        List<String> after = new ArrayList<>();
        for (var text : Schemata.texts(new Linux.IntelRdt(rdt.closID(), List.of(), l3CacheSchema, memBwSchema, false))) {
            for (var line : text.split("\n")) after.add(line);
        }
        List<String> before = new ArrayList<>();
        for (var line : resctrl.schemata().orElse("").split("\n")) {
            for (var other : after) {
                if (line.strip().startsWith(other.substring(0, other.indexOf(':') + 1))) before.add(line.strip());
            }
        }
        return new Update.Schema(path(rdt, resctrl, id), after, before);
    }

    void makeMonitor() {
        if (rdt.enableMonitoring()) make(monitor, monitorMade);
    }

    private void make(String path, Operand.Word made) {
        tape.attempt("make the resctrl group " + path, t -> t.call(Sys.MKDIRAT, Handover.at(), text(path), octal(0755)).into(made));
    }

    /** {@code pid} as this process sees it. A monitoring group takes only processes of the group that it is in. */
    void join(Operand pid) {
        tape.section(SECTION);
        join(group, pid);
        if (rdt.enableMonitoring()) join(monitor, pid);
    }

    private void join(String path, Operand pid) {
        tape.attempt("put the container's process into the resctrl group " + path, t -> {
            var digits = t.block(24);
            var count = t.own(Call.Own.FORMAT, digits.address(), pid);
            var tasks = t.call(Sys.OPENAT, Handover.at(), text(path + "/tasks"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, tasks, digits.address(), count);
            t.close(tasks);
        });
    }

    /** After a failed create, once the container's process is gone. */
    void undo(Recorder t) {
        if (rdt.enableMonitoring()) t.when(monitorMade, -1, imm(0), u -> remove(monitor, u));
        if (isNew) t.when(groupMade, -1, imm(0), u -> {
            if (isNamedById(rdt)) remove(group, u);
            else removeIfEmpty(u);
        });
    }

    /** The kernel removes a group with processes in it, too, and lets them loose. */
    private void removeIfEmpty(Recorder t) {
        t.attempt("remove the resctrl group " + group + " if nobody else is in it", u -> {
            var tasks = u.call(Sys.OPENAT, Handover.at(), text(group + "/tasks"), u.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            var read = u.call(Sys.READ, tasks, u.scratch(8).address(), imm(1));
            u.close(tasks);
            u.when(read, -1, imm(0), v -> v.call(Sys.UNLINKAT, Handover.at(), text(group), flags(AT_REMOVEDIR)));
        });
    }

    private static void remove(String path, Recorder t) {
        t.attempt("remove the resctrl group " + path, u -> u.call(Sys.UNLINKAT, Handover.at(), text(path), flags(AT_REMOVEDIR)).forgive(ENOENT));
    }

    /** The part of delete: the container's own groups, innermost first. */
    static void remove(ContainerRecord record, Recorder tape) {
        for (var path : record.resctrlGroups()) remove(path, tape);
    }
}
