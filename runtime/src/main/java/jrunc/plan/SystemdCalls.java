package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.dbus.Message;
import jrunc.host.ServiceManager;

/**
 * What is asked of systemd.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html">org.freedesktop.systemd1(5)</a>
 */
public final class SystemdCalls {
    /** What a job that went well ends with. */
    public static final String DONE = "done";
    /** The unit is loaded, be it only because it has failed once. */
    public static final String UNIT_EXISTS = "org.freedesktop.systemd1.UnitExists";
    /** The unit is not loaded. */
    public static final String NO_SUCH_UNIT = "org.freedesktop.systemd1.NoSuchUnit";
    /** The signal that ends a job. */
    public static final String JOB_REMOVED = "JobRemoved";

    private static final String BUS = "org.freedesktop.DBus";
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String OBJECT = "/org/freedesktop/systemd1";
    private static final String MANAGER = "org.freedesktop.systemd1.Manager";
    private static final String REPLACE = "replace";

    private SystemdCalls() {}

    /** {@return the first word to a bus} */
    public static Message hello(long serial) {
        return Message.call(serial, BUS, "/org/freedesktop/DBus", BUS, "Hello", "");
    }

    /** {@return the wish to hear of the jobs of one unit, and of no other's} */
    public static Message watch(long serial, String unit) {
        return Message.call(serial, BUS, "/org/freedesktop/DBus", BUS, "AddMatch", "s", "type='signal',sender='" + SYSTEMD + "',path='" + OBJECT
                + "',interface='" + MANAGER + "',member='" + JOB_REMOVED + "',arg2='" + unit + "'");
    }

    /** {@return the question for a property of systemd itself: Version, ControlGroup} */
    public static Message ask(long serial, String property) {
        return Message.call(serial, SYSTEMD, OBJECT, "org.freedesktop.DBus.Properties", "Get", "ss", MANAGER, property);
    }

    /** {@return the wish for a scope with this process in it} */
    public static Message start(long serial, Scope scope, Config config, String id, ServiceManager manager, long pid) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "StartTransientUnit", "ssa(sv)a(sa(sv))", scope.unit(), REPLACE,
                properties(scope, config, id, manager, pid), List.of());
    }

    /** Accounting of everything, as jrunc's own cgroups have it. An annotation may say otherwise, but not about a limit. */
    private static List<List<?>> properties(Scope scope, Config config, String id, ServiceManager manager, long pid) {
        List<List<?>> all = new ArrayList<>();
        all.add(UnitProperties.property("Description", "s", "jrunc container " + id));
        all.add(UnitProperties.property("Slice", "s", scope.slice()));
        all.add(UnitProperties.property("Delegate", "b", true));
        all.add(UnitProperties.property("PIDs", "au", List.of(pid)));
        for (var accounting : new String[] {"MemoryAccounting", "CPUAccounting", "IOAccounting", "TasksAccounting"}) {
            all.add(UnitProperties.property(accounting, "b", true));
        }
        all.add(UnitProperties.property("DefaultDependencies", "b", false));
        all.addAll(UnitAnnotations.of(config.annotations()));
        all.addAll(UnitProperties.atStart(config.linux().resources(), manager));
        all.addAll(UnitProperties.of(config.linux().resources(), manager));
        return all;
    }

    /** {@return the wish that a unit ends} */
    public static Message stop(long serial, String unit) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "StopUnit", "ss", unit, REPLACE);
    }

    /** {@return the wish that systemd forgets a unit that has failed} */
    public static Message reset(long serial, String unit) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "ResetFailedUnit", "s", unit);
    }

    /** {@return the question for the object that a unit is} */
    public static Message find(long serial, String unit) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "GetUnit", "s", unit);
    }

    /** {@return the question for a property of a scope} */
    public static Message ask(long serial, String object, String property) {
        return Message.call(serial, SYSTEMD, object, "org.freedesktop.DBus.Properties", "Get", "ss", "org.freedesktop.systemd1.Scope", property);
    }

    /** {@return the wish for other limits, until the unit ends} */
    public static Message set(long serial, String unit, List<List<?>> properties) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "SetUnitProperties", "sba(sv)", unit, true, properties);
    }

    /** {@return the wish that a process goes into the cgroup of a unit, or one below it that begins with a slash} */
    public static Message attach(long serial, String unit, String subgroup, long pid) {
        return Message.call(serial, SYSTEMD, OBJECT, MANAGER, "AttachProcessesToUnit", "ssau", unit, subgroup, List.of(pid));
    }

}
