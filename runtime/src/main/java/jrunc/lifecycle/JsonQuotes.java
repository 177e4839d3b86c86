package jrunc.lifecycle;

/** Strings as Go's encoding/json writes them: engines compare some texts byte by byte, and a fresh JVM starts no library for it. */
public final class JsonQuotes {
    private static final String HEX = "0123456789abcdef";

    private JsonQuotes() {}

    /** Appends {@code text} in quotes; {@code < > &} and the line ends of JavaScript are escaped, as Go does. */
    public static void quote(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) append(to, text.charAt(i));
        to.append('"');
    }

    private static void append(StringBuilder to, char c) {
        switch (c) {
            case '"', '\\' -> to.append('\\').append(c);
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            case '<', '>', '&', '\u2028', '\u2029' -> hexadecimal(to, c);
            default -> {
                if (c < ' ') hexadecimal(to, c);
                else to.append(c);
            }
        }
    }

    private static void hexadecimal(StringBuilder to, char c) {
        to.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) to.append(HEX.charAt(c >> shift & 15));
    }
}
