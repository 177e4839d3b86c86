package jrunc.machine;

import jrunc.kernel.FrontPipe;
import jrunc.kernel.Trap;
import jrunc.linux.Sys;
import jrunc.tape.Image;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/**
 * Who plays the runtime's own side: the front that has started this JVM, if one has, else the {@link TrapPlayer} in the JVM
 * itself. That one's first trap is linked on a thread of its own while the command still reads and plans, for that takes longer
 * than both. Nobody else may touch {@code java.lang.foreign} until it is done: two threads that initialise its classes in
 * different orders could wait for each other for ever.
 */
public final class Player {
    private final Thread link;
    /** Of the trap player, whose memory has the tape that has stopped at its pause. */
    private TrapPlayer stopped;

    /** Gets ready. */
    public Player() {
        link = FrontPipe.exists() ? null : new Thread(() -> Trap.call(Sys.GETPPID), "link the first trap");
        if (link == null) return;
        link.setDaemon(true);
        link.start();
    }

    /** Plays {@code tape} to its end, which is the end of its clean-up if a cell fails; {@return what it left} */
    public Playback play(Tape tape) {
        if (link != null) {
            awaitLink();
            return tape.pause() == 0 ? TrapPlayer.play(tape) : playUntilPause(tape);
        }
        var image = new Image(tape);
        image.at(FrontMachine.TAPE_ADDRESS, FrontMachine.TAPE_ADDRESS + image.tapeSize());
        return new Playback(image, FrontPipe.play(image.tapeBytes(), image.slotBytes()));
    }

    /**
     * Plays {@code tape}, which must go well; {@return what it left}
     *
     * @throws TapeException if a cell fails
     */
    public Playback played(Tape tape) {
        var playback = play(tape);
        if (playback.report().isFailure()) throw new TapeException(tape, playback.report());
        return playback;
    }

    private Playback playUntilPause(Tape tape) {
        stopped = TrapPlayer.of(tape);
        var playback = stopped.playFrom(0);
        if (playback.report().isFailure()) stopped.close();
        return playback;
    }

    /** Goes on with a tape that has stopped at its pause; {@return what it left at its end} */
    public Playback goOn(Tape tape, Playback paused) {
        return playFrom(tape, tape.pause(), paused.slots(), paused);
    }

    /** Plays the clean-up, and no more, of a tape that has stopped at its pause: what was to be done meanwhile has failed. {@return what it left} */
    public Playback giveUp(Tape tape, Playback paused) {
        return playFrom(tape, tape.cleanUp(), paused.failedAt(tape.pause()), paused);
    }

    private Playback playFrom(Tape tape, int cell, byte[] slots, Playback paused) {
        if (link != null) {
            try (var player = stopped) {
                return player.playFrom(cell, slots);
            }
        }
        return new Playback(paused.image(), FrontPipe.play(paused.image().tapeBytes(cell), slots), cell == tape.pause() ? cell : 0);
    }

    private void awaitLink() {
        boolean interrupted = false;
        while (link.isAlive()) {
            try {
                link.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
