package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Sys;

/**
 * Writes machine code: the few instructions that the machine's loop is made of, the same for each processor, and labels
 * for its jumps. All numbers are 64-bit words unless said otherwise.
 */
abstract sealed class Assembler permits X64, A64 {
    /** More than any code here needs. */
    private static final int ROOM = 8192;

    private final ByteBuffer code = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Jump> jumps = new ArrayList<>();

    /** A jump at byte {@code at} whose distance is not yet written. */
    private record Jump(int at, Label to) {}

    static Assembler of(Arch arch) {
        return switch (arch) {
            case X86_64 -> new X64();
            case AARCH64 -> new A64();
        };
    }

    /** {@code to = number}, a number from 0 to 2^32 - 1. */
    abstract void set(Reg to, long number);

    /** {@code to = from}. */
    abstract void move(Reg to, Reg from);

    /** {@code to} = the unsigned byte at {@code base + offset}. */
    abstract void load8(Reg to, Reg base, int offset);

    /** {@code to} = the unsigned 16-bit number at {@code base + offset}. */
    abstract void load16(Reg to, Reg base, int offset);

    /** {@code to} = the signed 16-bit number at {@code base + offset}. */
    abstract void load16Signed(Reg to, Reg base, int offset);

    /** {@code to} = the unsigned 32-bit number at {@code base + offset}. */
    abstract void load32(Reg to, Reg base, int offset);

    /** {@code to} = the word at {@code base + offset}. */
    abstract void load64(Reg to, Reg base, int offset);

    /** The byte at {@code base + offset} = the lowest byte of {@code from}. */
    abstract void store8(Reg from, Reg base, int offset);

    /** The word at {@code base + offset} = {@code from}. */
    abstract void store64(Reg from, Reg base, int offset);

    /** {@code to} = the stack pointer, which at a program's start is the address of argc. */
    abstract void entryStack(Reg to);

    /** {@code to += from}. */
    abstract void add(Reg to, Reg from);

    /** {@code to += number}, a number from -127 to 127. */
    abstract void add(Reg to, int number);

    /** {@code to -= from}. */
    abstract void subtract(Reg to, Reg from);

    /** {@code to &= from}. */
    abstract void and(Reg to, Reg from);

    /** {@code reg = -reg}. */
    abstract void negate(Reg reg);

    /** {@code reg <<= bits}. */
    abstract void shiftLeft(Reg reg, int bits);

    /** {@code reg >>>= bits}. */
    abstract void shiftRight(Reg reg, int bits);

    /** {@code reg >>>= KINDS & 63}. */
    abstract void shiftRightByKinds(Reg reg);

    /** {@code RESULT, A2 = RESULT / by, RESULT % by}, unsigned. */
    abstract void divide(Reg by);

    /** Compares for the next {@link #jumpIf}. The number is -4096 to 4095. */
    abstract void compare(Reg reg, int number);

    /** Compares for the next {@link #jumpIf}. */
    abstract void compare(Reg reg, Reg other);

    abstract void jump(Label to);

    /** Jumps if what was compared was so. */
    abstract void jumpIf(Condition condition, Label to);

    /** Jumps if this register and this number, -4096 to 4095, are so. */
    final void jumpIf(Reg reg, Condition condition, int number, Label to) {
        compare(reg, number);
        jumpIf(condition, to);
    }

    /** Jumps if these registers are so. */
    final void jumpIf(Reg reg, Condition condition, Reg other, Label to) {
        compare(reg, other);
        jumpIf(condition, to);
    }

    /** Jumps if this bit, 0 to 7, is 0. */
    abstract void jumpUnlessBit(Reg reg, int bit, Label to);

    /** {@code RESULT} = what the kernel answers to call NR with A0 to A5. */
    abstract void systemCall();

    /** {@code RESULT} = what the kernel answers to this call with A0 to A5. */
    final void call(Sys sys) {
        set(Reg.NR, sys.number(arch()));
        systemCall();
    }

    /** The word at this address = {@code from}; A0 is changed, or A3 if that is {@code from}. */
    final void save(Reg from, long address) {
        var through = from == Reg.A0 ? Reg.A3 : Reg.A0;
        set(through, address);
        store64(from, through, 0);
    }

    /** {@code to} = the word at this address. */
    final void load(Reg to, long address) {
        set(to, address);
        load64(to, to, 0);
    }

    /** {@return the processor it writes for} */
    abstract Arch arch();

    /** Returns RESULT to C. */
    abstract void giveBack();

    /** Writes the distance of the jump at {@code at}, in bytes from its first one. */
    abstract void patch(ByteBuffer code, int at, int distance);

    /** The next instruction is where jumps to {@code label} lead. */
    final void place(Label label) {
        if (label.at != Label.NOWHERE) throw new IllegalStateException("a label placed twice");
        label.at = code.position();
    }

    /** {@return the code, with every jump's distance in it} */
    final byte[] bytes() {
        for (var jump : jumps) {
            if (jump.to.at == Label.NOWHERE) throw new IllegalStateException("a jump to a label that was never placed");
            patch(code, jump.at, jump.to.at - jump.at);
        }
        return Arrays.copyOf(code.array(), code.position());
    }

    /** The next instruction is a jump. */
    final void jumping(Label to) {
        jumps.add(new Jump(code.position(), to));
    }

    final void u8(int value) {
        code.put((byte) value);
    }

    final void u32(int value) {
        code.putInt(value);
    }
}
