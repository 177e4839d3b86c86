package jrunc.image;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import jrunc.image.TarEntry.Attributes;
import jrunc.image.TarEntry.Type;
import jrunc.kernel.Fd;
import jrunc.kernel.TreeCalls;
import jrunc.linux.Errno;
import jrunc.linux.FileType;
import jrunc.linux.Sys;

/**
 * Unpacks one layer into an empty directory. Later entries replace earlier ones of the same name, as if they came from a layer above.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#applying-changesets">image-spec, Applying Changesets</a>
 */
final class Unpacker {
    private final TreeCalls calls;
    private final LayerTree tree;
    private final String archive;
    private final Powers powers;
    private final long mostEntries;
    /** Directories get their times last: every entry in one changes them. */
    private final TreeMap<String, Attributes> directories = new TreeMap<>();

    /** @param mostEntries an archive with more is refused */
    Unpacker(TreeCalls calls, LayerTree tree, String archive, Powers powers, long mostEntries) {
        this.mostEntries = mostEntries;
        this.calls = calls;
        this.tree = tree;
        this.archive = archive;
        this.powers = powers;
    }

    /** Unpacks all entries. */
    void unpack(TarReader tar) throws IOException {
        directories.put("", new Attributes(0755, 0, 0, Instant.EPOCH, Map.of()));
        long entries = 0;
        for (var entry = tar.next(); entry != null; entry = tar.next()) {
            if (entries++ == mostEntries) throw new InvalidImageException(archive, "it has more than " + mostEntries + " entries, which is the limit; --max-layer-entries sets another");
            put(entry, tar);
        }
        finish();
    }

    private InvalidImageException refused(TarEntry entry, String why) {
        return InvalidImageException.entry(archive, entry.name(), why);
    }

    private void put(TarEntry entry, TarReader tar) throws IOException {
        var fault = LayerPath.fault(entry.name());
        if (fault != null) throw refused(entry, fault);
        var path = LayerPath.clean(entry.name());
        if (Whiteout.isIn(path)) putWhiteout(entry, path);
        else if (!path.isEmpty()) put(entry, path, tar);
        else if (entry.type() == Type.DIRECTORY) directories.put(path, entry.attributes());
        else throw refused(entry, "the top of the layer must be a directory");
    }

    private void putWhiteout(TarEntry entry, String path) {
        var whiteout = Whiteout.of(path);
        switch (whiteout.kind()) {
            case MEANINGLESS -> {}
            case WRONG -> throw refused(entry, "names that begin with .wh. are marks of what is deleted, and this is none");
            case DELETED -> tree.makeWhiteout(whiteout.path(), path);
            case OPAQUE -> tree.makeOpaque(tree.parent(path), whiteout.path(), path);
        }
    }

    private void put(TarEntry entry, String path, TarReader tar) throws IOException {
        var in = tree.parent(path);
        var name = LayerPath.name(path);
        switch (entry.type()) {
            case DIRECTORY -> {
                tree.makeDirectory(in, name, path);
                tree.attributes(in, name, path, entry.attributes(), FileType.S_IFDIR);
                directories.put(path, entry.attributes());
            }
            case FILE -> putFile(entry, path, in, name, tar);
            case HARD_LINK -> putHardLink(entry, path, name);
            case SYMBOLIC_LINK -> putSymbolicLink(entry, path, in, name);
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> putNode(entry, path, in, name);
        }
    }

    /** Removes what an earlier entry has put where {@code result} says that something is: {@return whether it was that} */
    private boolean isReplaced(long result, Fd in, String name, String path) {
        if (result != -Errno.EEXIST.number()) return false;
        tree.remove(in, name, path);
        directories.remove(path);
        directories.subMap(path + "/", path + "0").clear();
        return true;
    }

    private void putFile(TarEntry entry, String path, Fd in, String name, TarReader tar) throws IOException {
        long made = calls.create(in, name);
        if (isReplaced(made, in, name, path)) made = calls.create(in, name);
        var file = Fd.owning(tree.check(made, Sys.OPENAT, "make", path));
        try {
            fill(file, entry, path, tar);
            tree.attributes(file, path, entry.attributes());
            tree.check(calls.stamp(file, entry.attributes().modified()), Sys.UTIMENSAT, "set the time of", path);
        } finally {
            calls.close(file);
        }
    }

    private void fill(Fd file, TarEntry entry, String path, TarReader tar) throws IOException {
        var content = new Content(file, path);
        if (entry.extents() == null) {
            tar.pass(entry.size(), content);
            return;
        }
        for (var extent : entry.extents()) {
            tree.check(calls.seek(file, extent.offset()), Sys.LSEEK, "make a hole in", path);
            tar.pass(extent.length(), content);
        }
        tree.check(calls.resize(file, entry.size()), Sys.FTRUNCATE, "make a hole in", path);
    }

    /** What is passed to a file. */
    private final class Content extends OutputStream {
        private final Fd file;
        private final String path;

        Content(Fd file, String path) {
            this.file = file;
            this.path = path;
        }

        @Override public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override public void write(byte[] bytes, int at, int length) {
            tree.check(calls.write(file, bytes, at, length), Sys.WRITE, "write", path);
        }
    }

    private void putHardLink(TarEntry entry, String path, String name) {
        var fault = LayerPath.fault(entry.target());
        if (fault != null) throw refused(entry, "a hard link to " + ByteText.shown(entry.target()) + ": " + fault);
        var target = LayerPath.clean(entry.target());
        if (target.equals(path)) throw refused(entry, "a hard link to itself");
        if (target.isEmpty() || Whiteout.isIn(target)) throw refused(entry, "a hard link to what is no file: " + ByteText.shown(entry.target()));
        try (var from = tree.directory(LayerPath.parent(target), path)) {
            var in = tree.parent(path);
            long made = calls.makeHardLink(from, LayerPath.name(target), in, name);
            if (isReplaced(made, in, name, path)) made = calls.makeHardLink(from, LayerPath.name(target), in, name);
            if (made == -Errno.ENOENT.number()) throw refused(entry, "a hard link to " + ByteText.shown(target) + ", which is not in the layer before it");
            if (made == -Errno.EPERM.number()) throw refused(entry, "a hard link to " + ByteText.shown(target) + ", which is a directory, or may not be linked");
            tree.check(made, Sys.LINKAT, "make a hard link", path);
        }
    }

    private void putSymbolicLink(TarEntry entry, String path, Fd in, String name) {
        if (entry.target().isEmpty()) throw refused(entry, "a symbolic link that leads nowhere");
        if (!TreeCalls.isPath(entry.target())) throw refused(entry, "a symbolic link whose target is too long");
        long made = calls.makeSymbolicLink(entry.target(), in, name);
        if (isReplaced(made, in, name, path)) made = calls.makeSymbolicLink(entry.target(), in, name);
        tree.check(made, Sys.SYMLINKAT, "make a symbolic link", path);
        finishNode(entry, path, in, name);
    }

    private void putNode(TarEntry entry, String path, Fd in, String name) {
        boolean device = entry.type().isDevice();
        if (device && !powers.mayMakeDevices()) throw refused(entry, "a device, which only root can make, and not in a user namespace");
        if (entry.type() == Type.CHARACTER_DEVICE && entry.major() == 0 && entry.minor() == 0) {
            throw refused(entry, "a character device 0:0, which to overlayfs means that the file is deleted");
        }
        long mode = entry.type().kind().value() | 0600;
        long made = calls.makeNode(in, name, mode, entry.major(), entry.minor());
        if (isReplaced(made, in, name, path)) made = calls.makeNode(in, name, mode, entry.major(), entry.minor());
        tree.check(made, Sys.MKNODAT, device ? "make a device" : "make a fifo", path);
        finishNode(entry, path, in, name);
    }

    private void finishNode(TarEntry entry, String path, Fd in, String name) {
        tree.attributes(in, name, path, entry.attributes(), entry.type().kind());
        tree.check(calls.stamp(in, name, entry.attributes().modified()), Sys.UTIMENSAT, "set the time of", path);
    }

    /** Directories last, the inner before the outer: an ordinary user may not enter all of them any more when they have their modes. */
    private void finish() {
        for (var directory : directories.descendingMap().entrySet()) {
            var path = directory.getKey();
            var attributes = directory.getValue();
            if (path.isEmpty()) {
                finishTop(attributes);
                continue;
            }
            var in = tree.parent(path);
            var name = LayerPath.name(path);
            tree.check(calls.stamp(in, name, attributes.modified()), Sys.UTIMENSAT, "set the time of", path);
            if (!powers.mayOwn() && (attributes.mode() & 0700) != 0700) {
                tree.check(calls.permit(in, name, attributes.mode()), Sys.FCHMODAT, "set the mode of", path);
            }
        }
    }

    /** The top keeps its owner's permissions where it must be moved by that owner, an ordinary user. */
    private void finishTop(Attributes attributes) {
        int mode = attributes.mode() | (powers.mayOwn() ? 0 : 0700);
        tree.attributes(tree.top(), "the top", new Attributes(mode, attributes.uid(), attributes.gid(), attributes.modified(), attributes.xattrs()));
        tree.check(calls.stamp(tree.top(), attributes.modified()), Sys.UTIMENSAT, "set the time of", "the top");
    }
}
