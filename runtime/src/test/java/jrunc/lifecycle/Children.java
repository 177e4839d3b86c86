package jrunc.lifecycle;

import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.machine.TrapPlayer;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** The processes that tapes played in this JVM have cloned: nobody but the test can reap them. */
final class Children {
    private static final long WNOHANG = 1;
    private static final long WEXITED = 4;
    private static final int SIGINFO = 128;
    private static final int SI_PID = 16;

    private Children() {}

    /** Waits for the end of one of them. */
    static void reap() {
        if (next(WEXITED) == 0) throw new AssertionError("there is no child");
    }

    /** Reaps all that have ended, those that tests before have left among them. */
    static void reapEnded() {
        while (next(WEXITED | WNOHANG) != 0) { }
    }

    /** {@return its pid, 0 for none} */
    private static long next(long options) {
        var tape = new Recorder(Arch.host());
        var siginfo = tape.block(SIGINFO);
        tape.call(Sys.WAITID, Operand.named(0, "P_ALL"), Operand.imm(0), siginfo.address(), Operand.imm(options), Operand.NULL).tries(255);
        var playback = TrapPlayer.play(tape.finish());
        return playback.report().isFailure() ? 0 : playback.value(siginfo.wordAt(SI_PID)) & 0xFFFFFFFFL;
    }
}
