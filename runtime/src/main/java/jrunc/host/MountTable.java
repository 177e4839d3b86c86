package jrunc.host;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of {@code /proc/self/mountinfo}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public final class MountTable {
    /** One mount: where it is, of which kind. Escapes such as {@code \040} are undone. */
    public record Entry(String mountPoint, String type) {}

    private MountTable() {}

    /** {@return the mounts in the order of the text} */
    public static List<Entry> parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            if (end < 0) end = text.length();
            var entry = entry(text.substring(start, end));
            if (entry != null) entries.add(entry);
            start = end + 1;
        }
        return entries;
    }

    /** {@return whether a later mount lies over the one at {@code index}, so that its path leads elsewhere} */
    public static boolean isCovered(List<Entry> mounts, int index) {
        String covered = mounts.get(index).mountPoint();
        for (int i = index + 1; i < mounts.size(); i++) {
            String point = mounts.get(i).mountPoint();
            if (covered.equals(point) || covered.startsWith(point.endsWith("/") ? point : point + "/")) return true;
        }
        return false;
    }

    private static Entry entry(String line) {
        int field = 0;
        for (int spaces = 0; spaces < 4; spaces++) {
            field = line.indexOf(' ', field) + 1;
            if (field == 0) return null;
        }
        int separator = line.indexOf(" - ", field);
        if (separator < 0) return null;
        int typeEnd = line.indexOf(' ', separator + 3);
        return new Entry(unescaped(line.substring(field, line.indexOf(' ', field))),
                line.substring(separator + 3, typeEnd < 0 ? line.length() : typeEnd));
    }

    /** {@code \040} is a space; the kernel writes blank, tab, newline and backslash so. */
    static String unescaped(String word) {
        if (word.indexOf('\\') < 0) return word;
        var out = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) == '\\' && i + 3 < word.length()) {
                out.append((char) Integer.parseInt(word.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(word.charAt(i));
            }
        }
        return out.toString();
    }
}
