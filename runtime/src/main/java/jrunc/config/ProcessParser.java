package jrunc.config;

import static jrunc.config.ConfigParser.ID_MAX;
import static jrunc.config.ConfigParser.INT32_MAX;
import static jrunc.config.ConfigParser.INT32_MIN;
import static jrunc.config.ConfigParser.UINT16_MAX;
import static jrunc.config.ConfigParser.number;
import static jrunc.config.ConfigParser.orZero;
import static jrunc.config.ConfigParser.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the {@code process} object. */
final class ProcessParser {
    private static final long UMASK_MAX = 0777;

    private ProcessParser() {}

    static Process process(JsonReader json) {
        boolean terminal = false;
        Process.ConsoleSize consoleSize = null;
        Process.User user = null;
        List<String> args = null;
        List<String> env = null;
        String cwd = null;
        Process.Capabilities capabilities = null;
        List<Process.Limit> rlimits = null;
        boolean noNewPrivileges = false;
        String apparmorProfile = null;
        Long oomScoreAdj = null;
        Process.Scheduler scheduler = null;
        String selinuxLabel = null;
        Process.IoPriority ioPriority = null;
        Process.ExecCpuAffinity execCPUAffinity = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "terminal" -> terminal = json.bool();
                case "consoleSize" -> consoleSize = consoleSize(json);
                case "user" -> user = user(json);
                case "args" -> args = json.strings();
                case "env" -> env = json.strings();
                case "cwd" -> cwd = json.string();
                case "capabilities" -> capabilities = capabilities(json);
                case "rlimits" -> rlimits = rlimits(json);
                case "noNewPrivileges" -> noNewPrivileges = json.bool();
                case "apparmorProfile" -> apparmorProfile = json.string();
                case "oomScoreAdj" -> oomScoreAdj = json.integer(-1000, 1000);
                case "scheduler" -> scheduler = scheduler(json);
                case "selinuxLabel" -> selinuxLabel = json.string();
                case "ioPriority" -> ioPriority = ioPriority(json);
                case "execCPUAffinity" -> execCPUAffinity = execCPUAffinity(json);
                default -> json.passOver();
            }
        }
        json.require(cwd, "cwd");
        return new Process(terminal, Optional.ofNullable(consoleSize), user == null ? Process.User.ROOT : user, args, env, cwd,
                Optional.ofNullable(capabilities), rlimits, noNewPrivileges, text(apparmorProfile), number(oomScoreAdj),
                Optional.ofNullable(scheduler), text(selinuxLabel), Optional.ofNullable(ioPriority),
                Optional.ofNullable(execCPUAffinity));
    }

    private static Process.ConsoleSize consoleSize(JsonReader json) {
        Long height = null;
        Long width = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "height" -> height = json.integer(0, UINT16_MAX);
                case "width" -> width = json.integer(0, UINT16_MAX);
                default -> json.passOver();
            }
        }
        json.require(height, "height");
        json.require(width, "width");
        return new Process.ConsoleSize(orZero(height), orZero(width));
    }

    private static Process.User user(JsonReader json) {
        Long uid = null;
        Long gid = null;
        Long umask = null;
        List<Long> additionalGids = new ArrayList<>();
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "uid" -> uid = json.integer(0, ID_MAX);
                case "gid" -> gid = json.integer(0, ID_MAX);
                case "umask" -> umask = json.integer(0, UMASK_MAX);
                case "additionalGids" -> {
                    if (json.array()) while (json.nextElement()) additionalGids.add(json.integer(0, ID_MAX));
                }
                default -> json.passOver();
            }
        }
        json.require(uid, "uid");
        json.require(gid, "gid");
        return new Process.User(orZero(uid), orZero(gid), number(umask), additionalGids);
    }

    private static Process.Capabilities capabilities(JsonReader json) {
        List<String> effective = null;
        List<String> bounding = null;
        List<String> inheritable = null;
        List<String> permitted = null;
        List<String> ambient = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "effective" -> effective = json.strings();
                case "bounding" -> bounding = json.strings();
                case "inheritable" -> inheritable = json.strings();
                case "permitted" -> permitted = json.strings();
                case "ambient" -> ambient = json.strings();
                default -> json.passOver();
            }
        }
        return new Process.Capabilities(effective, bounding, inheritable, permitted, ambient);
    }

    private static List<Process.Limit> rlimits(JsonReader json) {
        List<Process.Limit> rlimits = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) rlimits.add(rlimit(json));
        }
        return rlimits;
    }

    private static Process.Limit rlimit(JsonReader json) {
        String type = null;
        Long soft = null;
        Long hard = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "type" -> type = json.string();
                    case "soft" -> soft = json.unsigned();
                    case "hard" -> hard = json.unsigned();
                    default -> json.passOver();
                }
            }
            json.require(type, "type");
            json.require(soft, "soft");
            json.require(hard, "hard");
        }
        return new Process.Limit(type, orZero(soft), orZero(hard));
    }

    private static Process.Scheduler scheduler(JsonReader json) {
        String policy = null;
        Long nice = null;
        Long priority = null;
        List<String> flags = null;
        Long runtime = null;
        Long deadline = null;
        Long period = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "policy" -> policy = json.string();
                case "nice" -> nice = json.integer(INT32_MIN, INT32_MAX);
                case "priority" -> priority = json.integer(INT32_MIN, INT32_MAX);
                case "flags" -> flags = json.strings();
                case "runtime" -> runtime = json.unsigned();
                case "deadline" -> deadline = json.unsigned();
                case "period" -> period = json.unsigned();
                default -> json.passOver();
            }
        }
        json.require(policy, "policy");
        return new Process.Scheduler(policy, number(nice), number(priority), flags, number(runtime), number(deadline),
                number(period));
    }

    private static Process.IoPriority ioPriority(JsonReader json) {
        String ioClass = null;
        Long priority = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "class" -> ioClass = json.string();
                case "priority" -> priority = json.integer(INT32_MIN, INT32_MAX);
                default -> json.passOver();
            }
        }
        json.require(ioClass, "class");
        json.require(priority, "priority");
        return new Process.IoPriority(ioClass, orZero(priority));
    }

    private static Process.ExecCpuAffinity execCPUAffinity(JsonReader json) {
        String initial = null;
        String last = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "initial" -> initial = json.string();
                case "final" -> last = json.string();
                default -> json.passOver();
            }
        }
        return new Process.ExecCpuAffinity(text(initial), text(last));
    }
}
