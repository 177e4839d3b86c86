package jrunc.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** From bytes to text that Linux can take, and what there is to say about text that it cannot. */
final class JsonText {
    /** How long a whole text may be, in bytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final int SHOWN = 40;

    private JsonText() {}

    /** {@return the text of {@code utf8}, in an array that the caller owns} */
    static CharBuffer decode(byte[] utf8) {
        if (utf8.length > MAX_BYTES) throw refused("longer than " + MAX_BYTES + " bytes");
        var bytes = ByteBuffer.wrap(utf8);
        var text = CharBuffer.allocate(utf8.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) throw notUtf8(utf8, bytes.position());
        text.flip();
        if (!text.isEmpty() && text.get(0) == '\uFEFF') throw refused("starts with a byte order mark");
        return text;
    }

    /** {@return what is wrong with {@code text}, or null: U+0000 and lone surrogates have no place in a Linux string} */
    static String flaw(String text, int maxLength) {
        if (text.length() > maxLength) return "is longer than " + maxLength + " characters";
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) return "holds U+0000";
            if (!Character.isSurrogate(c)) continue;
            boolean paired = Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) return "holds half of a surrogate pair";
            i++;
        }
        return null;
    }

    /** {@return {@code text} in quotes, on one line and not too long} */
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') quoted.append('\\').append(c);
            else if (c == '\n') quoted.append("\\n");
            else if (breaksLine(c) || Character.isSurrogate(c) && !whole(text, i)) hex(quoted, c);
            else quoted.append(c);
        }
        if (text.length() > SHOWN) quoted.append("...");
        return quoted.append('"').toString();
    }

    /** {@return {@code text}, cut if it is long} */
    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    /** {@return the end of a reading that found no JSON that means anything} */
    static InvalidConfigException refused(String message) {
        return new InvalidConfigException(List.of(new Violation("", message, Rule.JSON)));
    }

    private static InvalidConfigException notUtf8(byte[] utf8, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            if (utf8[i] == '\n') line++;
        }
        return refused("not UTF-8: byte 0x" + Integer.toHexString(utf8[position] & 0xFF) + " at offset " + position
                + " (line " + line + ")");
    }

    /** Controls, and what some terminals and log readers take for the end of a line. */
    private static boolean breaksLine(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static boolean whole(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                || Character.isLowSurrogate(text.charAt(i)) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static void hex(StringBuilder quoted, char c) {
        quoted.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) quoted.append(Character.forDigit(c >> shift & 0xF, 16));
    }
}
