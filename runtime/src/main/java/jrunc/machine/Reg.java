package jrunc.machine;

/**
 * What the machine keeps in registers, and in which. System calls take their operands from A0 to A5 and change nothing
 * but RESULT (and, on x86-64, rcx and r11); the JVM's C calling convention passes a first pointer in A0.
 */
enum Reg {
    //      x86-64        aarch64
    /** the cell that is played */
    CELL   (Number.RBX,  19),
    /** slot 0 */
    SLOTS  (Number.RBP,  20),
    /** cell 1 */
    FIRST  (Number.R12,  21),
    /** how often the cell may still be asked */
    TRIES  (Number.R13,  22),
    /** which operands are looked up; the only register that says how far to shift */
    KINDS  (Number.RCX,  10),
    /** the number of the call; on x86-64 the same as RESULT */
    NR     (Number.RAX,  8),
    /** what it answered; the only register that can be divided */
    RESULT (Number.RAX,  9),
    A0     (Number.RDI,  0),
    A1     (Number.RSI,  1),
    /** the only register for what a division leaves */
    A2     (Number.RDX,  2),
    A3     (Number.R10,  3),
    A4     (Number.R8,   4),
    A5     (Number.R9,   5),
    /** for a moment */
    T      (Number.R14, 11);

    /** The six operands in order. */
    static final Reg[] OPERANDS = {A0, A1, A2, A3, A4, A5};

    final int x64;
    final int a64;

    Reg(int x64, int a64) {
        this.x64 = x64;
        this.a64 = a64;
    }

    /** How x86-64 instructions number the registers. */
    private static final class Number {
        static final int RAX = 0;
        static final int RCX = 1;
        static final int RDX = 2;
        static final int RBX = 3;
        static final int RBP = 5;
        static final int RSI = 6;
        static final int RDI = 7;
        static final int R8 = 8;
        static final int R9 = 9;
        static final int R10 = 10;
        static final int R12 = 12;
        static final int R13 = 13;
        static final int R14 = 14;
    }
}
