package jrunc.plan;

import static jrunc.linux.FsconfigCommand.FSCONFIG_CMD_RECONFIGURE;
import static jrunc.linux.FspickFlag.FSPICK_CLOEXEC;
import static jrunc.linux.FspickFlag.FSPICK_EMPTY_PATH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Changes of what is mounted already: {@code remount}, and propagation without a type. What the options name is changed and
 * all else stays; a mount(2) with MS_REMOUNT would silently drop the flags that are not named again, such as nosuid.
 */
final class Remounts {
    private Remounts() {}

    static boolean is(Mount mount, MountOptions options) {
        return options.remount() || propagatesOnly(mount, options);
    }

    private static boolean propagatesOnly(Mount mount, MountOptions options) {
        String type = mount.type().orElse("none");
        return (type.isEmpty() || type.equals("none")) && !options.isBind() && !options.propagation().isEmpty();
    }

    /** {@return whether the file system itself is to be changed, so that it must be the container's own} */
    static boolean changesFilesystem(Mount mount, MountOptions options) {
        return is(mount, options) && !Mounts.isBind(mount, options) && options.changesSuperblock();
    }

    /** {@return whether {@code earlier} made a file system of the container's own where {@code mount} is} */
    static boolean isOwnFilesystem(Mount earlier, Mount mount) {
        String type = earlier.type().orElse("");
        boolean shared = type.equals("sysfs") || type.equals("cgroup") || type.equals("cgroup2");
        var options = MountOptions.of(earlier.options());
        return earlier.place().equals(mount.place()) && !Mounts.isBind(earlier, options) && !is(earlier, options) && !shared;
    }

    static void change(Mount mount, MountOptions options, Mounts mounts, Operand root, Recorder tape) {
        String caption = "change the mount on " + mount.destination();
        var place = tape.variable(-1);
        tape.attempt(caption, t -> (options.destNofollow() ? InRoot.openLink(root, mount.destination(), t) : InRoot.open(root, mount.destination(), t)).into(place));
        if (changesFilesystem(mount, options)) tape.attempt(caption, t -> reconfigure(place, options, t));
        boolean late = options.readonly() && mount.place().equals("/dev"); // devices are still to come
        var attributes = late ? options.attributes().withoutReadonly() : options.attributes();
        tape.attempt(caption, t -> {
            MountSetattr.change(place, attributes, false, t);
            MountSetattr.change(place, options.treeAttributes(), true, t);
            MountSetattr.propagate(place, options, t);
            if (!late) t.close(place);
        });
        if (late) mounts.makeReadonlyLate(mount.destination(), place);
    }

    /** The words of the file system, without {@code ro}: that is this mount's alone. */
    private static void reconfigure(Operand place, MountOptions options, Recorder t) {
        var filesystem = t.call(Sys.FSPICK, place, text(""), flags(FSPICK_CLOEXEC, FSPICK_EMPTY_PATH));
        for (var word : options.superblockWords()) {
            if (!word.equals("ro")) Rootfs.setFlag(filesystem, word, t);
        }
        FilesystemMounts.setData(filesystem, "", options.data(), t);
        t.call(Sys.FSCONFIG, filesystem, Rootfs.fsconfig(FSCONFIG_CMD_RECONFIGURE), NULL, NULL, imm(0));
        t.close(filesystem);
    }
}
