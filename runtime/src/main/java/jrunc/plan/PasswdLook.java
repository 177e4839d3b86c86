package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import jrunc.host.Host;
import jrunc.linux.FileType;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * Reads /etc/passwd of a container that runs, for an exec whose environment says nothing of HOME. The container's files are hostile:
 * the path is looked up from the root of its first process and cannot leave that, and only a regular file is opened.
 */
public final class PasswdLook {
    /** How many bytes are read at most; the second if the file is not shorter than the first, as most are: what comes back is copied. */
    private static final int[] SIZES = {1 << 12, 1 << 16};

    private PasswdLook() {}

    /** @param passwd its beginning, and zeros; all zeros if there is none that could be read */
    public record Recorded(Tape tape, Block passwd) {}

    /** {@return how many bytes are read at first, and how many if there may be more} */
    public static int[] sizes() {
        return SIZES.clone();
    }

    /** @param size how many bytes are read at most */
    public static Recorded of(Host host, NamedProcess init, int size) {
        var tape = new Recorder(host.arch());
        var passwd = tape.block(size);
        tape.section("exec, the home directory");
        var opened = read(init, passwd, tape);
        tape.cleanUp(t -> t.close(opened));
        return new Recorded(tape.finish(), passwd);
    }

    /** Fills {@code passwd}; {@return the words of what is open if a cell fails} */
    static Operand[] read(NamedProcess process, Block passwd, Recorder tape) {
        int size = passwd.initial().length;
        var init = tape.variable(-1);
        var root = tape.variable(-1);
        var place = tape.variable(-1);
        var pid = process.open(init, tape);
        tape.attempt("open the container's root", t -> {
            t.call(Sys.OPENAT, Handover.at(), NamedProcess.file(pid, "root", t), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root)
                    .on(ENOENT, Entry::failAsEnded);
            t.call(Sys.PIDFD_SEND_SIGNAL, init, imm(0), NULL, imm(0)).on(ESRCH, Entry::failAsEnded); // it was that process's, then
        });
        tape.attempt("read the container's /etc/passwd", t -> InRoot.open(root, "/etc/passwd", t).into(place).forgiveAll().onSuccess(u -> {
            var stat = u.scratch(StatxField.SIZE);
            u.call(Sys.STATX, place, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
            u.when(stat.word(3), Handover.mode(FileType.S_IFMT), named(Handover.mode(FileType.S_IFREG.value()), "S_IFREG"), v -> {
                var file = v.call(Sys.OPENAT, Handover.at(), v.path("/proc/self/fd/", place), v.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
                file.forgiveAll().onSuccess(w -> {
                    w.call(Sys.READ, file, passwd.address(), imm(size)).forgiveAll();
                    w.close(file);
                });
            });
        }));
        tape.attempt("close what the look has opened", t -> t.close(place, root, init));
        return new Operand[] {place, root, init};
    }
}
