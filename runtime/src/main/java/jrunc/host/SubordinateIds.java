package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ids that the administrator has granted to an ordinary user beside its own, in {@code /etc/subuid} and {@code /etc/subgid}.
 * They can be used only through the programs that check this, so where these are not installed there are none.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/subuid.5.html">subuid(5)</a>
 */
public record SubordinateIds(List<Range> uids, List<Range> gids) {
    /** Writes a user's uid map. */
    public static final String NEWUIDMAP = "/usr/bin/newuidmap";
    /** Writes a user's gid map. */
    public static final String NEWGIDMAP = "/usr/bin/newgidmap";

    /** So many ids from {@code first} on. */
    public record Range(long first, long count) {}

    public SubordinateIds {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** {@return what user {@code uid} has been granted} Only files are asked, no name service. */
    public static SubordinateIds of(long uid) {
        var names = names(lines("/etc/passwd"), uid);
        return new SubordinateIds(Files.isExecutable(Path.of(NEWUIDMAP)) ? ranges(lines("/etc/subuid"), names) : List.of(),
                Files.isExecutable(Path.of(NEWGIDMAP)) ? ranges(lines("/etc/subgid"), names) : List.of());
    }

    /** {@return under which words a user stands in the files: the id, and every name of it in these lines of passwd(5)} */
    static Set<String> names(List<String> passwd, long uid) {
        Set<String> names = new HashSet<>(Set.of(Long.toString(uid)));
        for (var line : passwd) {
            var fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].equals(Long.toString(uid))) names.add(fields[0]);
        }
        return names;
    }

    /** {@return the ranges of these users in lines of subuid(5)} A line that is none is passed over, as the programs do. */
    static List<Range> ranges(List<String> lines, Set<String> names) {
        List<Range> ranges = new ArrayList<>();
        for (var line : lines) {
            var fields = line.split(":", -1);
            if (fields.length != 3 || !names.contains(fields[0])) continue;
            try {
                long first = Long.parseLong(fields[1]);
                long count = Long.parseLong(fields[2]);
                if (first > 0 && count > 0 && first + count <= 0xFFFFFFFFL) ranges.add(new Range(first, count));
            } catch (NumberFormatException notOne) {
                continue;
            }
        }
        return ranges;
    }

    private static List<String> lines(String file) {
        try {
            return List.of(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).split("\n"));
        } catch (IOException none) {
            return List.of(); // a machine without the file grants nothing
        }
    }
}
