package jrunc.machine;

import jrunc.kernel.Trap;
import jrunc.linux.Sys;
import jrunc.tape.Tape;

/**
 * The trap player for a command of a fresh JVM: the first trap is linked on a thread of its own while the command still reads
 * and plans, for that takes longer than both. Nobody else may touch {@code java.lang.foreign} until it is done: two threads
 * that initialise its classes in different orders could wait for each other for ever.
 */
public final class Player {
    private final Thread link = new Thread(() -> Trap.call(Sys.GETPPID), "link the first trap");

    /** Begins to link. */
    public Player() {
        link.setDaemon(true);
        link.start();
    }

    /** Plays {@code tape} once the trap is linked; see {@link TrapPlayer#play}. */
    public Playback play(Tape tape) {
        boolean interrupted = false;
        while (link.isAlive()) {
            try {
                link.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        return TrapPlayer.play(tape);
    }
}
