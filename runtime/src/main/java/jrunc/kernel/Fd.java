package jrunc.kernel;

import jrunc.linux.Sys;

/** An open descriptor and its one owner, who closes it. Not a record: two equal numbers are not the same file. */
public final class Fd implements AutoCloseable {
    private int number;

    private Fd(int number) {
        this.number = number;
    }

    /** {@return the owner of a descriptor that a call has just answered} */
    public static Fd owning(long number) {
        if (number < 0 || number > Integer.MAX_VALUE) throw new IllegalArgumentException("no descriptor: " + number);
        return new Fd((int) number);
    }

    /** {@return the number, to be used while this is open only} */
    public int number() {
        if (number < 0) throw new IllegalStateException("a descriptor used after it was closed");
        return number;
    }

    /** {@return the number, which from now on is somebody else's to close} */
    public int release() {
        int released = number();
        number = -1;
        return released;
    }

    /**
     * Closes it; a second time does nothing. Linux frees the number whatever {@code close} answers, and what was written to a
     * descriptor of jrunc's is no user's file, so nobody asks.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>
     */
    @Override public void close() {
        if (number >= 0) Trap.call(Sys.CLOSE, release());
    }
}
