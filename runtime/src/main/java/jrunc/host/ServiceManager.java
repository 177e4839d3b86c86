package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The systemd that makes a container's cgroup: the machine's, or an ordinary user's own.
 *
 * @param version      such as 252
 * @param cgroup       where its slices begin, from the root of the tree: empty for the machine's
 * @param deviceGroups what systemd calls all devices of one type and major number, by {@code c 136}: {@code char-pts}
 */
public record ServiceManager(int version, String cgroup, Map<String, String> deviceGroups) {
    /** One that has everything, for whoever only wants to know what would be asked of it. */
    public static final int NEWEST = Integer.MAX_VALUE;

    public ServiceManager {
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

    /** {@return the groups that this kernel has} */
    public static Map<String, String> readDeviceGroups() {
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
