package jrunc.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Tells a root file system from an image by the first entries. An archive that is not compressed is looked through in no time, but a compressed one
 * would have to be decompressed twice.
 */
final class RootTar {
    private static final Set<String> OF_IMAGES = Set.of("", "blobs", "manifest.json", "repositories", Layout.INDEX, Layout.MARK);
    private static final int HEX_DIGITS = 64;

    private RootTar() {}

    /** {@return whether {@code file} is compressed, and the first name in it that no archive of an image has at its top comes before any end} */
    static boolean isCompressed(Path file, long limit) throws IOException {
        var blob = new FolderFiles.FileBlob(file);
        try (var raw = blob.open()) {
            if (Compression.of(raw.readNBytes(Compression.LONGEST_MAGIC)) == Compression.NONE) return false;
        }
        try (var plain = new LimitedStream(Compression.plain(blob.open(), blob.name()), blob.name(), limit)) {
            var tar = new TarReader(plain, blob.name());
            for (var entry = tar.next(); entry != null; entry = tar.next()) {
                if (!isOfImage(entry.name())) return true;
            }
            return false;
        }
    }

    private static boolean isOfImage(String name) {
        var path = LayerPath.clean(name);
        int slash = path.indexOf('/');
        var first = slash < 0 ? path : path.substring(0, slash);
        return OF_IMAGES.contains(first) || isHex(first);
    }

    /** Docker and podman name files and directories after digests: 64 digits, and perhaps {@code .json} or {@code .tar}. */
    private static boolean isHex(String name) {
        if (name.length() < HEX_DIGITS) return false;
        for (int i = 0; i < HEX_DIGITS; i++) {
            if (Character.digit(name.charAt(i), 16) < 0) return false;
        }
        return true;
    }
}
