package jrunc.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jrunc.config.Linux;

/**
 * What a config asks of resctrl's file {@code schemata}, and whether a group that is there already has it. A line is
 * {@code L3:0=7f0;1=1f}: a resource, and for each domain of it a value. What the kernel shows is not written as it was: it pads
 * names, sorts domains, drops leading zeros, and rounds bandwidths.
 *
 * @see <a href="https://docs.kernel.org/filesystems/resctrl.html">resctrl</a>
 */
final class Schemata {
    private static final long ALL = 100;

    /** One value that is asked for, and the property that asks. */
    private record Wanted(String field, String value) {}

    private Schemata() {}

    /** {@return what is to be written, each text at once} Two texts, for the kernel takes a domain only once in a write. */
    static List<String> texts(Linux.IntelRdt rdt) {
        List<String> older = new ArrayList<>(cacheLines(rdt));
        older.addAll(lines(rdt.memBwSchema().orElse("")));
        List<String> texts = new ArrayList<>();
        if (!older.isEmpty()) texts.add(String.join("\n", older) + "\n");
        if (!rdt.schemata().isEmpty()) texts.add(String.join("\n", rdt.schemata()) + "\n");
        return texts;
    }

    /** {@return how a group with {@code existing} differs from what is asked for, by the property that asks; empty if not at all} */
    static Map<String, String> differences(Linux.IntelRdt rdt, String existing, long bandwidthStep) {
        Map<String, Wanted> wanted = new LinkedHashMap<>(); // in the order of the writes: the last one holds
        collect("l3CacheSchema", cacheLines(rdt), wanted);
        collect("memBwSchema", lines(rdt.memBwSchema().orElse("")), wanted);
        collect("schemata", rdt.schemata(), wanted);
        Map<String, Wanted> there = new LinkedHashMap<>();
        collect("", lines(existing), there);
        Map<String, String> differences = new LinkedHashMap<>();
        wanted.forEach((domain, asked) -> {
            var has = there.get(domain);
            if (has != null && isSame(domain, asked.value(), has.value(), bandwidthStep)) return;
            differences.putIfAbsent(asked.field(), domain + "=" + asked.value() + " is asked for, but it has "
                    + (has == null ? "no " + domain : domain + "=" + has.value()));
        });
        return differences;
    }

    /** The rules have seen to it that there is a memBwSchema where there is such a line. */
    private static List<String> cacheLines(Linux.IntelRdt rdt) {
        List<String> lines = new ArrayList<>();
        for (var line : lines(rdt.l3CacheSchema().orElse(""))) {
            if (!line.startsWith("MB:")) lines.add(line);
        }
        return lines;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (var line : text.split("\n")) {
            if (!line.isBlank()) lines.add(line);
        }
        return lines;
    }

    private static void collect(String field, List<String> lines, Map<String, Wanted> values) {
        for (var line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) continue;
            String resource = line.substring(0, colon).strip();
            for (var entry : line.substring(colon + 1).split(";")) {
                int equals = entry.indexOf('=');
                if (equals < 0) continue; // the kernel will say what it thinks of it
                values.put(resource + ":" + withoutZeros(entry.substring(0, equals).strip()), new Wanted(field, entry.substring(equals + 1).strip()));
            }
        }
    }

    private static boolean isSame(String domain, String asked, String has, long bandwidthStep) {
        if (!domain.startsWith("MB:")) return withoutZeros(mask(asked)).equals(withoutZeros(mask(has)));
        if (withoutZeros(asked).equals(withoutZeros(has))) return true;
        try {
            long rounded = Math.ceilDiv(Long.parseLong(asked), bandwidthStep) * bandwidthStep;
            return rounded == Long.parseLong(has) && rounded <= ALL; // what is more is no share, but MB/s (mount option mba_MBps)
        } catch (NumberFormatException word) {
            return false;
        }
    }

    private static String mask(String hexadecimal) {
        String lower = hexadecimal.toLowerCase(java.util.Locale.ROOT);
        return lower.startsWith("0x") ? lower.substring(2) : lower;
    }

    private static String withoutZeros(String digits) {
        int first = 0;
        while (first < digits.length() - 1 && digits.charAt(first) == '0') first++;
        return digits.substring(first);
    }
}
