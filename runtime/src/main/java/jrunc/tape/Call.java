package jrunc.tape;

import jrunc.linux.Arch;
import jrunc.linux.Sys;

/** What a cell asks for: a system call of the kernel, or one of the few things the player does by itself. */
public sealed interface Call {
    /** {@return the number that the player finds in the cell} */
    int number(Arch arch);

    /** {@return the name in the listing} */
    String word();

    /** A system call. */
    record Kernel(Sys sys) implements Call {
        @Override public int number(Arch arch) {
            return sys.number(arch);
        }

        @Override public String word() {
            return sys.word();
        }
    }

    /**
     * What the player does without the kernel. Each answers as a system call does: a number, or {@code -errno}.
     * The numbers begin at {@value #FIRST_NUMBER}, far above any system call.
     */
    enum Own implements Call {
        /** {@code (a & mask) == b ? 0 : -errno}; operands a, mask, b, errno. */
        COMPARE,
        /** {@code (a >>> shift) & mask}; operands a, shift, mask. */
        BITS,
        /** {@code a + b}; with b = 0 it sets a slot. */
        ADD,
        /** Writes {@code value} in decimal digits at {@code address}, with no NUL, and answers how many; operands address, value. */
        FORMAT,
        /**
         * Reads the {@code k}-th number (from 0) that follows the last {@code ')'} in the {@code length} bytes at
         * {@code address}; words are parted by single spaces and a word that is no number counts as well, as 0 if asked
         * for. {@code -EINVAL} if there are fewer words. Operands address, length, k. With k = 19 it finds the start
         * time in {@code /proc/PID/stat}, whose second field may contain anything.
         *
         * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
         */
        FIELD,
        /** Ends the tape: the machine exits, with 0 if no cell failed, else with 1; the trap player returns. */
        END;

        /** The number of the first of these; the others follow in order. */
        public static final int FIRST_NUMBER = 0xFF00;

        @Override public int number(Arch arch) {
            return FIRST_NUMBER + ordinal();
        }

        @Override public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
