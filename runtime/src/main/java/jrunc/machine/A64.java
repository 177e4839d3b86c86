package jrunc.machine;

import jrunc.linux.Arch;

import java.nio.ByteBuffer;

/**
 * Instructions of aarch64, as the <a href="https://developer.arm.com/documentation/ddi0602">A64 instruction set
 * architecture</a> names and encodes them: 32 bits each, Rd in bits 0 to 4, Rn in 5 to 9, Rm in 16 to 20.
 */
final class A64 extends Assembler {
    /** The register that calls through veneers may change; here it holds a quotient for two instructions. */
    private static final int IP0 = 16;
    private static final int ZERO = 31;

    /** {@code movz Xd, #imm16}, then {@code movk Xd, #imm16, lsl #16} if there is more. */
    @Override void set(Reg to, long number) {
        if (number >>> 32 != 0) throw new IllegalArgumentException("more than 32 bits: " + number);
        u32(0xD2800000 | (int) (number & 0xFFFF) << 5 | to.a64);
        if (number >>> 16 != 0) u32(0xF2A00000 | (int) (number >>> 16) << 5 | to.a64);
    }

    /** {@code orr Xd, xzr, Xm}. */
    @Override void move(Reg to, Reg from) {
        three(0xAA000000, to.a64, ZERO, from.a64);
    }

    /** {@code add Xd, sp, #0}. */
    @Override void entryStack(Reg to) {
        three(0x91000000, to.a64, ZERO, 0);
    }

    /** {@code ldrb Wt, [Xn, #imm12]}. */
    @Override void load8(Reg to, Reg base, int offset) {
        memory(0x39400000, 1, to, base, offset);
    }

    /** {@code ldrh Wt, [Xn, #imm12 * 2]}. */
    @Override void load16(Reg to, Reg base, int offset) {
        memory(0x79400000, 2, to, base, offset);
    }

    /** {@code ldrsh Xt, [Xn, #imm12 * 2]}. */
    @Override void load16Signed(Reg to, Reg base, int offset) {
        memory(0x79800000, 2, to, base, offset);
    }

    /** {@code ldr Wt, [Xn, #imm12 * 4]}. */
    @Override void load32(Reg to, Reg base, int offset) {
        memory(0xB9400000, 4, to, base, offset);
    }

    /** {@code ldr Xt, [Xn, #imm12 * 8]}. */
    @Override void load64(Reg to, Reg base, int offset) {
        memory(0xF9400000, 8, to, base, offset);
    }

    /** {@code strb Wt, [Xn, #imm12]}. */
    @Override void store8(Reg from, Reg base, int offset) {
        memory(0x39000000, 1, from, base, offset);
    }

    /** {@code str Xt, [Xn, #imm12 * 8]}. */
    @Override void store64(Reg from, Reg base, int offset) {
        memory(0xF9000000, 8, from, base, offset);
    }

    /** {@code add Xd, Xn, Xm}. */
    @Override void add(Reg to, Reg from) {
        three(0x8B000000, to.a64, to.a64, from.a64);
    }

    /** {@code add Xd, Xn, #imm12}, or {@code sub} for a negative number. */
    @Override void add(Reg to, int number) {
        u32((number < 0 ? 0xD1000000 : 0x91000000) | unsigned12(Math.abs(number)) << 10 | to.a64 << 5 | to.a64);
    }

    /** {@code sub Xd, Xn, Xm}. */
    @Override void subtract(Reg to, Reg from) {
        three(0xCB000000, to.a64, to.a64, from.a64);
    }

    /** {@code and Xd, Xn, Xm}. */
    @Override void and(Reg to, Reg from) {
        three(0x8A000000, to.a64, to.a64, from.a64);
    }

    /** {@code sub Xd, xzr, Xm}. */
    @Override void negate(Reg reg) {
        three(0xCB000000, reg.a64, ZERO, reg.a64);
    }

    /** {@code lsl Xd, Xn, #bits}, which is {@code ubfm Xd, Xn, #(64 - bits), #(63 - bits)}. */
    @Override void shiftLeft(Reg reg, int bits) {
        u32(0xD3400000 | (64 - bits & 63) << 16 | 63 - bits << 10 | reg.a64 << 5 | reg.a64);
    }

    /** {@code lsr Xd, Xn, #bits}, which is {@code ubfm Xd, Xn, #bits, #63}. */
    @Override void shiftRight(Reg reg, int bits) {
        u32(0xD3400000 | bits << 16 | 63 << 10 | reg.a64 << 5 | reg.a64);
    }

    /** {@code lsrv Xd, Xn, Xm}; the processor masks Xm to 6 bits. */
    @Override void shiftRightByKinds(Reg reg) {
        three(0x9AC02400, reg.a64, reg.a64, Reg.KINDS.a64);
    }

    /** {@code udiv x16, Xn, Xm}; {@code msub Xd, x16, Xm, Xn}, the rest; {@code orr Xn, xzr, x16}. */
    @Override void divide(Reg by) {
        three(0x9AC00800, IP0, Reg.RESULT.a64, by.a64);
        three(0x9B008000 | Reg.RESULT.a64 << 10, Reg.A2.a64, IP0, by.a64);
        three(0xAA000000, Reg.RESULT.a64, ZERO, IP0);
    }

    /** {@code subs xzr, Xn, #imm12} (cmp), or {@code adds} (cmn) for a negative number; 4096 is 1 shifted by 12. */
    @Override void compare(Reg reg, int number) {
        int size = Math.abs(number);
        int shifted = size == 4096 ? 1 << 22 | 1 << 10 : unsigned12(size) << 10;
        u32((number < 0 ? 0xB1000000 : 0xF1000000) | shifted | reg.a64 << 5 | ZERO);
    }

    /** {@code subs xzr, Xn, Xm}. */
    @Override void compare(Reg reg, Reg other) {
        three(0xEB000000, ZERO, reg.a64, other.a64);
    }

    /** {@code b #imm26 * 4}. */
    @Override void jump(Label to) {
        jumping(to);
        u32(0x14000000);
    }

    /** {@code b.cond #imm19 * 4}. */
    @Override void jumpIf(Condition condition, Label to) {
        jumping(to);
        u32(0x54000000 | condition.a64);
    }

    /** {@code tbz Wt, #bit, #imm14 * 4}. */
    @Override void jumpUnlessBit(Reg reg, int bit, Label to) {
        jumping(to);
        u32(0x36000000 | bit << 19 | reg.a64);
    }

    /** {@code svc #0}, which answers in x0; {@code orr x9, xzr, x0}. */
    @Override Arch arch() {
        return Arch.AARCH64;
    }

    @Override void systemCall() {
        u32(0xD4000001);
        move(Reg.RESULT, Reg.A0);
    }

    /** {@code orr x0, xzr, x9}; {@code ret}. */
    @Override void giveBack() {
        move(Reg.A0, Reg.RESULT);
        u32(0xD65F03C0);
    }

    @Override void patch(ByteBuffer code, int at, int distance) {
        int jump = code.getInt(at);
        int words = distance >> 2;
        code.putInt(at, jump | switch (jump >>> 24) {
            case 0x14 -> words & 0x3FFFFFF;
            case 0x54 -> (words & 0x7FFFF) << 5;
            case 0x36 -> (words & 0x3FFF) << 5;
            default -> throw new IllegalStateException("no jump: " + Integer.toHexString(jump));
        });
    }

    private void three(int opcode, int d, int n, int m) {
        u32(opcode | m << 16 | n << 5 | d);
    }

    private void memory(int opcode, int scale, Reg reg, Reg base, int offset) {
        if (offset % scale != 0) throw new IllegalArgumentException("no multiple of " + scale + ": " + offset);
        u32(opcode | unsigned12(offset / scale) << 10 | base.a64 << 5 | reg.a64);
    }

    private static int unsigned12(int number) {
        if (number < 0 || number > 4095) throw new IllegalArgumentException("more than 12 bits: " + number);
        return number;
    }
}
