package jrunc.dbus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes values as they go over the wire: little-endian, each at a multiple of its alignment.
 *
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling">D-Bus specification, Marshaling</a>
 */
final class Marshal {
    private byte[] bytes = new byte[512];
    private int size;

    /** {@return what was written} */
    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    int size() {
        return size;
    }

    /** Fills up with zeros. */
    void align(int to) {
        int end = (size + to - 1) / to * to;
        room(end - size);
        size = end;
    }

    /** Writes the low {@code width} bytes of a number at the next place for it. */
    void number(long value, int width) {
        align(width);
        room(width);
        set(size, value, width);
        size += width;
    }

    private void set(int at, long value, int width) {
        for (int i = 0; i < width; i++) bytes[at + i] = (byte) (value >>> 8 * i);
    }

    private void room(int more) {
        if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }

    private void raw(byte[] more) {
        room(more.length + 1);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length, 4);
        raw(utf8);
        number(0, 1);
    }

    void signature(String signature) {
        byte[] ascii = signature.getBytes(StandardCharsets.US_ASCII);
        number(ascii.length, 1);
        raw(ascii);
        number(0, 1);
    }

    /** Writes the values of these types one after another. */
    void values(String signature, List<?> values) {
        int at = 0;
        for (var value : values) {
            int end = Signature.end(signature, at);
            value(signature.substring(at, end), value);
            at = end;
        }
        if (at != signature.length()) throw new WireException(values.size() + " values for the types " + signature);
    }

    /** Writes one value of one complete type. */
    void value(String type, Object value) {
        char kind = type.charAt(0);
        switch (kind) {
            case 's', 'o' -> text((String) value);
            case 'g' -> signature((String) value);
            case 'b' -> number((Boolean) value ? 1 : 0, 4);
            case 'd' -> number(Double.doubleToRawLongBits((Double) value), 8);
            case 'v' -> variant((Variant) value);
            case 'a' -> array(type.substring(1), value);
            case '(', '{' -> {
                align(8);
                values(type.substring(1, type.length() - 1), (List<?>) value);
            }
            default -> number((Long) value, Signature.size(kind));
        }
    }

    private void variant(Variant variant) {
        signature(variant.signature());
        value(variant.signature(), variant.value());
    }

    /** The length counts neither itself nor what aligns the first element. */
    private void array(String type, Object elements) {
        number(0, 4);
        int length = size - 4;
        align(Signature.alignment(type.charAt(0)));
        int first = size;
        if (elements instanceof byte[] raw) raw(raw);
        else for (var element : (List<?>) elements) value(type, element);
        set(length, size - first, 4);
    }
}
