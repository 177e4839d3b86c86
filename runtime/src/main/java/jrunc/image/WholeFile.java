package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that are whole as soon as they have their name, whoever reads or is killed meanwhile. */
public final class WholeFile {
    /** What the name of one begins with as long as it is not. */
    static final String UNFINISHED = ".new-";

    private WholeFile() {}

    /**
     * Writes one, in place of what is there.
     *
     * @param directory where it is until it is whole, on the same file system
     * @param mode      its permissions, such as {@code rw-r--r--}, whatever the umask
     */
    public static void write(Path directory, Path to, byte[] bytes, String mode) throws IOException {
        var fresh = Files.createTempFile(directory, UNFINISHED, "");
        try {
            Files.write(fresh, bytes);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
            Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
