package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the files of a cgroup say. One that is missing says nothing: its controller is not there, or the kernel is older.
 *
 * @param directory of the cgroup, absolute
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files">Control Group v2</a>
 */
public record CgroupFiles(String directory) {
    /** What {@code max} is as a number. */
    public static final long UNLIMITED = -1;

    /** {@return the text of a file, if it is there and the kernel says anything} */
    public Optional<String> text(String file) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of(directory, file)), StandardCharsets.UTF_8));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** {@return the one number of a file, unsigned, {@link #UNLIMITED} for "max"; nothing if the file is missing} */
    public Optional<Long> number(String file) {
        var text = text(file);
        return text.isEmpty() || text.get().isBlank() ? Optional.empty() : Optional.of(parsed(text.get().strip()));
    }

    /** {@return the numbers of a file with a name and a number in each line, by the names} */
    public TreeMap<String, Long> named(String file) {
        var named = new TreeMap<String, Long>();
        for (var line : lines(file)) {
            int space = line.indexOf(' ');
            if (space > 0) named.put(line.substring(0, space), parsed(line.substring(space + 1)));
        }
        return named;
    }

    /** {@return the lines of a file, none if it is missing} */
    public List<String> lines(String file) {
        List<String> lines = new ArrayList<>();
        for (var line : text(file).orElse("").split("\n")) {
            if (!line.isBlank()) lines.add(line);
        }
        return lines;
    }

    /** {@return the page sizes that the hugetlb controller counts: {@code 2MB}} */
    public List<String> hugepageSizes() {
        List<String> sizes = new ArrayList<>();
        var names = Path.of(directory).toFile().list();
        if (names == null) return sizes;
        String prefix = "hugetlb.";
        for (var name : names) {
            boolean isOne = name.startsWith(prefix) && name.endsWith("B.current") && !name.contains(".rsvd.");
            if (isOne) sizes.add(name.substring(prefix.length(), name.lastIndexOf('.')));
        }
        sizes.sort(null);
        return sizes;
    }

    private static long parsed(String digits) {
        try {
            return digits.equals("max") ? UNLIMITED : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            return 0; // a line that a later kernel has, with something else in it
        }
    }
}
