package jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.linux.UsageException;
import jrunc.plan.Command;

/** From the flags of {@code exec} to {@link Command.Exec}. */
final class ExecFlags {
    private static final long HIGHEST_ID = 0xFFFF_FFFEL;
    private static final int MOST_DIGITS = 10;

    private ExecFlags() {}

    static Command.Exec of(String id, Arguments given, String directory) {
        var user = given.value(Option.USER).orElse("");
        int colon = user.indexOf(':');
        var uid = user.isEmpty() ? OptionalLong.empty() : OptionalLong.of(id(Option.USER, colon < 0 ? user : user.substring(0, colon)));
        var gid = colon < 0 ? OptionalLong.empty() : OptionalLong.of(id(Option.USER, user.substring(colon + 1)));
        var changes = new Command.ProcessChanges(given.words().subList(1, given.words().size()), given.has(Option.TTY), given.value(Option.CWD),
                given.values(Option.ENV), uid, gid, groups(given), given.values(Option.CAP), given.value(Option.APPARMOR),
                given.value(Option.PROCESS_LABEL), given.has(Option.NO_NEW_PRIVS));
        return new Command.Exec(id, path(given, Option.PROCESS, directory), changes, given.has(Option.DETACH), path(given, Option.PID_FILE, directory),
                path(given, Option.CONSOLE_SOCKET, directory), path(given, Option.PIDFD_SOCKET, directory), CommandLine.preserveFds(given),
                cgroup(given.values(Option.CGROUP)), given.has(Option.IGNORE_PAUSED));
    }

    private static Optional<String> path(Arguments given, Option option, String directory) {
        var path = given.value(option);
        return path.isEmpty() ? path : Optional.of(AbsolutePath.of(directory, path.get()));
    }

    private static List<Long> groups(Arguments given) {
        List<Long> groups = new ArrayList<>();
        for (var group : given.values(Option.ADDITIONAL_GIDS)) groups.add(id(Option.ADDITIONAL_GIDS, group));
        return groups;
    }

    /** ASCII digits only, and never around the end of 32 bits (CVE-2016-3697, CVE-2024-40635). */
    private static long id(Option option, String digits) {
        boolean isNumber = !digits.isEmpty() && digits.length() <= MOST_DIGITS;
        long number = 0;
        for (int i = 0; i < digits.length() && isNumber; i++) {
            char c = digits.charAt(i);
            isNumber = c >= '0' && c <= '9';
            number = number * 10 + (c - '0');
        }
        if (isNumber && number <= HIGHEST_ID) return number;
        throw new UsageException("invalid value \"" + digits + "\" for " + option.dashed() + "; a number from 0 to " + HIGHEST_ID
                + (option == Option.USER ? ", and perhaps :GID" : ""));
    }

    /** cgroup v2 has one tree, so that all controllers that are named must be in the same place. */
    private static Optional<String> cgroup(List<String> values) {
        String path = null;
        for (var value : values) {
            int colon = value.indexOf(':');
            String one = value.substring(colon + 1);
            if (one.isEmpty()) throw new UsageException("invalid --cgroup argument: \"" + value + "\"; [CONTROLLER,...:]PATH");
            for (var name : one.split("/")) {
                if (name.equals("..")) throw new UsageException(one + " is not a sub cgroup path; it must lie below the container's cgroup");
            }
            if (path != null && !path.equals(one)) throw new UsageException("invalid --cgroup arguments: " + path + " and " + one
                    + "; in cgroup v2 a process is in one cgroup for all controllers");
            path = one;
        }
        return Optional.ofNullable(path);
    }
}
