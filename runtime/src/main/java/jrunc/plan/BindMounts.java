package jrunc.plan;

import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.AtFlag.AT_SYMLINK_NOFOLLOW;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.host.BundleFiles;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.MountFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** Mounts of what the host has already: a directory, a file, a socket, a device, a symbolic link. */
final class BindMounts {
    private static final int STATFS_SIZE = 120;
    /** Which word of struct statfs has the flags. */
    private static final int F_FLAGS = 10;
    private static final long ST_SYNCHRONOUS = 0x10;
    private static final long ST_MANDLOCK = 0x40;

    private BindMounts() {}

    static void attach(Mount mount, MountOptions options, BundleFiles bundle, Sources sources, MountPoints points, Recorder tape) {
        String source = bundle.absolute(mount.source().orElse(""));
        String target = bundle.links().get(source);
        if (options.copySymlink() && target != null) {
            tape.attempt("make the symbolic link " + mount.destination() + " as " + source, t -> points.link(mount, target, t));
            return;
        }
        String caption = "mount " + source + " on " + mount.destination();
        var opened = sources.tree(mount);
        var tree = opened == null ? tape.variable(-1) : opened;
        if (opened == null) tape.attempt(caption + ": open the source", t -> open(source, options, tree, t));
        checkSuperblock(tree, options, caption, tape);
        tape.attempt(caption, t -> {
            MountSetattr.change(tree, options.attributes(), false, t);
            MountSetattr.change(tree, options.treeAttributes(), true, t);
        });
        boolean directory = bundle.sources().get(source) != BundleFiles.Kind.OTHER && !(options.srcNofollow() && target != null);
        var place = tape.variable(-1);
        tape.attempt(caption + ": make the mount point",
                t -> points.open(mount, options, directory ? InRoot.Kind.DIRECTORY : InRoot.Kind.FILE, place, t));
        MountPoints.guardProc(mount, tree, place, tape);
        tape.attempt(caption, t -> {
            Rootfs.moveOnto(tree, place, t);
            MountSetattr.propagate(tree, options, t);
            t.close(place, tree);
        });
    }

    /** Opens a source as a mount of its own that is attached nowhere yet. */
    static void open(String source, MountOptions options, Operand.Word tree, Recorder t) {
        List<AtFlag> more = new ArrayList<>();
        if (options.rbind()) more.add(AT_RECURSIVE);
        if (options.srcNofollow() || options.copySymlink()) more.add(AT_SYMLINK_NOFOLLOW);
        t.call(Sys.OPEN_TREE, Handover.at(), text(source), Rootfs.cloneTree(more.toArray(AtFlag[]::new))).into(tree);
    }

    /** A bind mount cannot change its file system, which is others' too: so it must be what the words ask for already. */
    private static void checkSuperblock(Operand tree, MountOptions options, String caption, Recorder tape) {
        long clear = options.superblockClear();
        long unwanted = ((clear & MountFlag.MS_SYNCHRONOUS.value()) != 0 ? ST_SYNCHRONOUS : 0) | ((clear & MountFlag.MS_MANDLOCK.value()) != 0 ? ST_MANDLOCK : 0);
        if (unwanted == 0) return;
        tape.attempt(caption + ": its file system is sync or mand, which a bind mount cannot change", t -> {
            var statfs = t.scratch(STATFS_SIZE);
            t.call(Sys.FSTATFS, tree, statfs.address());
            t.expect(statfs.word(F_FLAGS), unwanted, named(0, "neither"), Errno.EOPNOTSUPP);
        });
    }
}
