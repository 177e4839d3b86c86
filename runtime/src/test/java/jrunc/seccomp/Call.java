package jrunc.seccomp;

import java.util.Arrays;

/** {@code struct seccomp_data}: what a filter sees of a call. */
record Call(int audit, int number, long... arguments) {
    static final int X64 = 0xC000003E;
    static final int X86 = 0x40000003;
    static final int A64 = 0xC00000B7;
    static final int ARM = 0x40000028;

    long argument(int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    int word(int offset) {
        if (offset == 0) return number;
        if (offset == 4) return audit;
        if (offset < 16) return 0;
        long argument = argument((offset - 16) / 8);
        return (int) (offset % 8 == 0 ? argument : argument >>> 32);
    }

    @Override public String toString() {
        return "call " + Integer.toUnsignedString(number) + " of " + Integer.toHexString(audit) + Arrays.toString(arguments);
    }
}
