package jrunc.tape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Form} as a file that a front can fill in and play by itself: its chain begins with a tape that fails unless all is as it was
 * when the form was recorded. 64-bit little-endian words:
 * <pre>
 *  0       8      16       24         32, 40    48      56      64      72           104       end of blanks
 *  +-------+------+--------+----------+---------+-------+-------+-------+------------+---------+---------+--- ... -- {@value #HEAD}
 *  | magic | exit | end of | midnight | command | digits of     | length| time of    | blanks  | command |   0      | the form
 *  |       |      | blanks |          | at, size| pid   | start | of id | day        |         | line    |          |
 *  +-------+------+--------+----------+---------+-------+-------+-------+------------+---------+---------+--- ... --
 * </pre>
 * The command line is what stands in memory from the first argument on, each ended by a NUL, up to the id if that is a blank. A blank is
 * the number of its text and the address where it belongs. Addresses are those of the file mapped so that the form is where its chain
 * was laid out for.
 */
public final class KeptForm {
    /** What stands before the form, in bytes: as much as the largest page. */
    public static final int HEAD = 1 << 16;
    /** How much of that a front reads first. */
    public static final int FIXED = 72;
    /** {@code "jrform1\0"}. */
    public static final long MAGIC = 0x00_31_6d_72_6f_66_72_6aL;
    /** The words, by their number. */
    public static final int EXIT = 1;
    public static final int BLANKS_END = 2;
    /** When the day of the time began, in seconds since 1970. */
    public static final int MIDNIGHT = 3;
    public static final int COMMAND = 4;
    public static final int COMMAND_SIZE = 5;
    public static final int PID_DIGITS = 6;
    public static final int START_DIGITS = 7;
    public static final int ID_LENGTH = 8;
    /** Where the time of day begins, as RFC 3339 writes it, in bytes. */
    public static final int NOW = 72;
    /** How long that is: {@code 2026-01-31T23:59:59.999999999Z}. */
    public static final int NOW_LENGTH = 30;
    /** Where the hour begins in it. */
    public static final int HOUR = 11;
    /** Where the blanks begin, in bytes. */
    public static final int BLANKS = 104;
    /** How long a blank is, in bytes. */
    public static final int BLANK = 16;
    /** What its texts are, by their number. */
    public enum Text { ID, NOW, PID, START_TIME }

    private KeptForm() {}

    /**
     * Whose form it is.
     *
     * @param command  the command line, as above
     * @param idLength of the id if that is a blank, else 0
     */
    public record Key(byte[] command, int idLength, int pidDigits, int startDigits) {
        /** {@return the file's name: a number, which need not be its only one} */
        public String name() {
            long hash = 0;
            for (byte each : command) hash = hash * 33 + Byte.toUnsignedLong(each);
            return Long.toUnsignedString(hash * 33 + idLength + pidDigits + startDigits);
        }
    }

    /**
     * {@return the file; nothing if it cannot be kept so}
     *
     * @param texts    what is in the blanks, by {@link Text}: of the time of day the date counts
     * @param midnight when that date began, in seconds since 1970
     * @param address  where the form is laid out for
     */
    public static Optional<byte[]> of(Form form, Key key, List<String> texts, long midnight, long address) {
        int blanksEnd = BLANKS + form.blanks().size() * BLANK;
        boolean fits = texts.get(Text.NOW.ordinal()).length() == NOW_LENGTH && blanksEnd + key.command.length <= HEAD;
        for (var blank : form.blanks()) fits = fits && blank[0] < Text.values().length;
        if (!fits) return Optional.empty();
        var file = ByteBuffer.allocate(HEAD + form.size()).order(ByteOrder.LITTLE_ENDIAN);
        long head = address - HEAD;
        file.putLong(MAGIC).putLong(form.exit()).putLong(head + blanksEnd).putLong(midnight).putLong(head + blanksEnd).putLong(key.command.length)
                .putLong(key.pidDigits).putLong(key.startDigits).putLong(key.idLength);
        file.put(NOW, texts.get(Text.NOW.ordinal()).getBytes(StandardCharsets.US_ASCII));
        file.position(BLANKS);
        for (var blank : form.blanks()) file.putLong(blank[0]).putLong(address + blank[1]);
        file.put(key.command).put(HEAD, form.bytes());
        return Optional.of(file.array());
    }
}
