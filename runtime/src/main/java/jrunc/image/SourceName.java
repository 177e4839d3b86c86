package jrunc.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jrunc.linux.UsageException;

/**
 * Where a bundle's files come from, as a command line names it: {@code PATH} or {@code PATH:NAME}, what the path holds being found
 * out by looking. {@code NAME} chooses one of several images. The words that skopeo puts before a path are allowed, and mean no more.
 *
 * @param path absolute
 */
record SourceName(Path path, Optional<String> name) {
    private static final String[] TRANSPORTS = {"oci:", "oci-archive:", "docker-archive:", "dir:"};

    /**
     * {@return what {@code text} names}
     *
     * @param directory what a relative path starts from
     * @throws UsageException if there is no such file
     */
    static SourceName of(String text, Path directory) {
        return ifThere(text, directory).orElseThrow(() -> new UsageException(text
                + ": no such file or directory; a source is FILE, DIRECTORY, either with :NAME, registry://HOST/NAME, or scratch"));
    }

    /** {@return the same, or nothing if there is no such file} */
    static Optional<SourceName> ifThere(String text, Path directory) {
        var whole = existing(directory, text);
        if (whole != null) return Optional.of(new SourceName(whole, Optional.empty()));
        for (var transport : TRANSPORTS) {
            if (text.startsWith(transport)) return ifThere(text.substring(transport.length()), directory);
        }
        for (int colon = text.indexOf(':'); colon > 0; colon = text.indexOf(':', colon + 1)) {
            var path = existing(directory, text.substring(0, colon));
            if (path != null && colon + 1 < text.length()) return Optional.of(new SourceName(path, Optional.of(text.substring(colon + 1))));
        }
        return Optional.empty();
    }

    private static Path existing(Path directory, String text) {
        if (text.isEmpty()) return null;
        var path = directory.resolve(text).normalize();
        return Files.exists(path) ? path : null;
    }
}
