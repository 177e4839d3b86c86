package jrunc.machine;

import jrunc.linux.Arch;

import java.nio.ByteBuffer;

/**
 * Instructions of x86-64, as the <a href="https://www.intel.com/sdm">Intel Software Developer's Manual</a>, volume 2, names
 * and encodes them. Jumps always have 32-bit distances.
 */
final class X64 extends Assembler {
    private static final int REX = 0x40;
    private static final int REX_W = 0x48;
    private static final int DIRECT = 0b11;
    private static final int NO_DISP = 0b00;
    private static final int DISP8 = 0b01;
    private static final int DISP32 = 0b10;

    /** {@code mov r32, imm32}: B8+rd id; the upper half becomes 0. */
    @Override void set(Reg to, long number) {
        if (number >>> 32 != 0) throw new IllegalArgumentException("more than 32 bits: " + number);
        if (to.x64 > 7) u8(REX | 1);
        u8(0xB8 | to.x64 & 7);
        u32((int) number);
    }

    /** {@code mov r/m64, r64}: REX.W 89 /r. */
    @Override void move(Reg to, Reg from) {
        direct(0x89, from.x64, to);
    }

    /** {@code mov r/m64, rsp}: REX.W 89 /r. */
    @Override void entryStack(Reg to) {
        direct(0x89, 4, to);
    }

    /** {@code movzx r32, r/m8}: 0F B6 /r; the upper half becomes 0. */
    @Override void load8(Reg to, Reg base, int offset) {
        memory(REX, 0x0FB6, to, base, offset);
    }

    /** {@code movzx r32, r/m16}: 0F B7 /r. */
    @Override void load16(Reg to, Reg base, int offset) {
        memory(REX, 0x0FB7, to, base, offset);
    }

    /** {@code movsx r64, r/m16}: REX.W 0F BF /r. */
    @Override void load16Signed(Reg to, Reg base, int offset) {
        memory(REX_W, 0x0FBF, to, base, offset);
    }

    /** {@code mov r32, r/m32}: 8B /r; the upper half becomes 0. */
    @Override void load32(Reg to, Reg base, int offset) {
        memory(REX, 0x8B, to, base, offset);
    }

    /** {@code mov r64, r/m64}: REX.W 8B /r. */
    @Override void load64(Reg to, Reg base, int offset) {
        memory(REX_W, 0x8B, to, base, offset);
    }

    /** {@code mov r/m8, r8}: 88 /r; without a REX four of the registers would be others. */
    @Override void store8(Reg from, Reg base, int offset) {
        if (from.x64 >= 4 && from.x64 < 8 && base.x64 < 8) u8(REX);
        memory(REX, 0x88, from, base, offset);
    }

    /** {@code mov r/m64, r64}: REX.W 89 /r. */
    @Override void store64(Reg from, Reg base, int offset) {
        memory(REX_W, 0x89, from, base, offset);
    }

    /** {@code add r/m64, r64}: REX.W 01 /r. */
    @Override void add(Reg to, Reg from) {
        direct(0x01, from.x64, to);
    }

    /** {@code add r/m64, imm8}: REX.W 83 /0 ib, sign-extended. */
    @Override void add(Reg to, int number) {
        direct(0x83, 0, to);
        u8(signed8(number));
    }

    /** {@code sub r/m64, r64}: REX.W 29 /r. */
    @Override void subtract(Reg to, Reg from) {
        direct(0x29, from.x64, to);
    }

    /** {@code and r/m64, r64}: REX.W 21 /r. */
    @Override void and(Reg to, Reg from) {
        direct(0x21, from.x64, to);
    }

    /** {@code neg r/m64}: REX.W F7 /3. */
    @Override void negate(Reg reg) {
        direct(0xF7, 3, reg);
    }

    /** {@code shl r/m64, imm8}: REX.W C1 /4 ib. */
    @Override void shiftLeft(Reg reg, int bits) {
        direct(0xC1, 4, reg);
        u8(bits);
    }

    /** {@code shr r/m64, imm8}: REX.W C1 /5 ib. */
    @Override void shiftRight(Reg reg, int bits) {
        direct(0xC1, 5, reg);
        u8(bits);
    }

    /** {@code shr r/m64, cl}: REX.W D3 /5; the processor masks cl to 6 bits. */
    @Override void shiftRightByKinds(Reg reg) {
        direct(0xD3, 5, reg);
    }

    /** {@code xor edx, edx}: 31 /r; {@code div r/m64}: REX.W F7 /6, divides rdx:rax into rax, rest rdx. */
    @Override void divide(Reg by) {
        u8(0x31);
        modrm(DIRECT, Reg.A2.x64, Reg.A2.x64);
        direct(0xF7, 6, by);
    }

    /** {@code cmp r/m64, imm8}: REX.W 83 /7 ib, or {@code cmp r/m64, imm32}: REX.W 81 /7 id, both sign-extended. */
    @Override void compare(Reg reg, int number) {
        if (number == (byte) number) {
            direct(0x83, 7, reg);
            u8(number);
        } else {
            direct(0x81, 7, reg);
            u32(number);
        }
    }

    /** {@code cmp r/m64, r64}: REX.W 39 /r. */
    @Override void compare(Reg reg, Reg other) {
        direct(0x39, other.x64, reg);
    }

    /** {@code jmp rel32}: E9 cd. */
    @Override void jump(Label to) {
        jumping(to);
        u8(0xE9);
        u32(0);
    }

    /** {@code jcc rel32}: 0F 80+cc cd. */
    @Override void jumpIf(Condition condition, Label to) {
        jumping(to);
        u8(0x0F);
        u8(0x80 | condition.x64);
        u32(0);
    }

    /** {@code test r/m8, imm8}: F6 /0 ib; then {@code jz rel32}. */
    @Override void jumpUnlessBit(Reg reg, int bit, Label to) {
        if (reg.x64 >= 4) u8(REX | reg.x64 >> 3);
        u8(0xF6);
        modrm(DIRECT, 0, reg.x64);
        u8(1 << bit);
        jumpIf(Condition.EQUAL, to);
    }

    /** {@code syscall}: 0F 05; the kernel changes rax, rcx and r11. */
    @Override Arch arch() {
        return Arch.X86_64;
    }

    @Override void systemCall() {
        u8(0x0F);
        u8(0x05);
    }

    /** {@code ret}: C3; RESULT is where C expects it. */
    @Override void giveBack() {
        u8(0xC3);
    }

    /** Distances count from the end of the instruction; jcc has one byte more of opcode. */
    @Override void patch(ByteBuffer code, int at, int distance) {
        int field = (code.get(at) & 0xFF) == 0x0F ? 2 : 1;
        code.putInt(at + field, distance - field - 4);
    }

    /** REX.W opcode /r with two registers; {@code reg} may be a digit of the opcode. */
    private void direct(int opcode, int reg, Reg rm) {
        u8(REX_W | reg >> 3 << 2 | rm.x64 >> 3);
        u8(opcode);
        modrm(DIRECT, reg, rm.x64);
    }

    /**
     * An opcode of one or two bytes /r with a register and memory. A REX that says nothing is left out; rsp and r12 as base
     * need a SIB byte; rbp and r13 need an offset, be it 0.
     */
    private void memory(int rex, int opcode, Reg reg, Reg base, int offset) {
        int prefix = rex | reg.x64 >> 3 << 2 | base.x64 >> 3;
        if (prefix != REX) u8(prefix);
        if (opcode > 0xFF) u8(opcode >> 8);
        u8(opcode & 0xFF);
        int mode = offset != (byte) offset ? DISP32 : offset != 0 || (base.x64 & 7) == 5 ? DISP8 : NO_DISP;
        modrm(mode, reg.x64, base.x64);
        if ((base.x64 & 7) == 4) u8(0x24);
        if (mode == DISP8) u8(offset);
        if (mode == DISP32) u32(offset);
    }

    private void modrm(int mode, int reg, int rm) {
        u8(mode << 6 | (reg & 7) << 3 | rm & 7);
    }

    private static int signed8(int number) {
        if (number != (byte) number) throw new IllegalArgumentException("more than 8 bits: " + number);
        return number;
    }
}
