package jrunc.plan;

import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** Finds again the process that a record names: a pid may have been given to another one since. */
final class NamedProcess {
    private static final int STAT_SIZE = 1024;
    /** Of the words that follow the command's name in /proc/PID/stat, which is the start time. */
    private static final int START_TIME = 19;

    private NamedProcess() {}

    /**
     * Opens a pidfd into {@code pidfd} and only then looks at the start time, so that what was looked at is what is held.
     * Fails with ESRCH if the process is another or none.
     */
    static void open(ContainerRecord record, Operand.Word pidfd, Recorder tape) {
        tape.attempt("container not running: find process " + record.pid(), t -> {
            var opened = t.variable(-1);
            t.call(Sys.PIDFD_OPEN, imm(record.pid()), imm(0)).into(opened);
            var startTime = readStartTime(text("/proc/" + record.pid() + "/stat"), t);
            t.expect(startTime, -1, imm(record.startTime()), ESRCH);
            t.set(pidfd, opened);
        });
    }

    /** Puts the start time of a process into {@code startTime}, or leaves that as it is if the process ends meanwhile. */
    static void noteStartTime(long pid, Operand.Word startTime, Recorder t) {
        noteStartTime(text("/proc/" + pid + "/stat"), startTime, t);
    }

    /** The same by the path of its stat file. */
    static void noteStartTime(Operand path, Operand.Word startTime, Recorder t) {
        var file = t.call(Sys.OPENAT, Handover.at(), path, t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
        file.forgive(ENOENT, ESRCH).onSuccess(u -> {
            var stat = u.scratch(STAT_SIZE);
            var read = u.call(Sys.READ, file, stat.address(), imm(STAT_SIZE)).forgive(ESRCH);
            read.onSuccess(v -> v.own(Call.Own.FIELD, stat.address(), read, imm(START_TIME)).into(startTime));
            u.close(file);
        });
    }

    /** {@return the start time that the stat file of a process has} */
    static Operand readStartTime(Operand path, Recorder t) {
        var file = t.call(Sys.OPENAT, Handover.at(), path, t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
        var stat = t.scratch(STAT_SIZE);
        var read = t.call(Sys.READ, file, stat.address(), imm(STAT_SIZE));
        var startTime = t.own(Call.Own.FIELD, stat.address(), read, imm(START_TIME));
        t.close(file);
        return startTime;
    }
}
