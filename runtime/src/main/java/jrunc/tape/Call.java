package jrunc.tape;

import jrunc.linux.Arch;
import jrunc.linux.Sys;

/** What a cell asks for: a system call of the kernel, or one of the few things the player does by itself. */
public sealed interface Call {
    /** {@return the number that the player finds in the cell} */
    int number(Arch arch);

    /** {@return the name in the listing} */
    String word();

    /** {@return whether the answer is a number of any size and never an error, so that such a cell cannot fail} */
    default boolean answersNumber() {
        return false;
    }

    /** A system call. */
    record Kernel(Sys sys) implements Call {
        private static final Kernel[] ALL = new Kernel[Sys.values().length];

        /** {@return the one for this call: a tape may have thousands of the same} */
        static Kernel of(Sys sys) {
            var known = ALL[sys.ordinal()];
            return known != null ? known : (ALL[sys.ordinal()] = new Kernel(sys));
        }

        @Override public int number(Arch arch) {
            return sys.number(arch);
        }

        @Override public String word() {
            return sys.word();
        }
    }

    /**
     * What the player does without the kernel. Each answers as a system call does: a number, or {@code -errno}; only
     * {@link #BITS}, {@link #SUBTRACT} and {@link #ADD} never fail, for -1 or AT_FDCWD is a good number to compute. The numbers begin at
     * {@value #FIRST_NUMBER}, far above any system call.
     */
    enum Own implements Call {
        /** {@code (a & mask) == b ? 0 : -errno}; operands a, mask, b, errno. */
        COMPARE,
        /** {@code (a >>> (shift & 63)) & mask}; operands a, shift, mask. Never fails. */
        BITS,
        /** {@code a - b}; with a = 0 the pid of a process is the name of its group. Never fails. */
        SUBTRACT,
        /** {@code a + b}; with b = 0 it sets a slot. Never fails. */
        ADD,
        /**
         * Writes {@code value}, taken as unsigned, in decimal digits at {@code address}, with no NUL, and answers how many
         * (1 to 20); operands address, value.
         */
        FORMAT,
        /**
         * Reads the {@code k}-th number (from 0) that follows the last {@code ')'} in the {@code length} bytes at
         * {@code address}; a word begins after each space, and a word counts as well if it is no number: asked for, it is
         * what its leading digits say, 0 if it has none. {@code -EINVAL} if there are fewer words or no {@code ')'}.
         * Operands address, length, k. With k = 19 it finds the start time in {@code /proc/PID/stat}, whose second field
         * may contain anything.
         *
         * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
         */
        FIELD,
        /**
         * {@code left == 0 ? -ELOOP : left - 1}, and unless it failed the tape goes on {@code cells} cells before this one. The
         * result must go to the word that {@code left} is looked up in: so what is repeated is repeated so often and no more.
         * Operands left, cells.
         */
        REPEAT,
        /** {@code length} bytes at {@code address} are those at {@code other} {@code ? 0 : -errno}; operands address, other, length, errno. */
        EQUAL,
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

        @Override public boolean answersNumber() {
            return this == BITS || this == SUBTRACT || this == ADD;
        }
    }
}
