package jrunc.image;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that can be read from the beginning, such as a layer as it lies in an image: compressed or not. */
public interface Blob {
    /** {@return what it is called in messages: a path, or a digest and where it comes from} */
    String name();

    /** {@return all its bytes; the caller closes it} */
    InputStream open() throws IOException;

    /**
     * Reads all its bytes, if whoever names it has said their digest: for a message, after what is in it has turned out to be wrong.
     *
     * @throws InvalidImageException if they have another digest
     */
    default void verify() throws IOException {
        // most have no digest of their own
    }
}
