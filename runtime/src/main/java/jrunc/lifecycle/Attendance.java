package jrunc.lifecycle;

import java.util.Optional;
import jrunc.host.HostReader;
import jrunc.linux.StateException;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.CallersTerminal;
import jrunc.plan.Foreground;
import jrunc.tape.Operand;

/**
 * A process in the foreground: jrunc waits for its end, and passes on to it what reaches jrunc meanwhile.
 *
 * @param process   a child of jrunc's
 * @param terminals its terminal and the caller's, if it has one
 */
record Attendance(Foreground.Attended process, Optional<Foreground.Terminals> terminals) {
    /** {@return the same for what a tape has left, once it has played} */
    static Attendance of(Playback playback, Operand pidfd, Operand pid, boolean orphans, Optional<CallersTerminal> terminal) {
        var process = new Foreground.Attended(Operand.imm(playback.value(pidfd)), Operand.imm(playback.value(pid)), orphans);
        if (terminal.isEmpty()) return new Attendance(process, Optional.empty());
        return new Attendance(process, Optional.of(new Foreground.Terminals(Operand.imm(playback.value(terminal.get().leader())),
                Operand.imm(playback.value(terminal.get().callers())))));
    }

    /** {@return the exit code of the process, once it has ended} */
    int untilEnd(Player player) {
        var waiting = Foreground.attend(HostReader.read(), process, terminals);
        var playback = player.play(waiting.tape());
        if (playback.report().isFailure()) throw new StateException(waiting.tape().words(playback.report()));
        return Foreground.Waiting.exitCode(playback.value(waiting.status()), playback.value(waiting.code()));
    }
}
