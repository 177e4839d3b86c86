package jrunc.cli;

import java.util.Optional;
import jrunc.lifecycle.Caller;
import jrunc.linux.UsageException;
import jrunc.plan.Global;
import jrunc.plan.Global.CgroupManager;
import jrunc.plan.Global.LogFormat;
import jrunc.plan.Global.Rootless;

/** From the flags before the command's name to {@link Global}. */
final class GlobalFlags {
    private GlobalFlags() {}

    static Global of(Arguments given, Caller caller) {
        var log = given.value(Option.LOG);
        return new Global(root(given, caller), log.isEmpty() ? log : Optional.of(AbsolutePath.of(caller.directory(), log.get())),
                logFormat(given), given.has(Option.DEBUG), rootless(given), cgroupManager(given));
    }

    private static String root(Arguments given, Caller caller) {
        if (given.isGivenEmpty(Option.ROOT)) throw new UsageException("--root: the path is empty");
        var asked = given.value(Option.ROOT);
        if (asked.isEmpty()) return defaultRoot(caller);
        var root = AbsolutePath.of(caller.directory(), asked.get());
        if (root.equals("/")) throw new UsageException("Option --root argument should not be set to /");
        return root;
    }

    /**
     * As runc: the user's own place, if there is one, for whoever is not root or is root only in a user namespace. An ordinary user
     * whose environment does not say where it is has it where every login puts it.
     */
    private static String defaultRoot(Caller caller) {
        var own = caller.variable("XDG_RUNTIME_DIR");
        long uid = caller.uid();
        if (own.isEmpty()) return uid == 0 ? Global.DEFAULT_ROOT : "/run/user/" + uid + "/jrunc";
        boolean isOwn = uid != 0 || caller.inUserNamespace() && !caller.variable("USER").equals(Optional.of("root"));
        return isOwn ? AbsolutePath.of(caller.directory(), own.get() + "/jrunc") : Global.DEFAULT_ROOT;
    }

    private static LogFormat logFormat(Arguments given) {
        var word = given.value(Option.LOG_FORMAT).orElse("text");
        return switch (word) {
            case "text" -> LogFormat.TEXT;
            case "json" -> LogFormat.JSON;
            default -> throw new UsageException("invalid log-format: " + word + "; text or json");
        };
    }

    private static Rootless rootless(Arguments given) {
        var word = given.value(Option.ROOTLESS).orElse("auto");
        return switch (word) {
            case "auto" -> Rootless.AUTO;
            case "true", "TRUE", "True", "t", "T", "1" -> Rootless.TRUE;
            case "false", "FALSE", "False", "f", "F", "0" -> Rootless.FALSE;
            default -> throw new UsageException("invalid value \"" + word + "\" for --rootless; true, false or auto");
        };
    }

    private static CgroupManager cgroupManager(Arguments given) {
        var word = given.value(Option.CGROUP_MANAGER).orElse("");
        boolean isSystemd = given.has(Option.SYSTEMD_CGROUP);
        if (isSystemd && !word.isEmpty() && !word.equals("systemd")) {
            throw new UsageException("--systemd-cgroup and --cgroup-manager " + word + " exclude each other");
        }
        return switch (word) {
            case "" -> isSystemd ? CgroupManager.SYSTEMD : CgroupManager.CGROUPFS;
            case "cgroupfs" -> CgroupManager.CGROUPFS;
            case "systemd" -> CgroupManager.SYSTEMD;
            case "disabled" -> CgroupManager.DISABLED;
            default -> throw new UsageException("invalid value \"" + word + "\" for --cgroup-manager; cgroupfs, systemd or disabled");
        };
    }
}
