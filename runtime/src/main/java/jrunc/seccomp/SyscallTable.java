package jrunc.seccomp;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The numbers of all system calls, from {@code syscalls.txt}, which the build's SyscallTables makes from the kernel's headers.
 * Its lines are sorted and of one length, so nothing is parsed but what is asked for.
 */
final class SyscallTable {
    private static final int LINE = 64;
    private static final int NAME = 28;
    private static final int HEADINGS = 2;
    private final byte[] text;

    private SyscallTable(byte[] text) {
        this.text = text;
    }

    static SyscallTable load() {
        try (var file = SyscallTable.class.getResourceAsStream("syscalls.txt")) {
            return new SyscallTable(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("read the table of system calls", e);
        }
    }

    /** {@return where the line of this call begins, or -1 for a name that the table does not know} */
    int find(String name) {
        int low = HEADINGS;
        int high = text.length / LINE;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = compare(name, middle * LINE);
            if (order == 0) return middle * LINE;
            if (order < 0) high = middle;
            else low = middle + 1;
        }
        return -1;
    }

    private int compare(String name, int line) {
        int length = name.length();
        for (int i = 0; i < NAME; i++) {
            int theirs = text[line + i];
            if (i == length) return theirs == ' ' ? 0 : -1;
            int difference = name.charAt(i) - theirs;
            if (difference != 0) return difference;
        }
        return length == NAME ? 0 : 1;
    }

    /** {@return the number of the call in {@code line}, with the bit of x32, or -1 if there is none} */
    int number(int line, Abi abi) {
        int number = number(line + abi.column, line + abi.columnEnd);
        return number < 0 ? -1 : number | abi.bit;
    }

    /** {@return the number of socketcall or ipc by which 32-bit x86 can ask for the call in {@code line}, or -1} */
    int via(int line) {
        return number(line + Abi.VIA, colon(line));
    }

    /** {@return the first argument that says so to socketcall or ipc} */
    int viaArgument(int line) {
        return number(colon(line) + 1, line + Abi.VIA_END);
    }

    private int colon(int line) {
        int at = line + Abi.VIA;
        while (at < line + Abi.VIA_END && text[at] != ':') at++;
        return at;
    }

    private int number(int from, int to) {
        int number = -1;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit >= 0 && digit <= 9) number = Math.max(number, 0) * 10 + digit;
        }
        return number;
    }
}
