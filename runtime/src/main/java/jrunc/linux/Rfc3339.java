package jrunc.linux;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** A date as RFC 3339 writes it. Not by a formatter: that is a large part of the JDK to start for one line. */
public final class Rfc3339 {
    private Rfc3339() {}

    /** {@return the date, with nanoseconds, in UTC} */
    public static String utc(long secondsSince1970, int nanoseconds) {
        var utc = LocalDateTime.ofEpochSecond(secondsSince1970, nanoseconds, ZoneOffset.UTC);
        return utc.getYear() + "-" + digits(utc.getMonthValue(), 2) + "-" + digits(utc.getDayOfMonth(), 2) + "T" + digits(utc.getHour(), 2) + ":"
                + digits(utc.getMinute(), 2) + ":" + digits(utc.getSecond(), 2) + "." + digits(utc.getNano(), 9) + "Z";
    }

    private static String digits(int number, int width) {
        String digits = Integer.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }
}
