package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Owner and mode of a directory. */
final class Owners {
    private static final int PLAIN = 0755;

    private Owners() {}

    /** {@return whether it is root's, or this user's, with the usual mode} */
    static boolean isPlain(Path directory) throws IOException {
        return (mode(directory) & 07777) == PLAIN && (int) attribute(directory, "uid") == 0 && (int) attribute(directory, "gid") == 0;
    }

    /** Makes {@code to} look like {@code from}; the owner only if this user may. */
    static void copy(Path from, Path to) throws IOException {
        int mode = mode(from);
        if ((int) attribute(to, "uid") == 0) {
            Files.setAttribute(to, "unix:uid", attribute(from, "uid"), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(to, "unix:gid", attribute(from, "gid"), LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(to, "unix:mode", mode & 07777, LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path directory) throws IOException {
        return (int) attribute(directory, "mode");
    }

    private static Object attribute(Path directory, String name) throws IOException {
        return Files.getAttribute(directory, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    /** {@return the permissions of a mode} */
    static Set<PosixFilePermission> permissions(int mode) {
        var set = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermission.values(); // owner's first, read first: as the bits are, from the highest on
        for (int i = 0; i < all.length; i++) {
            if ((mode >> 8 - i & 1) != 0) set.add(all[i]);
        }
        return set;
    }
}
