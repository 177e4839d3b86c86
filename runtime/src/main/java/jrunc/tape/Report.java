package jrunc.tape;

/**
 * Which cell failed, and what the kernel answered: 16 bytes, less than PIPE_BUF, so a pipe carries it whole.
 *
 * @param cell   counted from 1; 0 says that all is well so far
 * @param result {@code -errno}
 */
public record Report(long cell, long result) {
    /** How many bytes it is on the wire: two little-endian 64-bit words. */
    public static final int SIZE = 16;

    public boolean isFailure() {
        return cell != 0;
    }
}
