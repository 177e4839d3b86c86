package jrunc.dbus;

import java.util.List;

/**
 * A value that brings its type along. Whole numbers are {@link Long}, whatever their width; a boolean is a {@link Boolean}, a double a
 * {@link Double}, a text, a path and a signature a {@link String}; arrays, structs and entries of dictionaries are {@link List}s,
 * but an array of bytes is a {@code byte[]}.
 *
 * @param signature one complete type
 */
public record Variant(String signature, Object value) {
    /** {@return the value as people read it, close to GVariant's text form} */
    public String shown() {
        return shown(value);
    }

    static String shown(Object value) {
        if (value instanceof String text) return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        if (value instanceof Variant inner) return '<' + shown(inner.value) + '>';
        if (value instanceof Long number && number == -1) return "max"; // systemd's word for no limit, unsigned
        if (value instanceof byte[] bytes) return "0x" + java.util.HexFormat.of().formatHex(bytes);
        if (!(value instanceof List<?> list)) return String.valueOf(value);
        var out = new StringBuilder("[");
        for (var each : list) out.append(out.length() == 1 ? "" : ", ").append(shown(each));
        return out.append(']').toString();
    }
}
