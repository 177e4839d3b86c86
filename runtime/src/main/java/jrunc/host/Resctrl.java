package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The resctrl file system, and what is in it of the one group that a config asks for.
 *
 * @param mountPoint    where it is mounted
 * @param schemata      what the group's file of that name says now; nothing if there is no such group
 * @param isMonitored   whether the group has a monitoring group of the container's name already
 * @param bandwidthStep in percent: the kernel rounds a share of the memory's bandwidth up to a multiple of it
 * @see <a href="https://docs.kernel.org/filesystems/resctrl.html">resctrl</a>
 */
public record Resctrl(String mountPoint, Optional<String> schemata, boolean isMonitored, long bandwidthStep) {

    /** {@return what there is of {@code group}, or nothing where no resctrl is mounted} The root group is "". */
    public static Optional<Resctrl> read(String group, String id) {
        return mountPoint(MountTable.parse(HostReader.text("/proc/self/mountinfo"))).map(point -> at(point, group, id));
    }

    /** {@return the last mount of it that no other lies over} */
    static Optional<String> mountPoint(List<MountTable.Entry> mounts) {
        for (int i = mounts.size() - 1; i >= 0; i--) {
            if (mounts.get(i).type().equals("resctrl") && !MountTable.isCovered(mounts, i)) return Optional.of(mounts.get(i).mountPoint());
        }
        return Optional.empty();
    }

    static Resctrl at(String mountPoint, String group, String id) {
        var directory = Path.of(mountPoint, group);
        Optional<String> schemata = Files.exists(directory) ? Optional.of(text(directory.resolve("schemata"))) : Optional.empty();
        String step = text(Path.of(mountPoint, "info", "MB", "bandwidth_gran")).strip();
        return new Resctrl(mountPoint, schemata, Files.exists(directory.resolve("mon_groups").resolve(id)), step.isEmpty() ? 1 : Long.parseLong(step));
    }

    /** A processor that can only monitor, or only allocate, has not all of the files. */
    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            return "";
        }
    }
}
