package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What crun's mount option {@code idmap=uids=0-1-10#10-11-10;gids=@0-100-10} asks for: ranges of ids on the file system, ids
 * on the host, and how many. The host ids of ranges after an {@code @} are the container's, in its user namespace.
 *
 * @param uids of users
 * @param gids of groups
 * @see <a href="https://github.com/containers/crun/blob/main/crun.1.md">crun(1), idmap mount options</a>
 */
public record IdmapWord(List<Range> uids, List<Range> gids) {
    private static final String RELATIVE = "@";

    public IdmapWord {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** One range; {@code relative}: its host id is one of the container. */
    public record Range(boolean relative, IdMapping ids) {}

    /** {@return what the option says, or nothing if it does not have the form} */
    static Optional<IdmapWord> parse(String word) {
        Optional<List<Range>> uids = Optional.empty();
        Optional<List<Range>> gids = Optional.empty();
        for (var part : word.substring(word.indexOf('=') + 1).split(";", -1)) {
            if (part.startsWith("uids=") && uids.isEmpty()) uids = ranges(part.substring("uids=".length()));
            else if (part.startsWith("gids=") && gids.isEmpty()) gids = ranges(part.substring("gids=".length()));
            else return Optional.empty();
        }
        return uids.isEmpty() || gids.isEmpty() ? Optional.empty() : Optional.of(new IdmapWord(uids.get(), gids.get()));
    }

    private static Optional<List<Range>> ranges(String text) {
        List<Range> ranges = new ArrayList<>();
        for (var range : text.split("#", -1)) {
            boolean relative = range.startsWith(RELATIVE);
            var numbers = (relative ? range.substring(1) : range).split("-", -1);
            if (numbers.length != 3) return Optional.empty();
            long[] ids = new long[3];
            for (int i = 0; i < 3; i++) {
                ids[i] = number(numbers[i]);
                if (ids[i] < 0) return Optional.empty();
            }
            ranges.add(new Range(relative, new IdMapping(ids[0], ids[1], ids[2])));
        }
        return Optional.of(ranges);
    }

    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 10) return -1;
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') return -1;
            number = number * 10 + c - '0';
        }
        return number;
    }

    /**
     * {@return the mappings, with relative ranges put through those of the container's user namespace; nothing if a range is
     * not wholly within one of these}
     */
    static Optional<List<IdMapping>> absolute(List<Range> ranges, List<IdMapping> container) {
        List<IdMapping> mappings = new ArrayList<>();
        for (var range : ranges) {
            var ids = range.ids;
            if (!range.relative) {
                mappings.add(ids);
                continue;
            }
            long host = -1;
            for (var mapping : container) {
                long offset = ids.hostID() - mapping.containerID();
                if (offset >= 0 && offset + ids.size() <= mapping.size()) host = mapping.hostID() + offset;
            }
            if (host < 0) return Optional.empty();
            mappings.add(new IdMapping(ids.containerID(), host, ids.size()));
        }
        return Optional.of(mappings);
    }
}
