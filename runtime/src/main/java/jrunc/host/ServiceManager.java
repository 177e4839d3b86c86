package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The systemd that makes a container's cgroup: the machine's, or an ordinary user's own.
 *
 * @param version      such as 252
 * @param cgroup       where its slices begin, from the root of the tree: empty for the machine's
 * @param delegated    which files of a cgroup belong to whom it is handed down to
 * @param deviceGroups what systemd calls all devices of one type and major number, by {@code c 136}: {@code char-pts}
 */
public record ServiceManager(int version, String cgroup, List<String> delegated, Map<String, String> deviceGroups) {
    /** One that has everything, for whoever only wants to know what would be asked of it. */
    public static final int NEWEST = Integer.MAX_VALUE;

    public ServiceManager {
        delegated = List.copyOf(delegated);
        deviceGroups = Map.copyOf(deviceGroups);
    }

    /** {@return the number that a version begins with, 0 if there is none: 252 of {@code v252.39-1~deb12u2}} */
    public static int number(String version) {
        int number = 0;
        for (int i = version.startsWith("v") ? 1 : 0; i < version.length() && Character.isDigit(version.charAt(i)) && number < 100_000; i++) {
            number = 10 * number + version.charAt(i) - '0';
        }
        return number;
    }

    /** {@return systemd of this version, with what this kernel says} */
    public static ServiceManager here(int version, String cgroup) {
        return new ServiceManager(version, cgroup, readDelegated(), readDeviceGroups());
    }

    /** Before Linux 4.15 the kernel did not say: then cgroups(7) does. */
    private static List<String> readDelegated() {
        try {
            return List.of(Files.readString(Path.of("/sys/kernel/cgroup/delegate")).split("\n"));
        } catch (IOException e) {
            return List.of("cgroup.procs", "cgroup.subtree_control", "cgroup.threads");
        }
    }

    private static Map<String, String> readDeviceGroups() {
        try {
            return deviceGroups(Files.readString(Path.of("/proc/devices"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Map.of(); // then rules for whole groups are the device filter's alone
        }
    }

    /** {@return the groups that {@code /proc/devices} lists} */
    static Map<String, String> deviceGroups(String devices) {
        Map<String, String> groups = new HashMap<>();
        String type = "";
        for (var line : devices.split("\n")) {
            int space = line.strip().indexOf(' ');
            if (line.startsWith("Character")) type = "c";
            else if (line.startsWith("Block")) type = "b";
            else if (space > 0) groups.putIfAbsent(type + " " + line.strip().substring(0, space), (type.equals("c") ? "char-" : "block-") + line.strip().substring(space + 1));
        }
        return groups;
    }
}
