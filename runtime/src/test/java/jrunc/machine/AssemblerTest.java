package jrunc.machine;

import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A4;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.NR;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.SLOTS;
import static jrunc.machine.Reg.T;
import static jrunc.machine.Reg.TRIES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Each instruction on both processors, against the bytes that an assembler makes of the text above it; only for rax compared
 * with a large number it would choose another encoding, and for jumps one with a shorter distance.
 */
class AssemblerTest {
    private static void both(Consumer<Assembler> instruction, String x64, String a64) {
        assertEquals(x64, hex(new X64(), instruction));
        assertEquals(a64, hex(new A64(), instruction));
    }

    private static String hex(Assembler assembler, Consumer<Assembler> instructions) {
        instructions.accept(assembler);
        return HexFormat.ofDelimiter(" ").formatHex(assembler.bytes());
    }

    @Test void set() {
        // mov eax, 231    |    movz x8, #231
        both(a -> a.set(NR, 0xe7), "b8 e7 00 00 00", "e8 1c 80 d2");
        // mov r14d, 65280    |    movz x11, #65280
        both(a -> a.set(T, 0xff00), "41 be 00 ff 00 00", "0b e0 9f d2");
        // mov edi, 0    |    movz x0, #0
        both(a -> a.set(A0, 0x0), "bf 00 00 00 00", "00 00 80 d2");
        // mov r14d, 268439552    |    movz x11, #4096; movk x11, #4096, lsl #16
        both(a -> a.set(T, 0x10001000), "41 be 00 10 00 10", "0b 00 82 d2 0b 00 a2 f2");
    }

    @Test void move() {
        // mov rbx, r12    |    mov x19, x21
        both(a -> a.move(CELL, FIRST), "4c 89 e3", "f3 03 15 aa");
        // mov r9, rdi    |    mov x5, x0
        both(a -> a.move(A5, A0), "49 89 f9", "e5 03 00 aa");
        // mov rax, r8    |    mov x9, x4
        both(a -> a.move(RESULT, A4), "4c 89 c0", "e9 03 04 aa");
    }

    @Test void load8() {
        // movzx ecx, byte ptr [rbx + 2]    |    ldrb w10, [x19, #2]
        both(a -> a.load8(KINDS, CELL, 2), "0f b6 4b 02", "6a 0a 40 39");
        // movzx r14d, byte ptr [r10]    |    ldrb w11, [x3, #0]
        both(a -> a.load8(T, A3, 0), "45 0f b6 32", "6b 00 40 39");
        // movzx r13d, byte ptr [r12]    |    ldrb w22, [x21, #0]
        both(a -> a.load8(TRIES, FIRST, 0), "45 0f b6 2c 24", "b6 02 40 39");
        // movzx esi, byte ptr [rbp + 200]    |    ldrb w1, [x20, #200]
        both(a -> a.load8(A1, SLOTS, 200), "0f b6 b5 c8 00 00 00", "81 22 43 39");
    }

    @Test void load16() {
        // movzx eax, word ptr [rbx]    |    ldrh w8, [x19, #0]
        both(a -> a.load16(NR, CELL, 0), "0f b7 03", "68 02 40 79");
        // movzx edi, word ptr [rbx + 6]    |    ldrh w0, [x19, #6]
        both(a -> a.load16(A0, CELL, 6), "0f b7 7b 06", "60 0e 40 79");
    }

    @Test void load16_signed() {
        // movsx rax, word ptr [rbx]    |    ldrsh x8, [x19, #0]
        both(a -> a.load16Signed(NR, CELL, 0), "48 0f bf 03", "68 02 80 79");
        // movsx rdi, word ptr [rbx + 6]    |    ldrsh x0, [x19, #6]
        both(a -> a.load16Signed(A0, CELL, 6), "48 0f bf 7b 06", "60 0e 80 79");
    }

    @Test void load32() {
        // mov r14d, dword ptr [rbx + 8]    |    ldr w11, [x19, #8]
        both(a -> a.load32(T, CELL, 8), "44 8b 73 08", "6b 0a 40 b9");
        // mov edi, dword ptr [r13]    |    ldr w0, [x22, #0]
        both(a -> a.load32(A0, TRIES, 0), "41 8b 7d 00", "c0 02 40 b9");
    }

    @Test void load64() {
        // mov r10, qword ptr [rbx + 40]    |    ldr x3, [x19, #40]
        both(a -> a.load64(A3, CELL, 40), "4c 8b 53 28", "63 16 40 f9");
        // mov r10, qword ptr [r10]    |    ldr x3, [x3, #0]
        both(a -> a.load64(A3, A3, 0), "4d 8b 12", "63 00 40 f9");
        // mov rdi, qword ptr [rbp]    |    ldr x0, [x20, #0]
        both(a -> a.load64(A0, SLOTS, 0), "48 8b 7d 00", "80 02 40 f9");
        // mov r14, qword ptr [r12 + 16]    |    ldr x11, [x21, #16]
        both(a -> a.load64(T, FIRST, 16), "4d 8b 74 24 10", "ab 0a 40 f9");
        // mov rsi, qword ptr [r9 + 4096]    |    ldr x1, [x5, #4096]
        both(a -> a.load64(A1, A5, 4096), "49 8b b1 00 10 00 00", "a1 00 48 f9");
    }

    @Test void store8() {
        // mov byte ptr [rdi], dl    |    strb w2, [x0, #0]
        both(a -> a.store8(A2, A0, 0), "88 17", "02 00 00 39");
        // mov byte ptr [rdi + 3], sil    |    strb w1, [x0, #3]
        both(a -> a.store8(A1, A0, 3), "40 88 77 03", "01 0c 00 39");
        // mov byte ptr [r10], r8b    |    strb w4, [x3, #0]
        both(a -> a.store8(A4, A3, 0), "45 88 02", "64 00 00 39");
        // mov byte ptr [r14 + 1], dil    |    strb w0, [x11, #1]
        both(a -> a.store8(A0, T, 1), "41 88 7e 01", "60 05 00 39");
    }

    @Test void store64() {
        // mov qword ptr [r14], rax    |    str x9, [x11, #0]
        both(a -> a.store64(RESULT, T, 0), "49 89 06", "69 01 00 f9");
        // mov qword ptr [rbp + 8], r14    |    str x11, [x20, #8]
        both(a -> a.store64(T, SLOTS, 8), "4c 89 75 08", "8b 06 00 f9");
        // mov qword ptr [r9 + 48], rax    |    str x9, [x5, #48]
        both(a -> a.store64(RESULT, A5, 48), "49 89 41 30", "a9 18 00 f9");
    }

    @Test void add() {
        // add r14, rbp    |    add x11, x11, x20
        both(a -> a.add(T, SLOTS), "49 01 ee", "6b 01 14 8b");
        // add rdi, r8    |    add x0, x0, x4
        both(a -> a.add(A0, A4), "4c 01 c7", "00 00 04 8b");
    }

    @Test void subtract() {
        // sub r14, rbp    |    sub x11, x11, x20
        both(a -> a.subtract(T, SLOTS), "49 29 ee", "6b 01 14 cb");
        // sub rdi, r8    |    sub x0, x0, x4
        both(a -> a.subtract(A0, A4), "4c 29 c7", "00 00 04 cb");
    }

    @Test void and() {
        // and r14, rbp    |    and x11, x11, x20
        both(a -> a.and(T, SLOTS), "49 21 ee", "6b 01 14 8a");
        // and rdi, r8    |    and x0, x0, x4
        both(a -> a.and(A0, A4), "4c 21 c7", "00 00 04 8a");
    }

    @Test void add_a_number() {
        // add rbx, 64    |    add x19, x19, #64
        both(a -> a.add(CELL, 64), "48 83 c3 40", "73 02 01 91");
        // add r13, -1    |    sub x22, x22, #1
        both(a -> a.add(TRIES, -1), "49 83 c5 ff", "d6 06 00 d1");
        // add rax, -22    |    sub x9, x9, #22
        both(a -> a.add(RESULT, -22), "48 83 c0 ea", "29 59 00 d1");
    }

    @Test void negate() {
        // neg rdi    |    neg x0, x0
        both(a -> a.negate(A0), "48 f7 df", "e0 03 00 cb");
        // neg r14    |    neg x11, x11
        both(a -> a.negate(T), "49 f7 de", "eb 03 0b cb");
    }

    @Test void shift_left() {
        // shl r14, 6    |    lsl x11, x11, #6
        both(a -> a.shiftLeft(T, 6), "49 c1 e6 06", "6b e5 7a d3");
        // shl r8, 3    |    lsl x4, x4, #3
        both(a -> a.shiftLeft(A4, 3), "49 c1 e0 03", "84 f0 7d d3");
    }

    @Test void shift_right() {
        // shr r14, 6    |    lsr x11, x11, #6
        both(a -> a.shiftRight(T, 6), "49 c1 ee 06", "6b fd 46 d3");
        // shr r8, 3    |    lsr x4, x4, #3
        both(a -> a.shiftRight(A4, 3), "49 c1 e8 03", "84 fc 43 d3");
    }

    @Test void shift_right_by_kinds() {
        // shr rdi, cl    |    lsr x0, x0, x10
        both(a -> a.shiftRightByKinds(A0), "48 d3 ef", "00 24 ca 9a");
        // shr r14, cl    |    lsr x11, x11, x10
        both(a -> a.shiftRightByKinds(T), "49 d3 ee", "6b 25 ca 9a");
    }

    @Test void divide() {
        // xor edx, edx; div r9    |    udiv x16, x9, x5; msub x2, x16, x5, x9; mov x9, x16
        both(a -> a.divide(A5), "31 d2 49 f7 f1", "30 09 c5 9a 02 a6 05 9b e9 03 10 aa");
        // xor edx, edx; div rbx    |    udiv x16, x9, x19; msub x2, x16, x19, x9; mov x9, x16
        both(a -> a.divide(CELL), "31 d2 48 f7 f3", "30 09 d3 9a 02 a6 13 9b e9 03 10 aa");
    }

    @Test void compare_a_number() {
        // cmp rax, -11    |    cmn x9, #11
        both(a -> a.compare(RESULT, -11), "48 83 f8 f5", "3f 2d 00 b1");
        // cmp rax, -4096    |    cmn x9, #4096
        both(a -> a.compare(RESULT, -4096), "48 81 f8 00 f0 ff ff", "3f 05 40 b1");
        // cmp r14, 0    |    cmp x11, #0
        both(a -> a.compare(T, 0), "49 83 fe 00", "7f 01 00 f1");
        // cmp r14, 255    |    cmp x11, #255
        both(a -> a.compare(T, 255), "49 81 fe ff 00 00 00", "7f fd 03 f1");
        // cmp r14, 4095    |    cmp x11, #4095
        both(a -> a.compare(T, 4095), "49 81 fe ff 0f 00 00", "7f fd 3f f1");
    }

    @Test void compare() {
        // cmp rax, r14    |    cmp x8, x11
        both(a -> a.compare(NR, T), "4c 39 f0", "1f 01 0b eb");
        // cmp r14, rax    |    cmp x11, x9
        both(a -> a.compare(T, RESULT), "49 39 c6", "7f 01 09 eb");
        // cmp r10, rsi    |    cmp x3, x1
        both(a -> a.compare(A3, A1), "49 39 f2", "7f 00 01 eb");
    }

    @Test void system_call() {
        // syscall    |    svc #0; mov x9, x0
        both(a -> a.systemCall(), "0f 05", "01 00 00 d4 e9 03 00 aa");
    }

    @Test void give_back() {
        // ret    |    mov x0, x9; ret
        both(a -> a.giveBack(), "c3", "e0 03 09 aa c0 03 5f d6");
    }
    @Test void jump_forward_and_backward() {
        // jmp +5; here: jmp here; there:    |    b +8; b +0
        both(a -> {
            var here = new Label();
            var there = new Label();
            a.jump(there);
            a.place(here);
            a.jump(here);
            a.place(there);
        }, "e9 05 00 00 00 e9 fb ff ff ff", "02 00 00 14 00 00 00 14");
    }

    @Test void jump_if() {
        // je .    |    b.eq .
        jumpsIf(Condition.EQUAL, "0f 84 fa ff ff ff", "00 00 00 54");
        // jne .    |    b.ne .
        jumpsIf(Condition.NOT_EQUAL, "0f 85 fa ff ff ff", "01 00 00 54");
        // jb .    |    b.lo .
        jumpsIf(Condition.BELOW, "0f 82 fa ff ff ff", "03 00 00 54");
        // jae .    |    b.hs .
        jumpsIf(Condition.NOT_BELOW, "0f 83 fa ff ff ff", "02 00 00 54");
        // ja .    |    b.hi .
        jumpsIf(Condition.ABOVE, "0f 87 fa ff ff ff", "08 00 00 54");
        // jbe .    |    b.ls .
        jumpsIf(Condition.NOT_ABOVE, "0f 86 fa ff ff ff", "09 00 00 54");
        // jl .    |    b.lt .
        jumpsIf(Condition.LESS, "0f 8c fa ff ff ff", "0b 00 00 54");
        // jle .    |    b.le .
        jumpsIf(Condition.NOT_GREATER, "0f 8e fa ff ff ff", "0d 00 00 54");
        // jg .    |    b.gt .
        jumpsIf(Condition.GREATER, "0f 8f fa ff ff ff", "0c 00 00 54");
    }

    private static void jumpsIf(Condition condition, String x64, String a64) {
        both(a -> {
            var here = new Label();
            a.place(here);
            a.jumpIf(condition, here);
        }, x64, a64);
    }

    @Test void jump_unless_bit() {
        // test cl, 32; je .-3    |    tbz w10, #5, .
        both(a -> {
            var here = new Label();
            a.place(here);
            a.jumpUnlessBit(KINDS, 5, here);
        }, "f6 c1 20 0f 84 f7 ff ff ff", "0a 00 28 36");
        // test r14b, 1; je    |    tbz w11, #0, #4
        both(a -> {
            var next = new Label();
            a.jumpUnlessBit(T, 0, next);
            a.place(next);
        }, "41 f6 c6 01 0f 84 00 00 00 00", "2b 00 00 36");
    }

    @Test void what_an_instruction_cannot_say_is_refused() {
        for (var assembler : new Assembler[] {new X64(), new A64()}) {
            assertThrows(IllegalArgumentException.class, () -> assembler.set(T, 1L << 32));
            assertThrows(IllegalArgumentException.class, () -> assembler.add(T, assembler instanceof X64 ? 128 : 4096));
        }
        assertThrows(IllegalArgumentException.class, () -> new A64().load64(T, CELL, 4));
        assertThrows(IllegalArgumentException.class, () -> new A64().compare(T, 4097));
    }

    @Test void a_label_is_placed_once_and_before_the_end() {
        var assembler = new X64();
        var label = new Label();
        assembler.jump(label);
        assertThrows(IllegalStateException.class, assembler::bytes);
        assembler.place(label);
        assertThrows(IllegalStateException.class, () -> assembler.place(label));
    }
}
