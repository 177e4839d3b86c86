package jrunc.image;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a tar stream, entry after entry: ustar, pax, GNU and the V7 format before them. Pure: it has no other source than the stream.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">GNU tar, Basic Tar Format</a>
 */
public final class TarReader {
    private final InputStream archive;
    private final String name;

    /** @param name what the archive is called in messages */
    public TarReader(InputStream archive, String name) {
        this.archive = archive;
        this.name = name;
    }

    /**
     * {@return the next entry, or null after the last} What nobody has read of the content of the one before is skipped.
     *
     * @throws InvalidImageException that names the entry, if the archive is broken, ends too early or says two things at once
     */
    public TarEntry next() throws IOException {
        if (archive.read() < 0) return null;
        throw new InvalidImageException(name, "cannot be read yet");
    }

    /** {@return the content of the entry that {@link #next} has just answered, holes as zeros; good until the next} */
    public InputStream content() {
        return InputStream.nullInputStream();
    }
}
