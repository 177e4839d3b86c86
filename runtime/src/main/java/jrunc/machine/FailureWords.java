package jrunc.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Hints;
import jrunc.linux.OneLine;
import jrunc.linux.Sys;

/**
 * What a {@link StandAlone} program says of a failure, as bytes in its memory: texts, each once and with a NUL; for each tape a row
 * of words, by the number of the cell; and a list of pairs of words, a key and the address of a text, which ends with a 0.
 * <pre>
 *             0                32        48
 *             +----------------+---------+
 *  cell       | caption        | call    |      the address of its text; 0, or 1 and the number of the system call
 *             +----------------+---------+
 *  key        | 0              | errno   |      the errno's name and words
 *             | call           | errno   |      the hint, if there is one
 *             | caption        | errno   |      the whole line, where another is usual
 *             +----------------+---------+
 * </pre>
 */
final class FailureWords {
    /** Of those that programs know. */
    private static final int LAST = 133;
    /** The kernel has some errnos of its own that are not meant for programs, and yet get there: the first and the last. */
    private static final int KERNELS_FIRST = 512;
    private static final int KERNELS_LAST = 530;
    private static final int HALF = 32;

    private final Arch arch;
    private final long address;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<String, Long> texts = new HashMap<>();
    private final Map<Long, Long> keyed = new LinkedHashMap<>();
    private final TreeSet<Sys> calls = new TreeSet<>();
    private int longest;

    FailureWords(Arch arch, long address) {
        this.arch = arch;
        this.address = address;
        for (int errno = 1; errno <= LAST; errno++) name(errno);
        for (int errno = KERNELS_FIRST; errno <= KERNELS_LAST; errno++) name(errno);
    }

    private void name(int errno) {
        keyed.put((long) errno << HALF, text(Errno.shown(-errno)));
    }

    /** {@return the address of the row for these cells, from the first} */
    long captions(List<StandAlone.Caption> captions) {
        var row = ByteBuffer.allocate((captions.size() + 1) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0);
        for (var caption : captions) {
            long call = caption.call() == null ? 0 : caption.call().number(arch) + 1;
            if (caption.call() != null) calls.add(caption.call());
            row.putLong(text(caption.attempt()) | call << HALF);
        }
        return words(row);
    }

    /** Says {@code line}, and no more, if a cell with this caption fails so. */
    void instead(String attempt, Errno errno, String line) {
        keyed.put(text(attempt) | (long) errno.number() << HALF, text(line));
    }

    /** {@return the address of the list, once all that is to be found in it is known} */
    long list() {
        for (var call : calls) {
            for (var errno : Errno.values()) {
                var hint = Hints.of(call, errno);
                if (!hint.isEmpty()) keyed.put(call.number(arch) + 1L | (long) errno.number() << HALF, text(hint));
            }
        }
        var list = ByteBuffer.allocate((keyed.size() + 1) * 2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        keyed.forEach((key, text) -> list.putLong(key).putLong(text));
        return words(list);
    }

    /** {@return the address of the text, with control characters as their escapes and a NUL behind it} */
    long text(String text) {
        var known = texts.get(text);
        if (known != null) return known;
        long at = address + bytes.size();
        var utf8 = OneLine.of(text).getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(utf8);
        bytes.write(0);
        longest = Math.max(longest, utf8.length);
        texts.put(text, at);
        return at;
    }

    /** {@return the address of a text with a NUL, and of an empty one behind it: so {@link TextMatch} wants what it compares with} */
    long alone(String text) {
        long at = address + bytes.size();
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
        bytes.write(0);
        return at;
    }

    /** {@return the address of a 64-bit number} */
    long word(long word) {
        return words(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(word));
    }

    private long words(ByteBuffer words) {
        while (bytes.size() % Long.BYTES != 0) bytes.write(0);
        long at = address + bytes.size();
        bytes.writeBytes(words.array());
        return at;
    }

    /** {@return how long the longest text is, in bytes} */
    int longest() {
        return longest;
    }

    /** {@return all of it} */
    byte[] bytes() {
        return bytes.toByteArray();
    }
}
