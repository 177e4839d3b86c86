package jrunc.lifecycle;

import java.util.Optional;
import java.util.function.UnaryOperator;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.CallersTerminal;
import jrunc.plan.Foreground;
import jrunc.plan.NotifySocket;
import jrunc.plan.Ties;
import jrunc.tape.Image;
import jrunc.tape.Listing;
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
        return of(word -> Operand.imm(playback.value(word)), pidfd, pid, orphans, terminal);
    }

    /** {@return the same for what a tape of the same chain will have left} */
    static Attendance ofLeft(Image image, Operand pidfd, Operand pid, boolean orphans, Optional<CallersTerminal> terminal) {
        return of(image::left, pidfd, pid, orphans, terminal);
    }

    private static Attendance of(UnaryOperator<Operand> left, Operand pidfd, Operand pid, boolean orphans, Optional<CallersTerminal> terminal) {
        var process = new Foreground.Attended(left.apply(pidfd), left.apply(pid), orphans);
        if (terminal.isEmpty()) return new Attendance(process, Optional.empty());
        return new Attendance(process, Optional.of(new Foreground.Terminals(left.apply(terminal.get().leader()), left.apply(terminal.get().callers()))));
    }

    /** {@return what a person may read of the wait: whether it copies terminals the container's config says} */
    static String explanation(Ties ties, boolean keep) {
        if (!ties.foreground()) return "";
        var process = new Foreground.Attended(Operand.named(-1, "PIDFD"), Operand.named(-1, "PID"), ties.subreaper());
        var terminals = Optional.of(new Foreground.Terminals(Operand.named(-1, "LEADER"), Operand.named(-1, "CALLERS_TERMINAL")));
        Optional<Operand> notify = ties.notifySocket().isPresent() ? Optional.of(Operand.named(-1, "NOTIFY_SOCKET")) : Optional.empty();
        var host = HostReader.read();
        return "\n## then, without a terminal, wait\n" + Listing.of(Foreground.attend(host, process, Optional.empty(), notify).tape())
                + "\n## or with one\n" + Listing.of(Foreground.attend(host, process, terminals, notify).tape()) + (keep ? "" : "\n## then delete\n");
    }

    /** {@return what is to be played until it has ended} */
    Foreground.Waiting waiting(Host host) {
        return Foreground.attend(host, process, terminals);
    }

    /** {@return the exit code of the process, once it has ended} */
    int untilEnd(Host host, Player player) {
        return exitCode(waiting(host), player);
    }

    private static int exitCode(Foreground.Waiting waiting, Player player) {
        return exitCode(waiting, player.played(waiting.tape()));
    }

    private static int exitCode(Foreground.Waiting waiting, Playback playback) {
        return (int) playback.value(waiting.exit());
    }

    /** {@return the same, after the container was heard to be ready} In the foreground the process to look after is jrunc. */
    int untilEnd(Host host, Player player, Readiness readiness, Warnings warnings) {
        var shown = terminals;
        while (true) {
            var waiting = Foreground.attend(host, process, shown, Optional.of(Operand.imm(readiness.socket())));
            var playback = player.played(waiting.tape());
            var heard = waiting.heard().orElseThrow();
            var ready = NotifySocket.ready(playback.bytes(heard.text()), playback.value(heard.length()));
            long barrier = ready == null ? -1 : readiness.tell(ready, host.pid(), player, warnings);
            boolean ended = playback.value(waiting.ended()) == 1;
            if (!ended && shown.isPresent()) shown = Optional.of(shown.get().with(playback.bytes(waiting.saved().orElseThrow())));
            if (!ended && ready == null) continue;
            int code = ended ? exitCode(waiting, playback) : exitCode(Foreground.attend(host, process, shown), player);
            if (barrier >= 0) Readiness.understood(barrier, player);
            return code;
        }
    }
}
