package jrunc.plan;

import static jrunc.linux.Errno.EPERM;
import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NODEV;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOSUID;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import jrunc.linux.Errno;
import jrunc.linux.FilesystemMagic;
import jrunc.linux.FsconfigCommand;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * A procfs that nobody else can mount over, for what must be written into one from inside. CVE-2019-16884, CVE-2025-52881: what
 * the container calls /proc may be anything, and a write that is led astray may hit the host.
 */
final class PrivateProc {
    private static final int TRIES = 128;
    private static final int STATFS_SIZE = 120;
    private static final long NON_NEGATIVE = 1L << 63;

    private PrivateProc() {}

    /**
     * {@return its descriptor} To be opened while the host's mounts are still there: a user namespace may make one only if it
     * sees another in full, and none of a pid namespace that is not its own; there the host's own /proc serves.
     */
    static Operand.Word open(Recorder tape) {
        var proc = tape.variable(-1);
        tape.section("runtime.md, Create");
        tape.attempt("open a procfs that nobody else can reach", t -> {
            var fs = t.call(Sys.FSOPEN, text("proc"), flags(FSOPEN_CLOEXEC)).forgive(EPERM);
            fs.onSuccess(u -> {
                u.call(Sys.FSCONFIG, fs, named(FsconfigCommand.FSCONFIG_CMD_CREATE.value(), FsconfigCommand.FSCONFIG_CMD_CREATE.name()), NULL, NULL,
                        imm(0)).forgive(EPERM).onSuccess(v -> v
                                .call(Sys.FSMOUNT, fs, flags(FSMOUNT_CLOEXEC), flags(MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC)).into(proc)
                                .forgive(EPERM));
                u.close(fs);
            });
            t.unless(proc, NON_NEGATIVE, imm(0), u -> openHosts(proc, u));
        });
        return proc;
    }

    private static void openHosts(Operand.Word proc, Recorder t) {
        t.call(Sys.OPENAT, Handover.at(), text("/proc"), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(proc);
        var statfs = t.scratch(STATFS_SIZE);
        t.call(Sys.FSTATFS, proc, statfs.address());
        t.expect(statfs.word(0), -1, named(FilesystemMagic.PROC_SUPER_MAGIC.value(), "PROC_SUPER_MAGIC"), Errno.EXDEV);
    }

    /** Opens one of its own files for writing: no link is followed and no other mount entered. The caller says what a failure means. */
    static Recorder.Result openFile(Operand proc, Operand path, Recorder t) {
        return InRoot.openBeneath(proc, path, t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC), t).tries(TRIES);
    }

    /** Writes all of {@code value} at once and closes the file. */
    static void write(Operand file, String value, Recorder t) {
        var written = t.call(Sys.WRITE, file, text(value), length(value));
        t.expect(written, -1, length(value), Errno.EINVAL);
        t.close(file);
    }
}
