package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.Errno.EBADF;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ENOTDIR;
import static jrunc.linux.Errno.EPERM;
import static jrunc.linux.FsconfigCommand.FSCONFIG_CMD_CREATE;
import static jrunc.linux.FsconfigCommand.FSCONFIG_SET_FLAG;
import static jrunc.linux.FsconfigCommand.FSCONFIG_SET_STRING;
import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.linux.MoveMountFlag.MOVE_MOUNT_F_EMPTY_PATH;
import static jrunc.linux.MoveMountFlag.MOVE_MOUNT_T_EMPTY_PATH;
import static jrunc.linux.OpenTreeFlag.OPEN_TREE_CLOEXEC;
import static jrunc.linux.OpenTreeFlag.OPEN_TREE_CLONE;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.List;
import jrunc.config.Config;
import jrunc.host.Host;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FileType;
import jrunc.linux.Flag;
import jrunc.linux.FsconfigCommand;
import jrunc.linux.MountFlag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.linux.UmountFlag;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#root">config.md, Root</a>, and what of
 * config-linux.md hides parts of it: rootfs mount propagation, masked paths, readonly paths.
 */
final class Rootfs {
    static final long MOUNT_ATTR_SIZE = 32;

    private Rootfs() {}

    /** {@return the descriptor of the root file system, mounted and the working directory} */
    static Operand assemble(Config config, Host host, RootSource source, Recorder tape) {
        tape.section("config.md, Root");
        boolean ownMounts = config.linux().namespace(Namespace.MOUNT).isPresent();
        if (ownMounts) propagate(config, tape);
        var root = tape.variable(-1);
        boolean inUserNamespace = host.inUserNamespace() || config.linux().namespace(Namespace.USER).isPresent();
        source.open(root, ownMounts, inUserNamespace, tape);
        if (ownMounts) {
            tape.attempt("mount the root file system on " + source.mountPoint(), t -> t.call(Sys.MOVE_MOUNT, root, text(""),
                    Handover.at(), text(source.mountPoint()), flags(MOVE_MOUNT_F_EMPTY_PATH)));
        }
        tape.attempt("enter the root file system", t -> t.call(Sys.FCHDIR, root));
        return root;
    }

    /** Before anything is mounted: nothing of the container may show up on the host. */
    private static void propagate(Config config, Recorder tape) {
        var mode = inner(config);
        tape.attempt("make the mounts of the new namespace " + (mode == MountFlag.MS_PRIVATE ? "private" : "slaves"), t -> t
                .call(Sys.MOUNT_SETATTR, Handover.at(), text("/"), flags(AT_RECURSIVE), setattr(imm(0), flags(mode)), imm(MOUNT_ATTR_SIZE)));
    }

    /**
     * What all mounts are while the container is set up, and what its own stay: private if its root is to be that or more, for
     * what is unbindable cannot be mounted from; else slaves.
     */
    static MountFlag inner(Config config) {
        return switch (config.linux().rootfsPropagation().orElse("")) {
            case "private", "rprivate", "unbindable", "runbindable" -> MountFlag.MS_PRIVATE;
            default -> MountFlag.MS_SLAVE;
        };
    }

    /** {@return whether mounts are to travel from the container to the host} */
    static boolean isShared(Config config) {
        String word = config.linux().rootfsPropagation().orElse("");
        return word.equals("shared") || word.equals("rshared");
    }

    static MountFlag propagation(String word) {
        return switch (word) {
            case "private", "rprivate" -> MountFlag.MS_PRIVATE;
            case "shared", "rshared" -> MountFlag.MS_SHARED;
            case "slave", "rslave" -> MountFlag.MS_SLAVE;
            case "unbindable", "runbindable" -> MountFlag.MS_UNBINDABLE;
            default -> throw new IllegalArgumentException("rootfsPropagation " + word);
        };
    }

    /** {@code struct mount_attr}: set, clear, propagation, user namespace. */
    static Operand.Words setattr(Operand set, Operand propagation) {
        return words(set, imm(0), propagation, imm(0));
    }

    /** Makes the root read-only after all that writes into it. */
    static void makeReadonly(Config config, Operand root, Recorder tape) {
        if (!config.root().readonly()) return;
        tape.section("config.md, Root");
        tape.attempt("make the root file system read-only", t -> t.call(Sys.MOUNT_SETATTR, root, text(""), flags(AT_EMPTY_PATH),
                setattr(flags(MOUNT_ATTR_RDONLY), imm(0)), imm(MOUNT_ATTR_SIZE)));
    }

    /** Read-only paths first: a masked path may lie below one, and nothing that could unmask may come after the masks. */
    static void hide(Config config, Operand root, Recorder tape) {
        tape.section("config-linux.md, Readonly Paths");
        for (var path : config.linux().readonlyPaths()) readonly(path, root, tape);
        if (config.linux().maskedPaths().isEmpty()) return;
        tape.section("config-linux.md, Masked Paths");
        // CVE-2025-31133: the host's own null device, never the container's /dev/null.
        var nullDevice = openNullDevice(tape);
        var empty = tape.variable(-1);
        for (var path : config.linux().maskedPaths()) mask(path, root, nullDevice, empty, tape);
        tape.attempt("close what masks are made of", t -> t.close(nullDevice, empty));
    }

    private static void readonly(String path, Operand root, Recorder tape) {
        tape.attempt("make " + path + " read-only", t -> {
            var place = InRoot.open(root, path, t);
            place.forgive(ENOENT, ENOTDIR).onSuccess(u -> {
                var tree = u.call(Sys.OPEN_TREE, place, text(""), cloneTree(AT_EMPTY_PATH, AT_RECURSIVE));
                u.call(Sys.MOUNT_SETATTR, tree, text(""), flags(AT_EMPTY_PATH), setattr(flags(MOUNT_ATTR_RDONLY), imm(0)),
                        imm(MOUNT_ATTR_SIZE));
                moveOnto(tree, place, u);
                u.close(tree, place);
            });
        });
    }

    private static Operand openNullDevice(Recorder tape) {
        var device = tape.variable(-1);
        tape.attempt("open the host's /dev/null", t -> {
            t.call(Sys.OPENAT, Handover.at(), text("/dev/null"), t.open(OpenFlag.O_PATH, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(device);
            var stat = t.scratch(StatxField.SIZE);
            t.call(Sys.STATX, device, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
            t.expect(stat.word(3), Handover.mode(FileType.S_IFMT), named(Handover.mode(FileType.S_IFCHR.value()), "S_IFCHR"), ENODEV);
            t.expect(stat.word(16), -1, Devices.NULL_NUMBER, ENODEV);
        });
        return device;
    }

    /** A file is covered by the null device, a directory by one read-only tmpfs of no size that all directories share. */
    private static void mask(String path, Operand root, Operand nullDevice, Operand empty, Recorder tape) {
        tape.attempt("mask " + path, t -> {
            var place = InRoot.open(root, path, t);
            place.forgive(ENOENT, ENOTDIR).onSuccess(u -> {
                var stat = u.scratch(StatxField.SIZE);
                u.call(Sys.STATX, place, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
                var directory = named(Handover.mode(FileType.S_IFDIR.value()), "S_IFDIR");
                var cover = u.variable(-1);
                u.when(stat.word(3), Handover.mode(FileType.S_IFMT), directory, v -> v
                        .call(Sys.OPEN_TREE, empty, text(""), cloneTree(AT_EMPTY_PATH)).into(cover).on(EBADF, w -> makeEmpty(cover, empty, w)));
                u.unless(stat.word(3), Handover.mode(FileType.S_IFMT), directory, v -> {
                    v.call(Sys.OPEN_TREE, nullDevice, text(""), cloneTree(AT_EMPTY_PATH)).into(cover);
                    // It is the host's node: read-only, so that root in the container cannot change its mode or owner.
                    v.call(Sys.MOUNT_SETATTR, cover, text(""), flags(AT_EMPTY_PATH), setattr(flags(MOUNT_ATTR_RDONLY), imm(0)),
                            imm(MOUNT_ATTR_SIZE));
                });
                moveOnto(cover, place, u);
                u.close(cover, place);
            });
        });
    }

    private static void makeEmpty(Operand cover, Operand empty, Recorder t) {
        var tmpfs = t.call(Sys.FSOPEN, text("tmpfs"), flags(FSOPEN_CLOEXEC));
        setString(tmpfs, "source", "tmpfs", t);
        setFlag(tmpfs, "ro", t);
        for (var limit : List.of("nr_blocks", "nr_inodes")) setString(tmpfs, limit, "1", t);
        create(tmpfs, t);
        t.call(Sys.FSMOUNT, tmpfs, flags(FSMOUNT_CLOEXEC), flags(MOUNT_ATTR_RDONLY)).into(cover);
        t.call(Sys.FCNTL, cover, Handover.fcntl(FcntlCommand.F_DUPFD_CLOEXEC), imm(0)).into(empty);
        t.close(tmpfs);
    }

    /** Leaves the host's root behind. The old root is detached, not unmounted: a mount in use would be EBUSY. */
    static void pivot(Config config, Host host, boolean noPivot, Operand root, Recorder tape) {
        tape.section("config.md, Root");
        if (config.linux().namespace(Namespace.MOUNT).isEmpty()) {
            change(root, tape);
        } else if (noPivot) {
            moveRoot(host, root, tape);
        } else {
            tape.attempt("pivot_root into the root file system", t -> {
                var old = t.call(Sys.OPENAT, Handover.at(), text("/"), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC));
                t.call(Sys.FCHDIR, root);
                t.call(Sys.PIVOT_ROOT, text("."), text("."));
                // Slave, so that the unmount below is not passed on to the host.
                t.call(Sys.MOUNT_SETATTR, old, text(""), flags(AT_EMPTY_PATH, AT_RECURSIVE), setattr(imm(0), flags(MountFlag.MS_SLAVE)),
                        imm(MOUNT_ATTR_SIZE));
                t.call(Sys.FCHDIR, old);
                t.call(Sys.UMOUNT2, text("."), flags(UmountFlag.MNT_DETACH));
                t.call(Sys.CHDIR, text("/"));
                t.close(old);
            });
        }
        tape.attempt("close the root file system", t -> t.close(root));
    }

    private static void change(Operand root, Recorder tape) {
        tape.attempt("change the root directory", t -> {
            t.call(Sys.FCHDIR, root);
            t.call(Sys.CHROOT, text("."));
            t.call(Sys.CHDIR, text("/"));
        });
    }

    /** On an initramfs pivot_root cannot work. The host's own proc and sysfs must not stay reachable below the new root. */
    private static void moveRoot(Host host, Operand root, Recorder tape) {
        for (var point : host.procMounts().reversed()) {
            tape.attempt("unmount the host's " + point, t -> t.call(Sys.UMOUNT2, text(point), flags(UmountFlag.MNT_DETACH))
                    .forgive(EINVAL).on(EPERM, u -> cover(point, u))); // EPERM: locked in a user namespace
        }
        tape.attempt("move the root file system to /", t -> t.call(Sys.MOVE_MOUNT, root, text(""), Handover.at(), text("/"),
                flags(MOVE_MOUNT_F_EMPTY_PATH)));
        change(root, tape);
    }

    private static void cover(String point, Recorder t) {
        t.call(Sys.MOUNT, text("tmpfs"), text(point), text("tmpfs"), flags(MountFlag.MS_RDONLY), NULL);
    }

    /**
     * The container's own propagation of its root, once it is the root: pivot_root takes no shared one. Its mounts keep what
     * they have been given; only what is to be unbindable as a whole could not be mounted from before.
     */
    static void propagateRoot(Config config, Recorder tape) {
        config.linux().rootfsPropagation().ifPresent(word -> tape.attempt("make / " + word, t -> t
                .call(Sys.MOUNT_SETATTR, Handover.at(), text("/"), word.equals("runbindable") ? flags(AT_RECURSIVE) : imm(0),
                        setattr(imm(0), flags(propagation(word))), imm(MOUNT_ATTR_SIZE))));
    }

    static Recorder.Result moveOnto(Operand tree, Operand place, Recorder t) {
        return t.call(Sys.MOVE_MOUNT, tree, text(""), place, text(""), flags(MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH));
    }

    static Operand cloneTree(Flag... more) {
        var all = new java.util.ArrayList<Flag>(List.of(OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC));
        all.addAll(List.of(more));
        return flags(all);
    }

    static void setFlag(Operand filesystem, String word, Recorder t) {
        t.call(Sys.FSCONFIG, filesystem, fsconfig(FSCONFIG_SET_FLAG), text(word), NULL, imm(0));
    }

    static void setString(Operand filesystem, String key, String value, Recorder t) {
        t.call(Sys.FSCONFIG, filesystem, fsconfig(FSCONFIG_SET_STRING), text(key), text(value), imm(0));
    }

    static Recorder.Result create(Operand filesystem, Recorder t) {
        return t.call(Sys.FSCONFIG, filesystem, fsconfig(FSCONFIG_CMD_CREATE), NULL, NULL, imm(0));
    }

    static Operand fsconfig(FsconfigCommand command) {
        return named(command.value(), command.name());
    }
}
