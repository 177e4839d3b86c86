package jrunc.image;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_PATH;
import static jrunc.linux.ResolveFlag.RESOLVE_BENEATH;
import static jrunc.linux.ResolveFlag.RESOLVE_NO_MAGICLINKS;

import jrunc.image.TarEntry.Attributes;
import jrunc.kernel.Fd;
import jrunc.kernel.Statx;
import jrunc.kernel.TreeCalls;
import jrunc.linux.Errno;
import jrunc.linux.FileType;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * The directory that a layer is unpacked into. Everything is reached from its descriptor, and the kernel sees to it that no path leads out:
 * a symbolic link in the middle of one is followed only as long as it stays below the top, as in an image that has made /lib a link.
 */
final class LayerTree implements AutoCloseable {
    private static final long BENEATH = RESOLVE_BENEATH.value() | RESOLVE_NO_MAGICLINKS.value();
    static final String OPAQUE = "opaque";
    private static final byte[] YES = {'y'};

    private final TreeCalls calls;
    private final Fd top;
    private final String archive;
    private final Powers powers;
    private String parentPath = "";
    private Fd parent;

    /** @param archive what the layer is called in messages */
    LayerTree(TreeCalls calls, Fd top, String archive, Powers powers) {
        this.calls = calls;
        this.top = top;
        this.archive = archive;
        this.powers = powers;
    }

    @Override public void close() {
        forgetParent();
    }

    Fd top() {
        return top;
    }

    /** @return what the kernel has answered, if it is no error */
    long check(long result, Sys sys, String verb, String path) {
        if (result < 0) throw new SyscallException(verb + " " + ByteText.shown(path) + " of " + archive, sys, result);
        return result;
    }

    private InvalidImageException refused(String path, String why) {
        return InvalidImageException.entry(archive, path, why);
    }

    /** {@return the directory that {@code path} is in; it is made, and those above it, if no entry has made it} Good until the next is asked for. */
    Fd parent(String path) {
        var wanted = LayerPath.parent(path);
        if (wanted.isEmpty()) return top;
        if (parent != null && wanted.equals(parentPath)) return parent;
        forgetParent();
        parent = Fd.owning(open(wanted, path, true));
        parentPath = wanted;
        return parent;
    }

    private void forgetParent() {
        if (parent != null) calls.close(parent);
        parent = null;
    }

    /** {@return an open directory; the caller closes it} */
    Fd directory(String path, String entry) {
        return Fd.owning(open(path.isEmpty() ? "." : path, entry, false));
    }

    private long open(String path, String entry, boolean make) {
        long result = calls.openAt2(top, path, BENEATH, O_PATH, O_DIRECTORY);
        if (make && (result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number())) {
            makeAll(path, entry);
            result = calls.openAt2(top, path, BENEATH, O_PATH, O_DIRECTORY);
        }
        if (result == -Errno.EXDEV.number()) throw refused(entry, "a symbolic link above it leads out of the layer");
        if (result == -Errno.ELOOP.number()) throw refused(entry, "the symbolic links above it are a loop");
        if (result == -Errno.ENOENT.number()) throw refused(entry, "a symbolic link above it leads nowhere in the layer");
        if (result == -Errno.ENOTDIR.number()) throw refused(entry, "what is above it is no directory");
        return check(result, Sys.OPENAT2, "open the directory of", entry);
    }

    /** Makes what is missing of the directories of {@code path}; in the place of what a lower layer had and this one deletes, too. */
    private void makeAll(String path, String entry) {
        for (int slash = path.indexOf('/'); ; slash = path.indexOf('/', slash + 1)) {
            var directory = slash < 0 ? path : path.substring(0, slash);
            var above = LayerPath.parent(directory);
            try (var from = above.isEmpty() ? null : directory(above, entry)) {
                var in = from == null ? top : from;
                var name = LayerPath.name(directory);
                var there = calls.look(in, name);
                if (there.isEmpty() || isWhiteout(there.get())) {
                    makeDirectory(in, name, entry);
                    attributes(in, name, entry, Attributes.PLAIN_DIRECTORY, FileType.S_IFDIR);
                }
            }
            if (slash < 0) return;
        }
    }

    private static boolean isWhiteout(Statx there) {
        return there.type() == FileType.S_IFCHR && there.special() == 0;
    }

    /**
     * Makes a directory, or leaves the one that is there. In the place of anything else it hides what lower layers have below its name, for that
     * other thing has hidden it, too.
     */
    void makeDirectory(Fd in, String name, String path) {
        long made = calls.makeDirectory(in, name, 0700);
        if (made == -Errno.EEXIST.number()) {
            var there = calls.look(in, name);
            if (there.isPresent() && there.get().type() == FileType.S_IFDIR) return;
            check(calls.remove(in, name), Sys.UNLINKAT, "replace", path);
            check(calls.makeDirectory(in, name, 0700), Sys.MKDIRAT, "make directory", path);
            forgetParentUnless(in);
            makeOpaque(in, name, path);
            return;
        }
        check(made, Sys.MKDIRAT, "make directory", path);
    }

    private void forgetParentUnless(Fd used) {
        if (parent != used) forgetParent();
    }

    /** Hides from overlayfs what lower layers have in this directory. */
    void makeOpaque(Fd in, String name, String path) {
        check(calls.attribute(in, name, powers.overlay() + OPAQUE, YES), Sys.LSETXATTR, "hide what lower layers have in", path);
    }

    /** Makes a whiteout, as {@code entry} beside it says: what lower layers have of this name is gone. What this layer itself has there stays, and hides the rest. */
    void makeWhiteout(String path, String entry) {
        var in = parent(entry);
        var name = LayerPath.name(path);
        var there = calls.look(in, name);
        if (there.isEmpty()) check(calls.makeNode(in, name, FileType.S_IFCHR.value(), 0, 0), Sys.MKNODAT, "delete, by a whiteout,", entry);
        else if (there.get().type() == FileType.S_IFDIR) makeOpaque(in, name, entry);
    }

    /** Removes what is at {@code name}, with all that is in it. */
    void remove(Fd in, String name, String path) {
        forgetParentUnless(in);
        long removed = calls.remove(in, name);
        if (removed == -Errno.EISDIR.number()) {
            new TreeRemoval(calls, archive).remove(in, name);
            return;
        }
        check(removed, Sys.UNLINKAT, "replace", path);
    }

    /** Gives a file of any type but a link its owner, mode and extended attributes; not its time. */
    void attributes(Fd in, String name, String path, Attributes attributes, FileType type) {
        if (powers.mayOwn()) check(calls.own(in, name, attributes.uid(), attributes.gid()), Sys.FCHOWNAT, "give an owner to", path);
        if (type != FileType.S_IFLNK) {
            boolean kept = type == FileType.S_IFDIR && !powers.mayOwn();
            check(calls.permit(in, name, attributes.mode() | (kept ? 0700 : 0)), Sys.FCHMODAT, "set the mode of", path);
        }
        for (var xattr : attributes.xattrs().entrySet()) {
            if (isWanted(xattr.getKey(), path)) xattr(calls.attribute(in, name, xattr.getKey(), xattr.getValue()), Sys.LSETXATTR, xattr.getKey(), path);
        }
    }

    /** The same for a file that is open. */
    void attributes(Fd file, String path, Attributes attributes) {
        if (powers.mayOwn()) check(calls.own(file, attributes.uid(), attributes.gid()), Sys.FCHOWN, "give an owner to", path);
        check(calls.permit(file, attributes.mode()), Sys.FCHMOD, "set the mode of", path);
        for (var xattr : attributes.xattrs().entrySet()) {
            if (isWanted(xattr.getKey(), path)) xattr(calls.attribute(file, xattr.getKey(), xattr.getValue()), Sys.FSETXATTR, xattr.getKey(), path);
        }
    }

    /** Overlayfs obeys its own attributes, so no archive may bring any; a label of SELinux is this host's to give. */
    private boolean isWanted(String xattr, String path) {
        if (xattr.startsWith("trusted.overlay.") || xattr.startsWith("user.overlay.")) {
            throw refused(path, "an extended attribute that is overlayfs's own: " + ByteText.shown(xattr));
        }
        return !xattr.equals("security.selinux");
    }

    /** An ordinary user may have none of the kinds security and trusted, and unpacks what remains. */
    private void xattr(long result, Sys sys, String xattr, String path) {
        if (result == -Errno.EPERM.number() && powers != Powers.ROOT && !xattr.startsWith("user.")) return;
        check(result, sys, "set extended attribute " + ByteText.shown(xattr) + " of", path);
    }
}
