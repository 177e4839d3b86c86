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

/**
 * The first process of a container, to be found again: a pid may have been given to another one since.
 *
 * @param pid       0 if it is known only when the tape plays
 * @param startTime in clock ticks since boot
 * @param page      the {@link FrontPage} that says both then
 */
public record NamedProcess(long pid, long startTime, String page) {
    private static final int STAT_SIZE = 1024;
    /** Of the words that follow the command's name in /proc/PID/stat, which is the start time. */
    private static final int START_TIME = 19;

    /** {@return that of the container that the record is of} */
    public static NamedProcess of(ContainerRecord record) {
        return new NamedProcess(record.pid(), record.startTime(), "");
    }

    /** {@return that of whatever container has this id when the tape plays} */
    public static NamedProcess ofLater(Global global, String id) {
        return new NamedProcess(0, 0, StateDirectory.path(global, id) + "/" + FrontPage.FILE);
    }

    /**
     * Opens a pidfd into {@code pidfd} and only then looks at the start time, so that what was looked at is what is held.
     * Fails with ESRCH if the process is another or none. {@return the pid}
     */
    Operand open(Operand.Word pidfd, Recorder tape) {
        var head = page.isEmpty() ? null : FrontPage.read(page, tape);
        Operand number = head == null ? imm(pid) : head.word(FrontPage.PID);
        tape.attempt("container not running: find process " + number.shown(), t -> {
            var opened = t.variable(-1);
            t.call(Sys.PIDFD_OPEN, number, imm(0)).into(opened);
            var found = readStartTime(file(number, "stat", t), t);
            t.expect(found, -1, head == null ? imm(startTime) : head.word(FrontPage.START_TIME), ESRCH);
            t.set(pidfd, opened);
        });
        return number;
    }

    /** {@return the path of a file of a process in /proc} */
    static Operand file(Operand pid, String name, Recorder t) {
        return pid instanceof Operand.Imm ? text("/proc/" + pid.shown() + "/" + name) : t.path("/proc/", pid, "/" + name);
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
