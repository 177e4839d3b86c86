package jrunc.kernel;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_NOFOLLOW;
import static jrunc.linux.OpenFlag.O_RDONLY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.SyscallException;

/** All that is below a directory. No symbolic link is followed, and names are bytes: whoever filled the tree chose them. */
public final class FileTree {
    private FileTree() {}

    /** A file or directory; the path is relative to the top. */
    public record Entry(byte[] path, boolean directory) {}

    /** {@return what is below {@code top}, innermost first, so that it can be removed in this order} */
    public static List<Entry> below(String top) {
        List<Entry> entries = new ArrayList<>();
        try (var directory = FileCalls.open(null, top, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
            walk(directory, new byte[0], entries);
        }
        return entries;
    }

    private static void walk(Fd directory, byte[] path, List<Entry> entries) {
        for (var name : FileCalls.list(directory, "a directory of the tree")) {
            var below = Arrays.copyOf(path, path.length + name.length + (path.length == 0 ? 0 : 1));
            if (path.length > 0) below[path.length] = '/';
            System.arraycopy(name, 0, below, below.length - name.length, name.length);
            boolean isDirectory = true;
            try (var inner = FileCalls.open(directory, name, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
                walk(inner, below, entries);
            } catch (SyscallException e) {
                // A directory that an ordinary user may not look into, as overlayfs makes one, is most likely empty: rmdir will tell.
                isDirectory = e.errno() == Errno.EACCES;
                if (!isDirectory && e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) throw e;
            }
            entries.add(new Entry(below, isDirectory));
        }
    }
}
