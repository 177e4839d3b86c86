package jrunc.dbus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what {@link Marshal} writes, in either byte order. What does not fit its type, or ends too early, is a {@link WireException}. */
final class Unmarshal {
    /** Deeper than the specification allows anything to be nested. */
    private static final int DEEPEST = 64;

    private final byte[] bytes;
    private final int end;
    private final boolean bigEndian;
    private int at;
    private int depth;

    Unmarshal(byte[] bytes, int from, int end, boolean bigEndian) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.bigEndian = bigEndian;
    }

    int at() {
        return at;
    }

    void align(int to) {
        take((at + to - 1) / to * to - at);
    }

    /** {@return where the next {@code count} bytes are} */
    private int take(long count) {
        if (count < 0 || count > end - at) throw new WireException("a message ends in the middle of a value");
        int from = at;
        at += (int) count;
        return from;
    }

    /** {@return a number of this many bytes, unsigned but for 8} */
    long number(int width) {
        align(width);
        int from = take(width);
        long value = 0;
        for (int i = 0; i < width; i++) value |= (bytes[from + i] & 0xFFL) << 8 * (bigEndian ? width - 1 - i : i);
        return value;
    }

    private String text(long length) {
        int from = take(length + 1);
        return new String(bytes, from, (int) length, StandardCharsets.UTF_8);
    }

    /** {@return the values of these types, one after another} */
    List<Object> values(String signature) {
        List<Object> values = new ArrayList<>();
        for (int from = 0; from < signature.length(); ) {
            int to = Signature.end(signature, from);
            values.add(value(signature.substring(from, to)));
            from = to;
        }
        return values;
    }

    /** {@return one value of one complete type} */
    Object value(String type) {
        if (++depth > DEEPEST) throw new WireException("a value is nested too deeply");
        var value = read(type);
        depth--;
        return value;
    }

    private Object read(String type) {
        char kind = type.charAt(0);
        return switch (kind) {
            case 's', 'o' -> text(number(4));
            case 'g' -> text(number(1));
            case 'b' -> number(4) != 0;
            case 'd' -> Double.longBitsToDouble(number(8));
            case 'v' -> variant();
            case 'a' -> array(type.substring(1));
            case '(', '{' -> {
                align(8);
                yield values(type.substring(1, type.length() - 1));
            }
            case 'n' -> (long) (short) number(2);
            case 'i' -> (long) (int) number(4);
            default -> number(Signature.size(kind));
        };
    }

    private Variant variant() {
        String signature = text(number(1));
        if (signature.isEmpty() || Signature.end(signature, 0) != signature.length()) throw new WireException("a variant of type \"" + signature + "\"");
        return new Variant(signature, value(signature));
    }

    private Object array(String type) {
        long length = number(4);
        align(Signature.alignment(type.charAt(0)));
        if (length > end - at) throw new WireException("an array of " + length + " bytes in a message that ends before");
        if (type.equals("y")) {
            int from = take(length);
            return Arrays.copyOfRange(bytes, from, at);
        }
        int last = at + (int) length;
        List<Object> elements = new ArrayList<>();
        while (at < last) elements.add(value(type));
        if (at != last) throw new WireException("an array that is longer than it says");
        return elements;
    }
}
