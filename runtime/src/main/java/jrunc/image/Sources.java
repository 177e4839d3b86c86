package jrunc.image;

import java.nio.file.Path;

/** Opens what a command line names as a source, be it here or in a registry. */
final class Sources {
    private Sources() {}

    /**
     * {@return the source}
     *
     * @param text  as written
     * @param start what a relative path starts from
     * @param store where what must be pulled or decompressed may lie
     */
    static Source open(String text, Path start, Platform platform, Path store) {
        return Source.open(SourceName.of(text, start), platform, store);
    }
}
