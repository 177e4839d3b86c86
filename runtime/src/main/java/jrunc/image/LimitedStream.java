package jrunc.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that refuses to be longer than it may be: what is small when it is compressed can be without end. */
final class LimitedStream extends FilterInputStream {
    private final String name;
    private final long limit;
    private long left;

    LimitedStream(InputStream bytes, String name, long limit) {
        super(bytes);
        this.name = name;
        this.limit = limit;
        left = limit;
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override public int read(byte[] into, int at, int length) throws IOException {
        int got = super.read(into, at, length);
        if (got > left) throw new InvalidImageException(name, "it unpacks to more than " + limit + " bytes, which is the limit; --max-layer-size sets another");
        if (got > 0) left -= got;
        return got;
    }
}
