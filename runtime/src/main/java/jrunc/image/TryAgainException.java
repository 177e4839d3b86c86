package jrunc.image;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** A server cannot answer now (429, 5xx), and may say when it can. */
final class TryAgainException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Duration after;

    private TryAgainException(String message, Duration after) {
        super(message);
        this.after = after;
    }

    /** {@return how long to wait; null if the server did not say} */
    Duration after() {
        return after;
    }

    /** Ends an attempt whose answer is none. */
    static void check(Transport.Answer answer) throws TryAgainException {
        int status = answer.status();
        if (status != 429 && status / 100 != 5) return;
        throw new TryAgainException("the server answers " + status + (status == 429 ? " (too many requests)" : ""), retryAfter(answer.header("Retry-After")));
    }

    /** RFC 9110, 10.2.3: seconds, or a date. */
    private static Duration retryAfter(String value) {
        if (value == null) return null;
        try {
            return Duration.ofSeconds(Long.parseUnsignedLong(value.trim()));
        } catch (NumberFormatException e) {
            return untilDate(value.trim());
        }
    }

    private static Duration untilDate(String date) {
        try {
            var wait = Duration.between(Instant.now(), ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
