package jrunc.dbus;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a value from <a href="https://docs.gtk.org/glib/gvariant-text-format.html">GVariant's text form</a>: {@code 'a text'},
 * {@code true}, {@code 5}, {@code uint64 5}, {@code 2.5}, {@code ['a', 'b']}, {@code @as []}, {@code ('a', 1)}, {@code <5>}. A whole number
 * without a type is an int32, an array has the type of its first element.
 */
public final class VariantText {
    private static final String[] WORDS = {"boolean", "byte", "int16", "uint16", "int32", "handle", "uint32", "int64", "uint64", "double", "string",
            "objectpath", "signature"};
    private static final String[] TYPES = {"b", "y", "n", "q", "i", "i", "u", "x", "t", "d", "s", "o", "g"};

    /** How deeply the specification allows values to be nested. */
    private static final int DEEPEST = 32;

    private final String text;
    private int at;
    private int depth;

    private VariantText(String text) {
        this.text = text;
    }

    /** @throws WireException if it is no value */
    public static Variant parse(String text) {
        var reader = new VariantText(text);
        var value = reader.value(null);
        reader.skipBlanks();
        if (reader.at < text.length()) throw reader.wrong("the end");
        return value;
    }

    private WireException wrong(String expected) {
        return new WireException("\"" + text + "\" is no value: at " + at + " should be " + expected);
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
    }

    private char peek() {
        skipBlanks();
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean takes(char c) {
        if (peek() != c) return false;
        at++;
        return true;
    }

    /** @param type the type that it must have, null if it may have any */
    private Variant value(String type) {
        if (++depth > DEEPEST) throw wrong("a value that is not nested so deeply");
        var value = read(type);
        depth--;
        return value;
    }

    private Variant read(String type) {
        char c = peek();
        if (c == '\'' || c == '"') return quoted(type == null ? "s" : type);
        if (c == '[') return array(type);
        if (c == '(') return struct(type);
        if (c == '<') return inner();
        if (c == '@') return typed();
        if (c == '-' || c == '+' || c >= '0' && c <= '9') return number(word(), type);
        String word = word();
        if (word.equals("true") || word.equals("false")) return checked(new Variant("b", word.equals("true")), type);
        for (int i = 0; i < WORDS.length; i++) {
            if (WORDS[i].equals(word)) return value(TYPES[i]);
        }
        throw wrong("a value");
    }

    private String word() {
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-._".indexOf(text.charAt(at)) >= 0)) at++;
        return text.substring(from, at);
    }

    private Variant checked(Variant value, String type) {
        if (type != null && !type.equals(value.signature())) throw wrong("a value of type " + type);
        return value;
    }

    private Variant typed() {
        int from = ++at;
        at = Signature.end(text, from);
        return value(text.substring(from, at));
    }

    private Variant quoted(String type) {
        if (!type.equals("s") && !type.equals("o") && !type.equals("g")) throw wrong("a value of type " + type);
        char quote = text.charAt(at++);
        var out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) c = escaped(text.charAt(at++));
            out.append(c);
        }
        if (at >= text.length()) throw wrong("a " + quote);
        at++;
        return new Variant(type, out.toString());
    }

    private static char escaped(char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> letter;
        };
    }

    private Variant number(String word, String type) {
        String kind = type != null ? type : word.indexOf('.') >= 0 ? "d" : "i";
        try {
            if (kind.equals("d")) return new Variant(kind, Double.parseDouble(word));
            long value = kind.equals("t") ? Long.parseUnsignedLong(word) : Long.decode(word);
            if ("ynqiuxt".contains(kind) && fits(value, kind.charAt(0))) return new Variant(kind, value);
        } catch (NumberFormatException e) {
            // said below, as for a number that is too large
        }
        throw wrong("a value of type " + kind);
    }

    private static boolean fits(long value, char type) {
        return switch (type) {
            case 'y' -> value == (value & 0xFF);
            case 'n' -> value == (short) value;
            case 'q' -> value == (value & 0xFFFF);
            case 'i' -> value == (int) value;
            case 'u' -> value == (value & 0xFFFFFFFFL);
            default -> true;
        };
    }

    private Variant array(String type) {
        at++;
        String element = type == null ? null : type.substring(1);
        if (type != null && type.charAt(0) != 'a') throw wrong("a value of type " + type);
        List<Object> values = new ArrayList<>();
        while (!takes(']')) {
            if (!values.isEmpty() && !takes(',')) throw wrong("a comma");
            var value = value(element);
            element = value.signature();
            values.add(value.value());
        }
        if (element == null) throw wrong("the type of an empty array, as in @as []");
        return new Variant("a" + element, element.equals("y") ? bytes(values) : values);
    }

    private static byte[] bytes(List<Object> values) {
        var bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (long) (Long) values.get(i);
        return bytes;
    }

    private Variant struct(String type) {
        at++;
        List<Object> values = new ArrayList<>();
        var types = new StringBuilder("(");
        while (!takes(')')) {
            if (!values.isEmpty() && !takes(',')) throw wrong("a comma");
            String next = type == null || types.length() >= type.length() ? null : type.substring(types.length(), Signature.end(type, types.length()));
            var value = value(next);
            types.append(value.signature());
            values.add(value.value());
        }
        if (values.isEmpty()) throw wrong("a value before the )");
        return checked(new Variant(types.append(')').toString(), values), type);
    }

    private Variant inner() {
        at++;
        var value = value(null);
        if (!takes('>')) throw wrong("a >");
        return new Variant("v", value);
    }
}
