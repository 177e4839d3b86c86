package jrunc.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import jrunc.linux.FileType;

/** Reads an image's /etc/passwd or /etc/group: its own, wherever its links lead. */
final class AccountFile {
    private static final int MOST = 1 << 20;

    private AccountFile() {}

    /** {@return the text of the file; empty if there is none, or if it is no regular file} */
    static String read(MergedTree tree, String path) throws IOException {
        var file = tree.find(path);
        if (file.isEmpty() || file.get().type() != FileType.S_IFREG) return "";
        try (var content = file.get().content()) {
            var bytes = content.readNBytes(MOST + 1);
            if (bytes.length > MOST) throw new InvalidImageException("the image's /" + path, "longer than " + MOST + " bytes");
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
