package jrunc.image;

/** The files that an image consists of, by their paths: a directory's, or those that one tar archive holds. */
interface ImageFiles extends AutoCloseable {
    /** {@return what it is called in messages} */
    String name();

    /** {@return whether there is a file of this path} */
    boolean has(String path);

    /**
     * {@return the file}
     *
     * @throws InvalidImageException if there is none
     */
    Blob blob(String path);

    /** {@return its length in bytes} */
    long size(String path);

    @Override void close();
}
