package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import jrunc.config.MountOptions;
import jrunc.linux.Flag;
import jrunc.linux.MountAttr;
import jrunc.linux.MountFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** The options that mount_setattr(2) gives to a mount, or to a whole tree of mounts, that a descriptor names. */
final class MountSetattr {
    private MountSetattr() {}

    /** Sets and clears attributes; none at all is no call. */
    static void change(Operand tree, MountOptions.Attributes attributes, boolean recursive, Recorder t) {
        if (attributes.isEmpty()) return;
        call(tree, at(recursive), shown(attributes.set()), shown(attributes.clear()), imm(0), imm(0), t);
    }

    /** One after the other: a slave that is also shared needs two. */
    static void propagate(Operand tree, MountOptions options, Recorder t) {
        for (var propagation : options.propagation()) {
            call(tree, at(propagation.recursive()), imm(0), imm(0),
                    named(propagation.mode(), Flag.show(MountFlag.class, propagation.mode())), imm(0), t);
        }
    }

    static Operand at(boolean recursive) {
        return recursive ? flags(AT_EMPTY_PATH, AT_RECURSIVE) : flags(AT_EMPTY_PATH);
    }

    private static Operand shown(long attributes) {
        return named(attributes, Flag.show(MountAttr.class, attributes));
    }

    static void call(Operand tree, Operand at, Operand set, Operand clear, Operand propagation, Operand userNamespace, Recorder t) {
        t.call(Sys.MOUNT_SETATTR, tree, text(""), at, Operand.words(set, clear, propagation, userNamespace), imm(Rootfs.MOUNT_ATTR_SIZE));
    }
}
