package jrunc.machine;

import static jrunc.linux.CloneFlag.CLONE_PARENT_SETTID;
import static jrunc.linux.CloneFlag.CLONE_PIDFD;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jrunc.kernel.Memory;
import jrunc.kernel.Trap;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.On;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * Plays a tape in the JVM: the same bytes as the {@link TapeMachine}, with the same meaning, one trap for each system call.
 * Only the end differs (it returns instead of exiting), and how clone3 is made: the {@link Springboard}'s child writes to
 * the JVM's memory until it execs, so the slots are put back afterwards to what they were, as if it had had its own.
 */
public final class TrapPlayer implements AutoCloseable {
    private static final int REPORT_FD = Tape.REPORT_FD.index() * 8;
    private static final int FAILED_CELL = Tape.FAILED_CELL.index() * 8;
    private static final int FAILED_RESULT = Tape.FAILED_RESULT.index() * 8;
    private static final int CLEAN_UP = Tape.CLEAN_UP.index() * 8;
    private static final int END = Call.Own.FIRST_NUMBER + Call.Own.END.ordinal();
    private static final int BITS = Call.Own.FIRST_NUMBER + Call.Own.BITS.ordinal();
    private static final int ADD = Call.Own.FIRST_NUMBER + Call.Own.ADD.ordinal();
    private static final int REPEAT = Call.Own.FIRST_NUMBER + Call.Own.REPEAT.ordinal();
    private static final int CLONE3 = Sys.CLONE3.number(Arch.host());
    private static final int WRITE = Sys.WRITE.number(Arch.host());
    private static final int CLONE_ARGS_PIDFD = 8;
    private static final int CLONE_ARGS_PARENT_TID = 24;

    private final Arena arena;
    private final Image image;
    private final MemorySegment errno;
    private final ByteBuffer tape;
    private final ByteBuffer slots;
    private final long tapeAddress;
    private final long slotsAddress;
    private final long[] a = new long[6];

    private TrapPlayer(Image image, Arena arena) {
        this.arena = arena;
        this.image = image;
        errno = Trap.errno(arena);
        var forTape = arena.allocate(image.tapeSize(), 16);
        var forSlots = arena.allocate(image.slotsSize(), 16);
        tapeAddress = forTape.address();
        slotsAddress = forSlots.address();
        image.at(tapeAddress, slotsAddress);
        tape = forTape.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).put(0, image.tapeBytes());
        slots = forSlots.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).put(0, image.slotBytes());
    }

    /** Plays {@code tape} to its end, which is the end of its clean-up if a cell fails. It must be for this processor. */
    public static Playback play(Tape tape) {
        return play(Chain.of(new Image(tape), true)).getFirst();
    }

    /** {@return a player that keeps the tape in its memory until it is closed} */
    static TrapPlayer of(Image image) {
        if (image.tape().arch() != Arch.host()) throw new IllegalArgumentException("a tape for " + image.tape().arch());
        return new TrapPlayer(image, Arena.ofConfined());
    }

    /** Plays the tapes of a chain; {@return what each has left, in their order} */
    static List<Playback> play(Chain chain) {
        List<TrapPlayer> players = new ArrayList<>(); // all open to the end: a later tape looks into an earlier one's memory
        List<Playback> playbacks = new ArrayList<>();
        try {
            for (var link : chain.links()) {
                var player = of(link.image());
                players.add(player);
                playbacks.add(player.left());
            }
            for (int i = 0; i != Chain.END; ) {
                var link = chain.links().get(i);
                var playback = players.get(i).playFrom(0);
                playbacks.set(i, playback);
                i = playback.report().isFailure() ? link.failed() : link.well();
            }
            return playbacks;
        } finally {
            for (var player : players) player.close();
        }
    }

    /** Plays from a cell, counted from 0, to the end or to a pause. */
    Playback playFrom(int first) {
        int cell = Image.HEADER + first * Image.CELL;
        while (cell != 0 && number(cell) != END) {
            long result = answer(cell);
            slots.putLong(tape.getInt(cell + Image.RESULT), result);
            boolean back = number(cell) == REPEAT && !Errno.isError(result);
            cell = back ? cell - (int) a[1] * Image.CELL : next(cell, result);
        }
        return left();
    }

    private Playback left() {
        var left = new byte[image.slotsSize()];
        slots.get(0, left);
        return new Playback(image, left);
    }

    /** The same with these bytes in the piece that is written. */
    Playback playFrom(int first, byte[] bytes) {
        slots.put(0, bytes);
        return playFrom(first);
    }

    @Override public void close() {
        arena.close();
    }

    private int number(int cell) {
        return Short.toUnsignedInt(tape.getShort(cell + Image.NUMBER));
    }

    private long answer(int cell) {
        int tries = Byte.toUnsignedInt(tape.get(cell + Image.TRIES));
        while (true) {
            takeOperands(cell);
            int number = number(cell);
            if (number >= Call.Own.FIRST_NUMBER) return own(Call.Own.values()[number - Call.Own.FIRST_NUMBER]);
            long result = number == CLONE3
                    ? clone(cell) : Trap.call(errno, number, a[0], a[1], a[2], a[3], a[4], a[5]);
            boolean retry = result == -Errno.EAGAIN.number() || result == -Errno.EINTR.number();
            if (!retry || --tries == 0) return result;
        }
    }

    private void takeOperands(int cell) {
        int kinds = tape.get(cell + Image.KINDS);
        for (int i = 0; i < a.length; i++) {
            a[i] = tape.getLong(cell + Image.OPERANDS + i * 8);
            if ((kinds >> i & 1) != 0) a[i] = word(a[i]);
        }
    }

    /** Its own or, of a chain, an earlier tape's. */
    private long word(long address) {
        long at = address - slotsAddress;
        return at >= 0 && at < slots.capacity() ? slots.getLong((int) at) : Memory.at(address, Long.BYTES).getLong(0);
    }

    /** {@return the cell that follows, or 0 after a failure that leaves nothing to clean up} */
    private int next(int cell, long result) {
        int on = tape.getShort(cell + Image.ON);
        boolean error = Errno.isError(result);
        if (error && on != result && !isForgiven(cell, result) && slots.getLong(FAILED_CELL) == 0) return fail(cell, result);
        boolean follows = on == result || on == On.NONE || on == On.Success.CODE && !error;
        return cell + (follows ? 1 : tape.getInt(cell + Image.SKIP) + 1) * Image.CELL;
    }

    private boolean isForgiven(int cell, long result) {
        int first = Byte.toUnsignedInt(tape.get(cell + Image.FORGIVE));
        int second = Byte.toUnsignedInt(tape.get(cell + Image.FORGIVE + 1));
        int number = number(cell);
        return first == Image.FORGIVE_ALL || -result == first || -result == second || number >= BITS && number <= ADD;
    }

    private int fail(int cell, long result) {
        slots.putLong(FAILED_CELL, (cell - Image.HEADER) / Image.CELL + 1).putLong(FAILED_RESULT, result);
        long fd = slots.getLong(REPORT_FD);
        if (fd >= 0) Trap.call(errno, WRITE, fd, slotsAddress + FAILED_CELL, Report.SIZE, 0, 0, 0);
        long cleanUp = slots.getLong(CLEAN_UP);
        return cleanUp == 0 ? 0 : (int) (cleanUp - tapeAddress);
    }

    private long clone(int cell) {
        byte[] before = new byte[slots.capacity()];
        slots.get(0, before);
        try (var springboard = new Springboard()) {
            long pid = springboard.launch(tapeAddress, tapeAddress + cell, a[0], a[1]);
            if (pid > 0) forgetChild(before);
            return pid;
        }
    }

    /** Puts the slots back to {@code before}, but for what the kernel wrote for the parent. */
    private void forgetChild(byte[] before) {
        var after = new byte[before.length];
        slots.get(0, after);
        slots.put(0, before);
        var args = Memory.at(a[0], CLONE_ARGS_PARENT_TID + 8);
        long flags = args.getLong(0);
        if ((flags & CLONE_PIDFD.value()) != 0) keep(after, args.getLong(CLONE_ARGS_PIDFD));
        if ((flags & CLONE_PARENT_SETTID.value()) != 0) keep(after, args.getLong(CLONE_ARGS_PARENT_TID));
    }

    /** The kernel writes a descriptor or a pid as an int. */
    private void keep(byte[] after, long address) {
        int at = (int) (address - slotsAddress);
        slots.put(at, after, at, Integer.BYTES);
    }

    private long own(Call.Own call) {
        return switch (call) {
            case COMPARE -> (a[0] & a[1]) == a[2] ? 0 : -a[3];
            case BITS -> a[0] >>> a[1] & a[2];
            case SUBTRACT -> a[0] - a[1];
            case ADD -> a[0] + a[1];
            case FORMAT -> format(a[0], a[1]);
            case FIELD -> field(a[0], a[1], a[2]);
            case EQUAL -> Memory.at(a[0], a[2]).equals(Memory.at(a[1], a[2])) ? 0 : -a[3];
            case REPEAT -> a[0] == 0 ? -Errno.ELOOP.number() : a[0] - 1;
            case END -> throw new IllegalStateException("END has no answer");
        };
    }

    private static long format(long address, long value) {
        String digits = Long.toUnsignedString(value);
        Memory.at(address, digits.length()).put(digits.getBytes(StandardCharsets.US_ASCII));
        return digits.length();
    }

    private static long field(long address, long length, long k) {
        if (length <= 0) return -Errno.EINVAL.number();
        var text = new byte[(int) length];
        Memory.at(address, length).get(text);
        int at = text.length - 1;
        while (at >= 0 && text[at] != ')') at--;
        if (at < 0) return -Errno.EINVAL.number();
        for (long left = k; ; left--) {
            do at++; while (at < text.length && text[at] != ' ');
            if (at == text.length) return -Errno.EINVAL.number();
            if (left == 0) break;
        }
        long number = 0;
        while (++at < text.length && text[at] >= '0' && text[at] <= '9') number = number * 10 + text[at] - '0';
        return number;
    }
}
