package jrunc.tape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Form} as a file that a front can fill in and play by itself: its chain begins with a tape that fails unless all is as it was
 * when the form was recorded. 64-bit little-endian words:
 * <pre>
 *  0       8      16       24         32, 40     48 to 104    104       136       end of blanks
 *  +-------+------+--------+----------+----------+------------+---------+---------+---------+--- ... -- {@value #HEAD}
 *  | magic | exit | end of | midnight | command: | how long   | time of | blanks  | command |   0      | the form
 *  |       |      | blanks |          | at, size | each text  | day     |         | line    |          |
 *  +-------+------+--------+----------+----------+------------+---------+---------+---------+--- ... --
 * </pre>
 * The command line is each argument with a NUL behind it, up to the id that ends it; of the id of an exec, and of the arguments behind
 * {@link #MASKED} ones, there is only the NUL. A blank is the number of its text and the address where it belongs. Addresses are those of the file mapped so that
 * the form is where its chain was laid out for.
 */
public final class KeptForm {
    /** What stands before the form, in bytes: as much as the largest page. */
    public static final int HEAD = 1 << 16;
    /** How much of that a front reads first. */
    public static final int FIXED = 104;
    /** {@code "jrform1\0"}. */
    public static final long MAGIC = 0x00_31_6d_72_6f_66_72_6aL;
    /** The words, by their number. */
    public static final int EXIT = 1;
    public static final int BLANKS_END = 2;
    /** When the day of the time began, in seconds since 1970; 0 if the time is no blank. */
    public static final int MIDNIGHT = 3;
    public static final int COMMAND = 4;
    public static final int COMMAND_SIZE = 5;
    /** The first of the lengths of the texts. */
    public static final int LENGTHS = 6;
    /** Where the time of day begins, as RFC 3339 writes it, in bytes. */
    public static final int NOW = FIXED;
    /** How long that is: {@code 2026-01-31T23:59:59.999999999Z}. */
    public static final int NOW_LENGTH = 30;
    /** Where the hour begins in it. */
    public static final int HOUR = 11;
    /** Where the blanks begin, in bytes. */
    public static final int BLANKS = 136;
    /** How long a blank is, in bytes. */
    public static final int BLANK = 16;
    /** Flags whose value, an absolute path, is a blank. */
    public static final List<String> MASKED = List.of("--pid-file", "--process");
    /** Flags of exec that are often given with a value behind them, which is not taken for the id. */
    public static final List<String> VALUED = List.of("-e", "--env", "-u", "--user", "--cwd");

    /** What the texts are, by their number; one that is no blank is empty. The paths are without the slash that they begin with. */
    public enum Text { ID, NOW, PID, START_TIME, PID_FILE_DIRECTORY, PID_FILE_NAME, PROCESS_FILE }

    private KeptForm() {}

    /**
     * {@return which argument of an exec is taken for the container's id: the first that is neither a flag nor the value of one that is known here; -1 if
     * there is none}
     */
    public static int idOfExec(String[] arguments) {
        for (int i = Arrays.asList(arguments).indexOf("exec") + 1; i < arguments.length; i++) {
            if (!arguments[i].startsWith("-")) return i;
            if (MASKED.contains(arguments[i]) || VALUED.contains(arguments[i])) i++;
        }
        return -1;
    }

    /**
     * Whose form it is.
     *
     * @param command the command line, as above
     * @param texts   what is in the blanks, by {@link Text}
     */
    public record Key(byte[] command, List<String> texts) {
        /** {@return the file's name: a number, which need not be its only one} */
        public String name() {
            return Long.toUnsignedString(number());
        }

        /** {@return its name if there is another file of such a command, in a container of another kind: an exec looks for this one first} */
        public String nameOfOne() {
            return Long.toUnsignedString(number() + number(0, texts.get(Text.ID.ordinal()).getBytes(StandardCharsets.UTF_8)));
        }

        private long number() {
            long number = number(0, command);
            for (var text : List.of(Text.ID, Text.PID_FILE_DIRECTORY, Text.PID_FILE_NAME, Text.PROCESS_FILE)) number = number * 33 + length(text);
            return number + length(Text.PID) + length(Text.START_TIME);
        }

        private static long number(long number, byte[] bytes) {
            for (byte each : bytes) number = number * 33 + Byte.toUnsignedLong(each);
            return number;
        }

        private int length(Text text) {
            return texts.get(text.ordinal()).getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /**
     * {@return the file; nothing if it cannot be kept so}
     *
     * @param midnight when the date of the time of day began, in seconds since 1970
     * @param address  where the form is laid out for
     */
    public static Optional<byte[]> of(Form form, Key key, long midnight, long address) {
        int blanksEnd = BLANKS + form.blanks().size() * BLANK;
        boolean fits = key.length(Text.NOW) == NOW_LENGTH && blanksEnd + key.command.length <= HEAD;
        if (!fits) return Optional.empty();
        boolean timeless = true;
        for (var blank : form.blanks()) timeless &= blank[0] != Text.NOW.ordinal();
        var file = ByteBuffer.allocate(HEAD + form.size()).order(ByteOrder.LITTLE_ENDIAN);
        long head = address - HEAD;
        file.putLong(MAGIC).putLong(form.exit()).putLong(head + blanksEnd).putLong(timeless ? 0 : midnight).putLong(head + blanksEnd).putLong(key.command.length);
        for (var text : Text.values()) file.putLong(key.length(text));
        file.put(NOW, key.texts.get(Text.NOW.ordinal()).getBytes(StandardCharsets.US_ASCII));
        file.position(BLANKS);
        for (var blank : form.blanks()) file.putLong(blank[0]).putLong(address + blank[1]);
        file.put(key.command).put(HEAD, form.bytes());
        return Optional.of(file.array());
    }
}
