package jrunc.config;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#mounts">config.md, Mounts</a>: one entry, applied in
 * the listed order.
 *
 * @param destination path in the container; a relative one is deprecated, and taken from {@code /}, see {@link #place}
 * @param options in the words of {@link MountOption}, or data for the file system
 */
public record Mount(String destination, Optional<String> type, Optional<String> source, List<String> options,
        List<IdMapping> uidMappings, List<IdMapping> gidMappings) {
    public Mount {
        options = Absent.toEmpty(options);
        uidMappings = Absent.toEmpty(uidMappings);
        gidMappings = Absent.toEmpty(gidMappings);
    }

    /** {@return whether the ids of the mount are mapped, by whatever} */
    public boolean hasMappedIds() {
        if (!uidMappings.isEmpty()) return true;
        for (var word : options) {
            if (word.equals("idmap") || word.equals("ridmap") || isIdmapWithValue(word)) return true;
        }
        return false;
    }

    /** {@return whether an option is of {@link IdmapWord}'s kind, whatever its value} */
    static boolean isIdmapWithValue(String word) {
        return word.startsWith("idmap=") || word.startsWith("ridmap=");
    }

    /** {@return the destination as an absolute path without {@code .}, {@code ..} and empty parts; links are not looked at} */
    public String place() {
        var parts = new ArrayDeque<String>();
        for (var part : destination.split("/")) {
            if (part.equals("..")) parts.pollLast();
            else if (!part.isEmpty() && !part.equals(".")) parts.addLast(part);
        }
        return '/' + String.join("/", parts);
    }
}
