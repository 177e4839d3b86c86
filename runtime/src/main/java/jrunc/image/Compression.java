package jrunc.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How a layer is compressed. The first bytes tell; media types are not asked, for some tools get them wrong. */
public enum Compression {
    NONE(),
    GZIP(0x1F, 0x8B),
    ZSTD(0x28, 0xB5, 0x2F, 0xFD);

    /** How much compressed input is read at once. */
    static final int BUFFER = 64 * 1024;
    static final int LONGEST_MAGIC = 4;

    private final int[] magic;

    Compression(int... magic) {
        this.magic = magic;
    }

    /** {@return what these first bytes of a blob, four if it has so many, are the beginning of} */
    public static Compression of(byte[] start) {
        return GZIP.begins(start) ? GZIP : ZSTD.begins(start) ? ZSTD : NONE;
    }

    private boolean begins(byte[] start) {
        if (start.length < magic.length) return false;
        for (int i = 0; i < magic.length; i++) {
            if ((start[i] & 0xFF) != magic[i]) return false;
        }
        return true;
    }

    /**
     * {@return the bytes as they were before they were compressed} They are read to the end by whoever wants to know that all of them were whole.
     *
     * @param compressed or not; closed with what is returned, and if there is nothing to return
     * @param name       what the bytes are called in messages
     * @throws InvalidImageException if it is compressed by zstd and there is no {@code zstd} on this host
     */
    public static InputStream plain(InputStream compressed, String name) throws IOException {
        var raw = new BufferedInputStream(compressed, BUFFER);
        try {
            raw.mark(LONGEST_MAGIC);
            var start = raw.readNBytes(LONGEST_MAGIC);
            raw.reset();
            return switch (of(start)) {
                case NONE -> raw;
                case GZIP -> new Gunzip(raw, name);
                case ZSTD -> Zstd.plain(raw, name);
            };
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }
}
