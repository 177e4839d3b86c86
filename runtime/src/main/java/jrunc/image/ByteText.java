package jrunc.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Text whose chars are bytes, 0 to 255: names in archives are whatever bytes somebody chose, and must come out of a layer as
 * they went in, UTF-8 or not. ASCII reads the same either way.
 */
public final class ByteText {
    private ByteText() {}

    /** {@return the bytes of {@code text} in UTF-8, one char each} */
    public static String of(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** {@return the same bytes, one char each} */
    public static String of(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** {@return the bytes} */
    public static byte[] bytes(String byteText) {
        return byteText.getBytes(ISO_8859_1);
    }

    /** {@return the text for people; what is no UTF-8 becomes a question mark} */
    public static String shown(String byteText) {
        return new String(byteText.getBytes(ISO_8859_1), UTF_8);
    }
}
