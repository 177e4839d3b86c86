package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.Optional;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.host.BundleFiles;
import jrunc.linux.Errno;
import jrunc.linux.FilesystemMagic;
import jrunc.linux.ResolveFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The mount points of a container, opened in its root file system and made there if they are missing. Behind a link that leads
 * to nothing, what it leads to is made, inside the root.
 */
final class MountPoints {
    private static final int STATFS_SIZE = 120;

    private final BundleFiles bundle;
    private final Operand root;

    MountPoints(BundleFiles bundle, Operand root) {
        this.bundle = bundle;
        this.root = root;
    }

    /** The mount point of a bind mount. */
    void open(Mount mount, MountOptions options, InRoot.Kind kind, Operand.Word place, Recorder t) {
        open(mount, options, t).into(place).on(ENOENT, u -> make(mount, options, kind, place, u));
    }

    /**
     * The mount point of a new file system.
     *
     * @param ordinary no symbolic link may lead to it
     * @param mode     to this goes the mode of what is there already
     */
    void open(Mount mount, MountOptions options, boolean ordinary, Operand.Word place, Optional<Operand.Word> mode, Recorder t) {
        var resolve = ordinary ? new ResolveFlag[] {ResolveFlag.RESOLVE_NO_SYMLINKS} : new ResolveFlag[0];
        var made = t.variable(0);
        open(mount, options, t, resolve).into(place).on(ENOENT, u -> {
            make(mount, options, InRoot.Kind.DIRECTORY, place, u, resolve);
            u.set(made, imm(1));
        });
        mode.ifPresent(word -> t.when(made, -1, imm(0), u -> {
            var stat = u.scratch(StatxField.SIZE);
            u.call(Sys.STATX, place, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_MODE), stat.address());
            u.own(Call.Own.BITS, stat.word(3), imm(32), Operand.octal(07777)).into(word);
        }));
    }

    /** Opens what has been mounted there a moment ago. */
    Recorder.Result open(Mount mount, MountOptions options, Recorder t, ResolveFlag... resolve) {
        return options.destNofollow() ? InRoot.openLink(root, mount.destination(), t) : InRoot.open(root, mount.destination(), t, resolve);
    }

    private void make(Mount mount, MountOptions options, InRoot.Kind kind, Operand.Word place, Recorder t, ResolveFlag... resolve) {
        String path = resolve.length > 0 ? mount.destination() : bundle.places().getOrDefault(mount.place(), mount.destination());
        InRoot.make(root, path, kind, t);
        (options.destNofollow() ? InRoot.openLink(root, path, t) : InRoot.open(root, path, t, resolve)).into(place);
    }

    /** Makes a symbolic link; the same one may be there already. */
    void link(Mount mount, String target, Recorder t) {
        String above = mount.place().substring(0, Math.max(1, mount.place().lastIndexOf('/')));
        InRoot.link(root, bundle.places().getOrDefault(above, above), mount.place().substring(mount.place().lastIndexOf('/') + 1), target, t);
    }

    /**
     * Nothing may cover a procfs (CVE-2019-16884): what is written there later would go nowhere. Validation has let only lxcfs's
     * files and /proc itself be named; a symbolic link may lead there all the same, and a bind mount on /proc may be of anything.
     */
    static void guardProc(Mount mount, Operand tree, Operand place, Recorder tape) {
        String destination = mount.place();
        if (destination.startsWith("/proc/")) return;
        boolean onProc = destination.equals("/proc");
        tape.attempt(onProc ? "mount on /proc what is not a proc file system" : "mount on " + mount.destination() + ", which leads into a proc file system", t -> {
            var statfs = t.scratch(STATFS_SIZE);
            t.call(Sys.FSTATFS, onProc ? tree : place, statfs.address());
            var proc = named(FilesystemMagic.PROC_SUPER_MAGIC.value(), "PROC_SUPER_MAGIC");
            if (onProc) t.expect(statfs.word(0), -1, proc, Errno.EPERM);
            else t.when(statfs.word(0), -1, proc, u -> u.fail(Errno.EPERM));
        });
    }
}
