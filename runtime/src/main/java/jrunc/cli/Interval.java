package jrunc.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A duration as Go programs take it: {@code 5s}, {@code 1m30s}, {@code 500ms}, {@code 1.5h}. */
final class Interval {
    private static final String[] UNITS = {"ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h"};
    private static final long[] NANOSECONDS = {1, 1000, 1000, 1000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
    private static final int LONGEST = 60;

    private Interval() {}

    /** {@return how many nanoseconds {@code text} says, 0 for none, or -1 if it is no duration, or a longer one than a signed 64-bit number can say} */
    static long nanoseconds(String text) {
        if (text.equals("0")) return 0;
        if (text.isEmpty() || text.length() > LONGEST) return -1;
        var sum = BigDecimal.ZERO;
        for (int at = 0; at < text.length(); ) {
            int digits = at;
            while (digits < text.length() && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) digits++;
            int end = digits;
            while (end < text.length() && !Character.isDigit(text.charAt(end)) && text.charAt(end) != '.') end++;
            int unit = unit(text.substring(digits, end));
            if (digits == at || unit < 0) return -1;
            try {
                sum = sum.add(new BigDecimal(text.substring(at, digits)).multiply(BigDecimal.valueOf(NANOSECONDS[unit])));
            } catch (NumberFormatException e) {
                return -1;
            }
            at = end;
        }
        var whole = sum.setScale(0, RoundingMode.DOWN).toBigInteger();
        return whole.bitLength() < Long.SIZE ? whole.longValue() : -1;
    }

    private static int unit(String word) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(word)) return i;
        }
        return -1;
    }
}
