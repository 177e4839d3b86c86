package jrunc.lifecycle;

import jrunc.linux.Arch;
import jrunc.linux.Diagnosis;
import jrunc.linux.Errno;
import jrunc.linux.FailureCode;
import jrunc.linux.Hints;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Playback;
import jrunc.plan.Handover;
import jrunc.plan.HookOutcome;
import jrunc.plan.ProgramHead;
import jrunc.plan.Start;
import jrunc.tape.TapeException;

/** What a failed start says: the runtime's own side, a hook, or why the exec of the user's program failed. */
final class FailedStart {
    private static final String EXEC = "exec ";

    private FailedStart() {}

    /** @param attempt of the cell that failed in the container's process; for a failure of the runtime's side not looked at */
    static JruncException of(Start.Recorded recorded, Playback playback, String attempt) {
        long cell = playback.value(recorded.answer().word(0));
        if (cell == 0) return ofRuntime(recorded, playback);
        long result = playback.value(recorded.answer().word(1));
        byte[] after = playback.bytes(recorded.after());
        if (HookOutcome.isHook(attempt)) return new StartException(HookOutcome.words(attempt, result, after), diagnosis(FailureCode.HOOK, result, "", ""));
        if (!attempt.startsWith(EXEC)) return new StartException(attempt + ": " + Errno.shown(result), diagnosis(FailureCode.SYSTEM_CALL, result, "", ""));
        return ofExec(attempt, result, after);
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
