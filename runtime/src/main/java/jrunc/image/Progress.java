package jrunc.image;

/** Hears how far a pull is; from several threads. */
public interface Progress {
    /** Says nothing to anybody. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(String image, int blobs, long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void done(Digest blob, long size) {}

        @Override
        public void end() {}
    };

    /**
     * It is known what there is to do.
     *
     * @param bytes of all blobs
     */
    void begin(String image, int blobs, long bytes);

    /** So many more bytes are here; fewer, if some were no good. */
    void advance(long bytes);

    /** A blob is whole and verified. */
    void done(Digest blob, long size);

    /** There is nothing more to come, or something failed. */
    void end();
}
