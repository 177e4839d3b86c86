package jrunc.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of some bytes that only these bytes have: {@code sha256:e3b0...}.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex       lower-case hexadecimal digits, as many as the algorithm has
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests">image-spec, Digests</a>
 */
public record Digest(String algorithm, String hex) {
    public static final String SHA256 = "sha256";
    public static final String SHA512 = "sha512";

    private static final int SHOWN = 140;

    /** @throws InvalidImageException if it is no digest; then it must not become a part of a path, either */
    public Digest {
        if (!isValid(algorithm, hex)) {
            throw new InvalidImageException("digest " + shown(algorithm + ":" + hex), "not sha256: and 64, or sha512: and 128, lower-case hexadecimal digits");
        }
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static boolean isValid(String algorithm, String hex) {
        int digits = algorithm.equals(SHA256) ? 64 : algorithm.equals(SHA512) ? 128 : -1;
        if (hex.length() != digits) return false;
        for (int i = 0; i < digits; i++) {
            char c = hex.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) return false;
        }
        return true;
    }

    /**
     * {@return what {@code text} says, such as {@code sha256:e3b0...}}
     *
     * @throws InvalidImageException if it is anything else
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) throw new InvalidImageException("digest " + shown(text), "no colon after the algorithm");
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** {@return the SHA-256 of these bytes} */
    public static Digest of(byte[] bytes) {
        var calculation = calculation(SHA256);
        calculation.update(bytes);
        return finish(SHA256, calculation);
    }

    /** {@return a calculation of digests of {@code algorithm}, for {@link #finish}} */
    static MessageDigest calculation(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.equals(SHA512) ? "SHA-512" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks what every JVM must have", e);
        }
    }

    /** {@return the digest of all that {@code calculation} has been given} */
    static Digest finish(String algorithm, MessageDigest calculation) {
        return new Digest(algorithm, HexFormat.of().formatHex(calculation.digest()));
    }

    /** {@return {@code sha256:e3b0...}} */
    @Override public String toString() {
        return algorithm + ":" + hex;
    }
}
