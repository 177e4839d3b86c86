package jrunc.cli;

import java.math.BigDecimal;

/** How much memory people mean: {@code 1000}, {@code 512m}, {@code 1.5G}, {@code 64 KiB}. A unit is a power of 1024, whatever its letters. */
final class Size {
    private static final String UNITS = "kmgtpe";
    private static final int LONGEST = 40;

    private Size() {}

    /** {@return how many bytes {@code text} says, or -1 if it says none, or more than a signed 64-bit number can} */
    static long bytes(String text) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) end++;
        int power = power(text.substring(end).strip().toLowerCase(java.util.Locale.ROOT));
        if (end == 0 || power < 0 || text.length() > LONGEST) return -1;
        try {
            var bytes = new BigDecimal(text.substring(0, end)).multiply(BigDecimal.valueOf(1L << 10 * power)).toBigInteger();
            return bytes.bitLength() < Long.SIZE ? bytes.longValue() : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** {@return of 1024, or -1 for what is no unit: b, k, kb and kib are some} */
    private static int power(String unit) {
        if (unit.isEmpty() || unit.equals("b")) return 0;
        boolean isUnit = unit.length() == 1 || unit.substring(1).equals("b") || unit.substring(1).equals("ib");
        int at = isUnit ? UNITS.indexOf(unit.charAt(0)) : -1;
        return at < 0 ? -1 : at + 1;
    }
}
