package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.Errno.EBUSY;
import static jrunc.linux.Errno.EPERM;
import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.Optional;
import java.util.function.BiConsumer;
import jrunc.config.Config;
import jrunc.config.MountOptions;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.Flag;
import jrunc.linux.MountAttr;
import jrunc.linux.MountFlag;
import jrunc.linux.Namespace;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * sysfs and the cgroup tree show what belongs to a network and a cgroup namespace, and the kernel mounts them only for who owns
 * that namespace. In a user namespace that owns none the host's own tree is bound instead, with the same options, so that what
 * was to be read-only is, all the way down (CVE-2023-25809).
 *
 * @param type of the file system: {@code sysfs} or {@code cgroup2}
 * @param path of the host's tree
 */
public record HostTree(String type, String path) {
    /** All that mount_setattr can clear, the access time's words as one. */
    private static final long ATTRIBUTES = MountAttr.MOUNT_ATTR_RDONLY.value() | MountAttr.MOUNT_ATTR_NOSUID.value() | MountAttr.MOUNT_ATTR_NODEV.value()
            | MountAttr.MOUNT_ATTR_NOEXEC.value() | MountAttr.MOUNT_ATTR_NODIRATIME.value() | MountAttr.MOUNT_ATTR_NOSYMFOLLOW.value();

    /** {@return whether the container may see the same cgroups as this process, by a mount of its own} */
    public static boolean mayBeShared(Config config, Host host) {
        if (host.cgroups().isEmpty() || host.inUserNamespace() || config.linux().namespace(Namespace.USER).isPresent()
                || config.linux().namespace(Namespace.CGROUP).isPresent()) return false;
        for (var mount : config.mounts()) {
            if (isCgroups(mount.type().orElse(""))) return true;
        }
        return false;
    }

    private static boolean isCgroups(String type) {
        return type.equals("cgroup") || type.equals("cgroup2");
    }

    /**
     * {@return whether what a new mount would show is what the host's own mount shows} For a new one in the first cgroup namespace the kernel
     * waits until no processor is in the middle of anything (percpu_down_write, since Linux 6.17): some 5 to 25 ms.
     */
    static boolean isShared(String type, MountOptions options, Config config, Host host) {
        boolean labelled = config.linux().mountLabel().filter(label -> !label.isEmpty()).isPresent();
        return isCgroups(type) && host.cgroups().isPresent() && host.cgroups().get().whole() && options.data().isEmpty() && !labelled && mayBeShared(config, host);
    }

    /** Makes a mount of what is mounted at {@code path} into {@code tree}, as if it were new. */
    static void share(String path, MountOptions options, Operand.Word tree, Recorder t) {
        long set = options.attributes().set();
        long clear = ATTRIBUTES & ~set | MountAttr.MOUNT_ATTR__ATIME.value();
        t.call(Sys.OPEN_TREE, Handover.at(), text(path), Rootfs.cloneTree()).into(tree);
        t.call(Sys.MOUNT_SETATTR, tree, text(""), flags(AT_EMPTY_PATH), Operand.words(named(set, Flag.show(MountAttr.class, set)), named(clear, Flag.show(MountAttr.class, clear)),
                named(MountFlag.MS_PRIVATE.value(), "MS_PRIVATE"), imm(0)), imm(Rootfs.MOUNT_ATTR_SIZE));
    }

    /** {@return the tree that may have to stand in for a new file system of this type, if the kernel might refuse to mount that} */
    static Optional<HostTree> standIn(String type, Config config, Host host) {
        if (!host.inUserNamespace() && config.linux().namespace(Namespace.USER).isEmpty()) return Optional.empty();
        return switch (type) {
            case "sysfs" -> Optional.of(new HostTree(type, "/sys"));
            case "cgroup", "cgroup2" -> host.cgroups().map(CgroupTree::mountPoint).map(path -> new HostTree("cgroup2", path));
            default -> Optional.empty();
        };
    }

    /**
     * Makes the mount into {@code tree}: a new one if that is allowed, else of the host's.
     *
     * @param configure gives the new file system its options
     */
    void mount(MountOptions options, BiConsumer<Operand, Recorder> configure, Operand.Word tree, Recorder t) {
        var set = named(options.attributes().set(), Flag.show(MountAttr.class, options.attributes().set()));
        var clear = named(options.attributes().clear(), Flag.show(MountAttr.class, options.attributes().clear()));
        var filesystem = t.call(Sys.FSOPEN, text(type), flags(FSOPEN_CLOEXEC)).forgive(EPERM);
        filesystem.onSuccess(u -> {
            configure.accept(filesystem, u);
            Rootfs.create(filesystem, u).forgive(EPERM, EBUSY).onSuccess(v -> v
                    .call(Sys.FSMOUNT, filesystem, flags(FSMOUNT_CLOEXEC), set).into(tree).forgive(EPERM));
            u.close(filesystem);
        });
        t.unless(tree, 1L << 63, imm(0), u -> { // still negative
            u.call(Sys.OPEN_TREE, Handover.at(), text(path), Rootfs.cloneTree(AT_RECURSIVE)).into(tree);
            u.call(Sys.MOUNT_SETATTR, tree, text(""), flags(AT_EMPTY_PATH, AT_RECURSIVE), Operand.words(set, clear, imm(0), imm(0)),
                    imm(Rootfs.MOUNT_ATTR_SIZE));
        });
    }
}
