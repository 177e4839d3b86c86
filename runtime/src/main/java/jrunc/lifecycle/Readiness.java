package jrunc.lifecycle;

import jrunc.host.HostReader;
import jrunc.machine.Player;
import jrunc.plan.NotifySocket;
import jrunc.tape.Operand;
import jrunc.tape.TapeException;

/**
 * Who waits for the container to be ready, and how it is heard.
 *
 * @param address {@code NOTIFY_SOCKET} of the caller
 * @param socket  the container's notify socket, open
 * @param pidfd   the container's process, open
 * @param pid     its number
 */
record Readiness(String address, long socket, long pidfd, long pid) {
    /** Waits until the container has said that it is ready, and has told so, or until it has ended. A host that does not listen is only worth a warning. */
    void await(Player player, Warnings warnings) {
        while (true) {
            var heard = NotifySocket.listen(HostReader.read(), Operand.imm(socket), Operand.imm(pidfd));
            var playback = player.played(heard.tape());
            long length = playback.value(heard.length());
            if (length < 0) return; // nothing is there to read: its process has ended
            var ready = NotifySocket.ready(playback.bytes(heard.text()), length);
            if (ready == null) continue;
            long barrier = tell(ready, pid, player, warnings);
            if (barrier >= 0) understood(barrier, player);
            return;
        }
    }

    /** {@return a descriptor that ends when it was understood, or a negative number} */
    long tell(String ready, long mainPid, Player player, Warnings warnings) {
        var told = NotifySocket.tell(HostReader.read(), address, ready, Operand.imm(mainPid));
        var playback = player.play(told.tape());
        if (!playback.report().isFailure()) return playback.value(told.barrier());
        warnings.warn(new TapeException(told.tape(), playback.report()).getMessage());
        return -1;
    }

    /** Waits for that. */
    static void understood(long barrier, Player player) {
        player.play(NotifySocket.awaitBarrier(HostReader.read(), Operand.imm(barrier)));
    }
}
