package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Operand;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * The meaning of a tape in plain Java, as the others must agree with: it reads the records and not the bytes, and asks no
 * kernel, because it knows what the few calls of {@link HarmlessTapes} answer. A child is another player on a copy.
 */
final class JavaPlayer {
    /** A pid and a descriptor for the child that never was; tapes overwrite both. */
    private static final long SOMEBODY = 4711;

    private final Tape tape;
    private final long[] slots;
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private boolean duplicated;
    private int status;

    private JavaPlayer(Tape tape, long[] slots, List<byte[]> blocks) {
        this.tape = tape;
        this.slots = slots;
        for (var block : blocks) this.blocks.add(ByteBuffer.wrap(block.clone()).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** What a tape leaves: the report, and all words but the reserved ones. */
    record Left(Report report, List<Long> slots, List<String> blocks) {}

    static Left play(Tape tape) {
        var slots = new long[tape.slots()];
        slots[0] = -1;
        slots[3] = tape.cleanUp();
        var player = new JavaPlayer(tape, slots, tape.blocks().stream().map(Block::initial).toList());
        player.playFrom(0);
        var words = new ArrayList<Long>();
        for (int i = Tape.RESERVED_SLOTS; i < slots.length; i++) words.add(slots[i]);
        return new Left(new Report(slots[1], slots[2]), words, player.blocks.stream().map(b -> hex(b.array())).toList());
    }

    /** {@return the same of what another player left} */
    static Left of(Tape tape, Playback playback) {
        var words = new ArrayList<Long>();
        for (int i = Tape.RESERVED_SLOTS; i < tape.slots(); i++) words.add(playback.value(new Operand.Slot(i)));
        return new Left(playback.report(), words, tape.blocks().stream().map(b -> hex(playback.bytes(b))).toList());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** {@return the exit status} */
    private int playFrom(int at) {
        while (tape.cells().get(at).call() != Call.Own.END) {
            var cell = tape.cells().get(at);
            if (cell.call().equals(new Call.Kernel(Sys.EXIT_GROUP))) return (int) value(cell, 0) & 0xFF;
            long answer = answer(cell, at);
            put(cell.result(), answer);
            if (cell.call() == Call.Own.REPEAT && answer >= 0) {
                at -= (int) value(cell, 1);
                continue;
            }
            if (cell.failsWith(answer) && slots[1] == 0) {
                slots[1] = at + 1;
                slots[2] = answer;
                if (slots[3] == 0) return 1;
                at = (int) slots[3];
            } else {
                at += cell.on() == null || cell.on().matches(answer) ? 1 : cell.skip() + 1;
            }
        }
        return slots[1] == 0 ? 0 : 1;
    }

    private long answer(Cell cell, int at) {
        return switch (cell.call()) {
            case Call.Kernel(var sys) -> kernel(sys, cell, at);
            case Call.Own.COMPARE -> (value(cell, 0) & value(cell, 1)) == value(cell, 2) ? 0 : -value(cell, 3);
            case Call.Own.BITS -> (value(cell, 0) >>> (value(cell, 1) & 63)) & value(cell, 2);
            case Call.Own.SUBTRACT -> value(cell, 0) - value(cell, 1);
            case Call.Own.ADD -> value(cell, 0) + value(cell, 1);
            case Call.Own.FORMAT -> format(cell);
            case Call.Own.FIELD -> field(cell);
            case Call.Own.REPEAT -> value(cell, 0) == 0 ? -Errno.ELOOP.number() : value(cell, 0) - 1;
            case Call.Own.EQUAL -> bytes(cell, 0).equals(bytes(cell, 1)) ? 0 : -value(cell, 3);
            case Call.Own.END -> throw new IllegalStateException();
        };
    }

    private long kernel(Sys sys, Cell cell, int at) {
        return switch (sys) {
            case CLOSE -> close(value(cell, 0));
            case DUP3 -> {
                duplicated = true;
                yield HarmlessTapes.HIGH;
            }
            case SCHED_YIELD -> 0;
            case OPENAT -> -Errno.ENOENT.number();
            case RT_SIGTIMEDWAIT -> -Errno.EAGAIN.number();
            case CLONE3 -> fork(cell, at);
            case WAITID -> {
                var siginfo = blocks.get(((Operand.Address) cell.operands().get(2)).block().id());
                siginfo.putInt(0, 17).putInt(8, 1).putLong(16, SOMEBODY).putInt(24, status);
                yield 0;
            }
            default -> throw new IllegalStateException("not harmless: " + sys);
        };
    }

    private long close(long fd) {
        if (fd == SOMEBODY) return 0;
        boolean open = fd == HarmlessTapes.HIGH && duplicated;
        if (open) duplicated = false;
        return open ? 0 : -Errno.EBADF.number();
    }

    private long fork(Cell cell, int at) {
        var child = new JavaPlayer(tape, slots.clone(), blocks.stream().map(ByteBuffer::array).toList());
        child.duplicated = duplicated;
        child.put(cell.result(), 0);
        status = child.playFrom(at + 1);
        var pidfd = (Operand.Address) ((Operand.Words) cell.operands().get(0)).words().get(1);
        blocks.get(pidfd.block().id()).putInt(0, (int) SOMEBODY);
        return SOMEBODY;
    }

    private long format(Cell cell) {
        var target = (Operand.Address) cell.operands().get(0);
        var digits = Long.toUnsignedString(value(cell, 1));
        blocks.get(target.block().id()).put(target.offset(), digits.getBytes(StandardCharsets.US_ASCII));
        return digits.length();
    }

    /** By the words of {@link Call.Own#FIELD}, with none of the players' loops. */
    private long field(Cell cell) {
        var all = new String(((Operand.Bytes) cell.operands().get(0)).bytes(), StandardCharsets.ISO_8859_1);
        var text = all.substring(0, (int) Math.max(0, value(cell, 1)));
        var words = text.substring(text.lastIndexOf(')') + 1).split(" ", -1);
        long k = value(cell, 2);
        if (text.lastIndexOf(')') < 0 || k < 0 || k >= words.length - 1) return -Errno.EINVAL.number();
        var digits = words[(int) k + 1].replaceFirst("(?s)[^0-9].*", "");
        return digits.isEmpty() ? 0 : new java.math.BigInteger(digits).longValue();
    }

    /** So many as the call compares, as a text of letters that are bytes. */
    private String bytes(Cell cell, int i) {
        return new String(((Operand.Bytes) cell.operands().get(i)).bytes(), 0, (int) value(cell, 2), StandardCharsets.ISO_8859_1);
    }

    private long value(Cell cell, int i) {
        return switch (cell.operands().get(i)) {
            case Operand.Imm imm -> imm.value();
            case Operand.Slot slot -> slots[slot.index()];
            case Operand.Word word -> blocks.get(word.block().id()).getLong(word.offset());
            case Operand other -> throw new IllegalStateException("a number? " + other.shown());
        };
    }

    private void put(Operand target, long value) {
        switch (target) {
            case null -> {}
            case Operand.Slot slot -> slots[slot.index()] = value;
            case Operand.Word word -> blocks.get(word.block().id()).putLong(word.offset(), value);
            default -> throw new IllegalStateException("a target? " + target.shown());
        }
    }
}
