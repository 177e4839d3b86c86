package jrunc.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Bytes whose digest and number are known before: whoever reads to the end knows that they were these, or hears that they are not. */
public final class VerifiedStream extends FilterInputStream {
    private final String name;
    private final Digest expected;
    private final long size;
    private final MessageDigest calculation;
    private long read;
    private boolean ended;

    /**
     * @param name what the bytes are called in messages
     * @param size how many they are, or -1 if that is not known
     */
    public VerifiedStream(InputStream bytes, String name, Digest expected, long size) {
        super(bytes);
        this.name = name;
        this.expected = expected;
        this.size = size;
        calculation = Digest.calculation(expected.algorithm());
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws InvalidImageException at the end, if there were other bytes; or before, if there are too many */
    @Override public int read(byte[] into, int at, int length) throws IOException {
        int got = super.read(into, at, length);
        if (got < 0) {
            verify();
            return -1;
        }
        read += got;
        if (size >= 0 && read > size) throw new InvalidImageException(name, "longer than the " + size + " bytes that it should have");
        calculation.update(into, at, got);
        return got;
    }

    private void verify() {
        if (ended) return;
        ended = true;
        if (size >= 0 && read != size) throw new InvalidImageException(name, "only " + read + " of " + size + " bytes");
        var found = Digest.finish(expected.algorithm(), calculation);
        if (!found.equals(expected)) throw new InvalidImageException(name, "its digest is " + found + ", not " + expected);
    }

    /** Skipped bytes count as read. */
    @Override public long skip(long count) throws IOException {
        var skipped = new byte[(int) Math.min(count, Compression.BUFFER)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override public boolean markSupported() {
        return false;
    }
}
