package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jrunc.host.HostReader;
import jrunc.host.ProcessFile;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.StateDirectory;

/**
 * What can still be had of a record that is damaged, so that {@code delete --force} does not leave a container running that nobody
 * knows of any more. A damaged text is believed only where the kernel says the same: a process has the pid and the start time that it
 * names, and is in the cgroup that it names, or below.
 */
final class Salvage {
    private Salvage() {}

    /** {@return a record with the process and the cgroup, or one of nothing but the id} */
    static ContainerRecord of(Global global, String id) {
        var none = ContainerRecord.none(id);
        var lines = lines(Path.of(StateDirectory.path(global, id), ContainerRecord.FILE));
        long pid = number(first("pid ", lines));
        long startTime = number(first("start-time ", lines));
        boolean isOther = !first("id ", lines).isEmpty() && !first("id ", lines).equals(id);
        if (isOther || pid <= 1 || startTime <= 0 || ProcessFile.startTime(pid) != startTime) return none;
        String cgroup = first("cgroup ", lines);
        var tree = HostReader.read().cgroups();
        boolean isIn = tree.isPresent() && cgroup.length() > 1 && cgroup.startsWith("/") && (cgroupOf(pid) + "/").startsWith(cgroup + "/");
        List<String> made = new ArrayList<>();
        for (var line : lines) {
            if (isIn && line.startsWith("cgroup-made ") && (cgroup + "/").startsWith(line.substring("cgroup-made ".length()) + "/")) {
                made.add(line.substring("cgroup-made ".length()));
            }
        }
        return new ContainerRecord(pid, startTime, none.ociVersion(), id, "", "", "", 0, 0, isIn ? tree.get().mountPoint() : "", isIn ? cgroup : "", made,
                false, "", List.of(), Map.of(), Map.of());
    }

    private static List<String> lines(Path record) {
        try {
            var text = new String(Files.readAllBytes(record), StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n'); // what comes after it may be cut
            return end < 0 ? List.of() : List.of(text.substring(0, end).split("\n"));
        } catch (IOException none) {
            return List.of();
        }
    }

    private static String first(String key, List<String> lines) {
        for (var line : lines) {
            if (line.startsWith(key)) return line.substring(key.length());
        }
        return "";
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String cgroupOf(long pid) {
        for (var line : lines(Path.of("/proc/" + pid + "/cgroup"))) {
            if (line.startsWith("0::")) return line.substring("0::".length());
        }
        return "";
    }
}
