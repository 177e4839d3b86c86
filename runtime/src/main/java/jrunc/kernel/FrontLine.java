package jrunc.kernel;

/**
 * The way to a front, which plays what a JVM has recorded. What goes there begins with a request, {@value #REQUEST} bytes in
 * 64-bit little-endian words:
 * <pre>
 *  0        8                  16             24
 *  +--------+------------------+--------------+--------------------------------+
 *  | size   | where what is    | address of   | the image: what is only read,  |
 *  |        | written begins   | an exit code | what is written                |
 *  +--------+------------------+--------------+--------------------------------+
 * </pre>
 * The answer is what is written, as it was left. If there is an address, the front does not answer when all has gone well: it
 * exits with the word that is there. A request of size 0 ends it: it exits with the second word, or does the command the plain way,
 * by a JVM of its own, if that is {@value #PLAIN}.
 */
public interface FrontLine {
    /** What stands before an image, in bytes. */
    int REQUEST = 24;
    /** Instead of an exit code: do it without me. */
    int PLAIN = 256;

    /**
     * Has tapes played, and waits for their end.
     *
     * @param tape  the piece that is only read, laid out for where the front puts it; a multiple of 8 bytes
     * @param slots the piece that is written; it follows the other
     * @param exit  the address of the word that the front is to exit with if all goes well; 0 if it is to answer then, too
     * @return the same piece after the last cell
     * @throws FrontEnded if the front has exited as it was to
     * @throws jrunc.linux.StateException if the front is gone, or had no memory for it
     */
    byte[] play(byte[] tape, byte[] slots, long exit);
}
