package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What gzip has compressed, in one member or in thousands, as eStargz has one for each file. The JDK's own stream calls itself once for each that is
 * empty, and says of a stream that is cut what a tar archive that is cut would say.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class Gunzip extends InputStream {
    private static final int DEFLATE = 8;
    private static final int REST_OF_HEADER = 6;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream compressed;
    private final String name;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] input = new byte[Compression.BUFFER];
    private int from;
    private int to;
    private boolean ended;

    /** @param name what the stream is called in messages */
    Gunzip(InputStream compressed, String name) throws IOException {
        this.compressed = compressed;
        this.name = name;
        if (!beginMember()) throw bad("no gzip stream");
    }

    private InvalidImageException bad(String why) {
        return new InvalidImageException(name, "gzip: " + why);
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override public int read(byte[] into, int at, int length) throws IOException {
        while (length > 0 && !ended) {
            int got = inflate(into, at, length);
            if (got > 0) {
                checksum.update(into, at, got);
                return got;
            }
            if (inflater.finished()) endMember();
            else if (inflater.needsDictionary()) throw bad("it needs a dictionary");
            else feed();
        }
        return ended ? -1 : 0;
    }

    private int inflate(byte[] into, int at, int length) {
        try {
            return inflater.inflate(into, at, length);
        } catch (DataFormatException e) {
            throw bad("damaged: " + e.getMessage());
        }
    }

    private void feed() throws IOException {
        if (from == to && !fill()) throw bad("the stream ends too early");
        inflater.setInput(input, from, to - from);
        from = to;
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, compressed.read(input, 0, input.length));
        return to > 0;
    }

    private int next() throws IOException {
        if (from == to && !fill()) throw bad("the stream ends too early");
        return input[from++] & 0xFF;
    }

    private long next(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) number |= (long) next() << 8 * i;
        return number;
    }

    /** {@return whether a member begins} What follows the last one and is none is ignored, as gzip itself does, but read to its end. */
    private boolean beginMember() throws IOException {
        if (from == to && !fill()) return false;
        if (next() != 0x1F || from == to && !fill() || next() != 0x8B) {
            compressed.transferTo(OutputStream.nullOutputStream());
            return false;
        }
        if (next() != DEFLATE) throw bad("compressed in a way that nobody knows");
        int flags = next();
        next(REST_OF_HEADER);
        if ((flags & EXTRA) != 0) for (long i = next(2); i > 0; i--) next();
        if ((flags & NAME) != 0) skipText();
        if ((flags & COMMENT) != 0) skipText();
        if ((flags & HEADER_CHECKSUM) != 0) next(2);
        return true;
    }

    private void skipText() throws IOException {
        int letter = next();
        while (letter != 0) letter = next();
    }

    private void endMember() throws IOException {
        from = to - inflater.getRemaining();
        if (next(4) != checksum.getValue()) throw bad("damaged: the checksum is wrong");
        if (next(4) != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) throw bad("damaged: the length is wrong");
        inflater.reset();
        checksum.reset();
        ended = !beginMember();
    }

    @Override public void close() throws IOException {
        ended = true;
        try (compressed) {
            inflater.close();
        }
    }
}
