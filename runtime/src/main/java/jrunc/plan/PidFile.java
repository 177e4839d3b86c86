package jrunc.plan;

import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** The file that the caller finds the process's number in: digits and nothing else, whole or not at all, for callers read it as one number. */
final class PidFile {
    private final String path;
    private final Recorder tape;
    private final Operand.Word file;
    private final Operand.Word renamed;

    /** @param path absolute */
    PidFile(String path, Recorder tape) {
        this.path = path;
        this.tape = tape;
        file = tape.variable(-1);
        renamed = tape.variable(-1);
    }

    void write(Operand pid) {
        tape.attempt("write the pid file " + path, t -> {
            String fresh = fresh(path);
            t.call(Sys.UNLINKAT, Handover.at(), text(fresh), imm(0)).forgive(ENOENT);
            t.call(Sys.OPENAT, Handover.at(), text(fresh),
                    t.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_EXCL, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC), Operand.octal(0666)).into(file);
            var digits = t.block(24);
            var count = t.own(Call.Own.FORMAT, digits.address(), pid);
            t.call(Sys.WRITE, file, digits.address(), count);
            t.call(Sys.RENAMEAT, Handover.at(), text(fresh), Handover.at(), text(path)).into(renamed);
            MachineProcess.leave(t, file);
        });
    }

    /** {@return the name beside the pid file that it is written under} */
    static String fresh(String pidFile) {
        int slash = pidFile.lastIndexOf('/');
        return pidFile.substring(0, slash + 1) + "." + pidFile.substring(slash + 1);
    }

    /** After a failure: only what this command has written. */
    void remove(Recorder t) {
        t.attempt("remove the pid file " + path, u -> {
            u.when(file, 1L << 63, imm(0), v -> {
                v.call(Sys.UNLINKAT, Handover.at(), text(fresh(path)), imm(0)).forgive(ENOENT);
                v.close(file);
            });
            u.when(renamed, -1, imm(0), v -> v.call(Sys.UNLINKAT, Handover.at(), text(path), imm(0)).forgive(ENOENT));
        });
    }
}
