package jrunc.config;

import java.util.BitSet;

/**
 * A list of processors or memory nodes: {@code 0-3,7}; {@code 0-31:2/4} is of each 4 the first 2.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cpuset.7.html">cpuset(7), List format</a>
 */
public final class NumberList {
    private NumberList() {}

    /** {@return whether the kernel can read {@code list}; blanks around an entry are fine} */
    public static boolean isOne(String list) {
        for (var entry : list.split(",", -1)) {
            if (!isRange(entry.strip())) return false;
        }
        return true;
    }

    /** {@return the highest number of a list that {@link #isOne} accepts} */
    static long highest(String list) {
        long highest = 0;
        for (var entry : list.split(",", -1)) highest = Math.max(highest, last(entry.strip()));
        return highest;
    }

    /** {@return the numbers of a list that the rules have accepted} */
    public static BitSet bits(String list) {
        var bits = new BitSet();
        for (var entry : list.split(",", -1)) set(entry.strip(), bits);
        return bits;
    }

    private static void set(String entry, BitSet bits) {
        int colon = entry.indexOf(':');
        long first = number(entry.substring(0, entry.indexOf('-') < 0 ? entry.length() : entry.indexOf('-')));
        long used = 1;
        long group = 1;
        if (colon >= 0) {
            int slash = entry.indexOf('/');
            used = number(entry.substring(colon + 1, slash));
            group = number(entry.substring(slash + 1));
        }
        long last = last(entry);
        for (long n = first; n <= last; n++) {
            if ((n - first) % group < used) bits.set((int) n);
        }
    }

    private static long last(String entry) {
        int dash = entry.indexOf('-');
        int colon = entry.indexOf(':');
        return number(entry.substring(dash + 1, colon < 0 ? entry.length() : colon));
    }

    private static boolean isRange(String entry) {
        int dash = entry.indexOf('-');
        if (dash < 0) return number(entry) >= 0;
        int colon = entry.indexOf(':');
        int end = colon < 0 ? entry.length() : colon;
        if (end < dash) return false;
        long first = number(entry.substring(0, dash));
        long last = number(entry.substring(dash + 1, end));
        return first >= 0 && first <= last && (colon < 0 || isStride(entry.substring(colon + 1)));
    }

    private static boolean isStride(String stride) {
        int slash = stride.indexOf('/');
        if (slash < 0) return false;
        long used = number(stride.substring(0, slash));
        return used >= 1 && used <= number(stride.substring(slash + 1));
    }

    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 9) return -1;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return -1;
        }
        return Long.parseLong(digits);
    }
}
