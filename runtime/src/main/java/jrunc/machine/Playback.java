package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jrunc.linux.Errno;
import jrunc.tape.Block;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Report;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/** How a tape went, and what it left in its slots and blocks. */
public final class Playback {
    private final Image image;
    private final ByteBuffer slots;
    private final int skipped;

    /** @param slots the piece of {@code image} that is written, after the last cell */
    Playback(Image image, byte[] slots) {
        this(image, slots, 0);
    }

    /** @param skipped how many cells had been played before: the player has counted from there */
    Playback(Image image, byte[] slots, int skipped) {
        this.image = image;
        this.skipped = skipped;
        this.slots = ByteBuffer.wrap(slots).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the first cell that failed and why; it is no failure if all went well} */
    public Report report() {
        long cell = value(Tape.FAILED_CELL);
        return new Report(cell == 0 ? 0 : cell + skipped, value(Tape.FAILED_RESULT));
    }

    /**
     * {@return this, for all has gone well}
     *
     * @throws TapeException that says which cell failed, if one did
     */
    public Playback well() {
        if (report().isFailure()) throw new TapeException(image.tape(), report());
        return this;
    }

    /** {@return the piece that is written as it was left} */
    byte[] slots() {
        return slots.array();
    }

    /** {@return the same as if this cell had failed: what fails from then on is passed over} */
    byte[] failedAt(long cell) {
        var failed = ByteBuffer.wrap(slots.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
        failed.putLong(image.offset(Tape.FAILED_CELL), cell).putLong(image.offset(Tape.FAILED_RESULT), -Errno.ECANCELED.number());
        return failed.array();
    }

    Image image() {
        return image;
    }

    /** {@return the word in this slot or at this place in a block} */
    public long value(Operand slotOrWord) {
        return slots.getLong(image.offset(slotOrWord));
    }

    /** {@return the text in this block, UTF-8 up to its first zero} */
    public String text(Block block) {
        int from = image.offset(block);
        int end = from;
        while (end < from + block.initial().length && slots.get(end) != 0) end++;
        return new String(slots.array(), from, end - from, StandardCharsets.UTF_8);
    }

    /** {@return the bytes of this block} */
    public byte[] bytes(Block block) {
        int from = image.offset(block);
        return Arrays.copyOfRange(slots.array(), from, from + block.initial().length);
    }
}
