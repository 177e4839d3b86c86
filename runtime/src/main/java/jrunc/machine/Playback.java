package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jrunc.tape.Block;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/** How a tape went, and what it left in its slots and blocks. */
public final class Playback {
    private final Image image;
    private final ByteBuffer slots;

    /** @param slots the piece of {@code image} that is written, after the last cell */
    Playback(Image image, byte[] slots) {
        this.image = image;
        this.slots = ByteBuffer.wrap(slots).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the first cell that failed and why; it is no failure if all went well} */
    public Report report() {
        return new Report(value(Tape.FAILED_CELL), value(Tape.FAILED_RESULT));
    }

    /** {@return the word in this slot or at this place in a block} */
    public long value(Operand slotOrWord) {
        return slots.getLong(image.offset(slotOrWord));
    }

    /** {@return the bytes of this block} */
    public byte[] bytes(Block block) {
        int from = image.offset(block);
        return Arrays.copyOfRange(slots.array(), from, from + block.initial().length);
    }
}
