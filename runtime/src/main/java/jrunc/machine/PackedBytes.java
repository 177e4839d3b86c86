package jrunc.machine;

import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.T;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes of a tape in as little room as a {@link Front} has for them. Most of the half words, of 32 bits, are zeros, small numbers, and addresses
 * near their own: one byte has two bits for each of four, the lowest first, and behind it is what they ask for.
 * <pre>
 * 0  nothing: it is 0     1  a byte     2  16 bits: how far it is from where the bytes go     3  all 32
 * </pre>
 */
final class PackedBytes {
    private static final int HALF = 4;
    private static final int IN_A_BYTE = 4;
    private static final long LARGEST_BYTE = 0xFF;
    private static final long LARGEST_DISTANCE = 0xFFFF;
    /** So many bytes behind the last are written, too: each half word with zeros behind it, which the next one takes the place of. */
    static final int BEYOND = HALF;

    private PackedBytes() {}

    /** {@return as many bytes as can be packed: no fewer} */
    static int rounded(int size) {
        int group = IN_A_BYTE * HALF;
        return (size + group - 1) / group * group;
    }

    /**
     * Writes the code that puts the bytes at {@code to}; it changes A0 to A3, KINDS and T.
     *
     * @param bytes {@link #rounded} many
     */
    static void emit(Assembler code, FrontData data, byte[] bytes, long to) {
        var next = new Label();
        code.set(A0, data.bytes(packed(bytes, to)));
        code.set(A1, to);
        code.set(A3, to);
        code.set(T, to + bytes.length);
        code.place(next);
        code.load8(KINDS, A0, 0);
        code.add(A0, 1);
        for (int bit = 0; bit < Byte.SIZE; bit += 2) emit(code, bit);
        code.jumpIf(A1, NOT_EQUAL, T, next);
    }

    private static void emit(Assembler code, int bit) {
        var small = new Label();
        var near = new Label();
        var done = new Label();
        code.set(A2, 0);
        code.jumpUnlessBit(KINDS, bit + 1, small);
        code.jumpUnlessBit(KINDS, bit, near);
        code.load32(A2, A0, 0);
        code.add(A0, HALF);
        code.jump(done);
        code.place(near);
        code.load16(A2, A0, 0);
        code.add(A0, Short.BYTES);
        code.add(A2, A3);
        code.jump(done);
        code.place(small);
        code.jumpUnlessBit(KINDS, bit, done);
        code.load8(A2, A0, 0);
        code.add(A0, 1);
        code.place(done);
        code.store64(A2, A1, 0);
        code.add(A1, HALF);
    }

    private static byte[] packed(byte[] bytes, long to) {
        var halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        var out = ByteBuffer.allocate(bytes.length + bytes.length / HALF).order(ByteOrder.LITTLE_ENDIAN);
        while (halves.hasRemaining()) {
            int kinds = out.position();
            out.put((byte) 0);
            for (int i = 0; i < IN_A_BYTE; i++) {
                long half = Integer.toUnsignedLong(halves.get());
                out.put(kinds, (byte) (out.get(kinds) | pack(half, half - to, out) << 2 * i));
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static int pack(long half, long distance, ByteBuffer out) {
        if (half == 0) return 0;
        if (half <= LARGEST_BYTE) {
            out.put((byte) half);
            return 1;
        }
        if (distance >= 0 && distance <= LARGEST_DISTANCE) {
            out.putShort((short) distance);
            return 2;
        }
        out.putInt((int) half);
        return 3;
    }
}
