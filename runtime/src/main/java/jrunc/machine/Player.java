package jrunc.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontPipe;
import jrunc.kernel.Trap;
import jrunc.linux.Sys;
import jrunc.tape.Chain;
import jrunc.tape.Form;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/**
 * Who plays the runtime's own side: the front that waits for what this JVM records, if one does, else the {@link TrapPlayer} in the JVM
 * itself. That one's first trap is linked on a thread of its own while the command still reads and plans, for that takes longer
 * than both. Nobody else may touch {@code java.lang.foreign} until it is done: two threads that initialise its classes in
 * different orders could wait for each other for ever.
 */
public final class Player {
    private final FrontLine front;
    private final Thread link;
    /** Of the trap player, whose memory has the tape that has stopped at its pause. */
    private TrapPlayer stopped;

    /** Gets ready: the front that has started this JVM plays, if one has. */
    public Player() {
        this(FrontPipe.line());
    }

    /** The same with this front, if there is one. */
    public Player(Optional<FrontLine> line) {
        front = line.isPresent() ? line.get() : null;
        link = front != null ? null : new Thread(() -> Trap.call(Sys.GETPPID), "link the first trap");
        if (link == null) return;
        link.setDaemon(true);
        link.start();
    }

    /** Plays {@code tape} to its end, which is the end of its clean-up if a cell fails; {@return what it left} */
    public Playback play(Tape tape) {
        if (front == null && tape.pause() != 0) {
            awaitLink();
            return playUntilPause(tape);
        }
        return play(Chain.of(new Image(tape), true)).getFirst();
    }

    /**
     * Plays {@code tape}, which must go well; {@return what it left}
     *
     * @throws TapeException if a cell fails
     */
    public Playback played(Tape tape) {
        return play(tape).well();
    }

    /** Plays what only looks, so that a command of which no more was done can begin anew; {@return what it left} */
    public Playback look(Tape tape) {
        return play(Chain.of(new Image(tape), false)).getFirst();
    }

    /** Plays the tapes of {@code chain}; {@return what each has left, in their order, be it as it was before} */
    public List<Playback> play(Chain chain) {
        return play(chain, null, null);
    }

    /**
     * Plays what is all that is left to do if it goes well: a front exits then with the word that is named there, and this does not
     * return.
     */
    public List<Playback> playLast(LastPlay last) {
        return play(last.chain(), last.of(), last.exit());
    }

    /** The same for one tape: a front exits with 0. */
    public Playback playLast(Tape tape) {
        var image = new Image(tape);
        return playLast(new LastPlay(Chain.of(image, true), image, Tape.FAILED_CELL)).getFirst();
    }

    /** Has a front play what is all that is left to do, as {@link #playLast(LastPlay)}; {@return what it has left if not all went well} */
    public byte[] playLast(Form.Filled filled) {
        return front.play(filled.tape(), filled.slots(), filled.exit());
    }

    private List<Playback> play(Chain chain, Image of, Operand exit) {
        if (front == null) {
            awaitLink();
            return TrapPlayer.play(chain);
        }
        chain.at(FrontMachine.TAPE_ADDRESS);
        return playbacks(chain, front.play(chain.tapeBytes(), chain.slotBytes(), of == null ? 0 : of.address(exit)));
    }

    /** {@return what each tape of {@code chain} has left, in their order} */
    public static List<Playback> playbacks(Chain chain, byte[] left) {
        List<Playback> playbacks = new ArrayList<>();
        int at = 0;
        for (var each : chain.links()) {
            playbacks.add(new Playback(each.image(), Arrays.copyOfRange(left, at, at + each.image().slotsSize())));
            at += each.image().slotsSize();
        }
        return playbacks;
    }

    private Playback playUntilPause(Tape tape) {
        stopped = TrapPlayer.of(new Image(tape));
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
        if (front == null) {
            try (var player = stopped) {
                return player.playFrom(cell, slots);
            }
        }
        return new Playback(paused.image(), front.play(paused.image().tapeBytes(cell), slots, 0), cell == tape.pause() ? cell : 0);
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
