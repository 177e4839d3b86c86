package jrunc.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.config.IdMapping;
import jrunc.linux.StateException;

/** Which ids there are in the user namespace of this process, and which they are outside of it. */
public record MappedIds(List<IdMapping> uids, List<IdMapping> gids) {
    private static final int NAME = 12;

    /** {@return those of this process} */
    public static MappedIds here() {
        try {
            return new MappedIds(IdMapping.lines(Files.readString(Path.of("/proc/self/uid_map"))), IdMapping.lines(Files.readString(Path.of("/proc/self/gid_map"))));
        } catch (IOException e) {
            throw new StateException("read /proc/self/uid_map and gid_map: " + e.getMessage(), e);
        }
    }

    /** {@return a name for a directory whose files only mean something where these ids are mapped} */
    String name() {
        var text = new StringBuilder();
        for (var maps : List.of(uids, gids)) {
            for (var map : maps) text.append(map.containerID()).append(' ').append(map.hostID()).append(' ').append(map.size()).append('\n');
            text.append('\n');
        }
        return Digest.of(text.toString().getBytes(StandardCharsets.US_ASCII)).hex().substring(0, NAME);
    }
}
