package jrunc.lifecycle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jrunc.linux.Arch;
import jrunc.linux.Diagnosis;
import jrunc.linux.Errno;
import jrunc.linux.FailureCode;
import jrunc.linux.Hints;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Playback;
import jrunc.machine.StandAlone;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Handover;
import jrunc.plan.HookOutcome;
import jrunc.plan.ProgramHead;
import jrunc.plan.Start;
import jrunc.tape.Report;
import jrunc.tape.TapeException;

/** What a failed start says: the runtime's own side, a hook, or why the exec of the user's program failed. */
final class FailedStart {
    private static final String EXEC = "exec ";

    private FailedStart() {}

    static JruncException of(ContainerRecord record, Start.Recorded recorded, Playback playback) {
        var report = new Report(playback.value(recorded.answer().word(0)), playback.value(recorded.answer().word(1)));
        if (!report.isFailure()) return ofRuntime(recorded, playback);
        return ofContainer(record, report, playback.bytes(recorded.after()));
    }

    /** {@return whether an answer that the front has read is one: nothing is said by a process that has become its program} */
    static boolean isIn(byte[] answer) {
        return ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getLong(0) != 0;
    }

    /** @param answer what the front has read from the container's process: its report and what came after it */
    static JruncException of(ContainerRecord record, byte[] answer) {
        var words = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        return ofContainer(record, new Report(words.getLong(0), words.getLong(Long.BYTES)), Arrays.copyOfRange(answer, Report.SIZE, answer.length));
    }

    private static JruncException ofContainer(ContainerRecord record, Report report, byte[] after) {
        long result = report.result();
        var attempt = attempt(record, report.cell());
        if (HookOutcome.isHook(attempt)) return new StartException(HookOutcome.words(attempt, result, after), diagnosis(FailureCode.HOOK, result, "", ""));
        if (!attempt.startsWith(EXEC)) return new StartException(attempt + ": " + Errno.shown(result), diagnosis(FailureCode.SYSTEM_CALL, result, "", ""));
        return ofExec(attempt, result, after);
    }

    private static String attempt(ContainerRecord record, long cell) {
        return record.words().getOrDefault(cell, "start container " + record.id());
    }

    /** {@return what a program says of it that knows no more than the errno} */
    static StandAlone.Caption caption(ContainerRecord record, long cell) {
        var attempt = attempt(record, cell);
        return new StandAlone.Caption(attempt, attempt.startsWith(EXEC) ? Sys.EXECVE : null);
    }

    private static JruncException ofRuntime(Start.Recorded recorded, Playback playback) {
        var report = playback.report();
        var cell = recorded.tape().cell(report.cell());
        if (!HookOutcome.isHook(cell.attempt()) || recorded.hookOutcome().isEmpty()) return new TapeException(recorded.tape(), report);
        byte[] outcome = playback.bytes(recorded.hookOutcome().get());
        return new TapeException(FailureCode.HOOK, HookOutcome.words(cell.attempt(), report.result(), outcome), cell, report.result());
    }

    /** {@return that the program could not be executed, with what its first bytes say of it} */
    static JruncException ofExec(String attempt, long result, byte[] head) {
        var why = ProgramHead.diagnosis(result, head, Arch.host());
        if (why.isEmpty()) why = Hints.of(Sys.EXECVE, Errno.of(result));
        return new StartException(attempt + ": " + Errno.shown(result) + why,
                diagnosis(FailureCode.PROGRAM, result, attempt.substring(EXEC.length()), why.isEmpty() ? "" : why.substring(2)));
    }

    private static Diagnosis diagnosis(FailureCode code, long result, String path, String hint) {
        var errno = Errno.of(result);
        return new Diagnosis(code, Handover.START, errno == null ? "" : errno.name(), path, hint);
    }
}
