package jrunc.kernel;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jrunc.linux.StateException;

/**
 * The way to the front that has started this JVM: it plays the tapes that come down one pipe, and sends what they leave up
 * the other. A request is {@value #REQUEST} bytes, the image's size and where in it begins the piece that is written, both as
 * 64-bit little-endian words, and then the image. The answer is the piece that is written.
 */
public final class FrontPipe {
    /** The system property that the front's arguments set: this JVM has been started by one. */
    public static final String PROPERTY = "jrunc.front";
    /** The value of that property if the front has told a container's process to start, and that has answered. */
    public static final String TOLD = "told";
    /** The descriptor from which this JVM reads the answers. */
    public static final int ANSWERS = 3;
    /** The descriptor to which it writes what is to be played. */
    public static final int QUESTIONS = 4;
    /** What stands before an image, in bytes. */
    public static final int REQUEST = 16;

    private FrontPipe() {}

    /** {@return whether a front has started this JVM, and is its parent} */
    public static boolean exists() {
        return System.getProperty(PROPERTY) != null;
    }

    /** {@return whether the front has told a container's process to start, in vain: then {@link #answer} has what that said} */
    public static boolean hasAnswer() {
        return TOLD.equals(System.getProperty(PROPERTY));
    }

    /** {@return the first {@code size} bytes that the front has for this JVM, before any tape} */
    public static byte[] answer(int size) {
        try (var answers = new FileInputStream(path(ANSWERS))) {
            return answers.readNBytes(size);
        } catch (IOException e) {
            throw new StateException("read what the front has to say: " + e.getMessage(), e);
        }
    }

    /**
     * Has a tape played, and waits for its end.
     *
     * @param tape  the piece that is only read, laid out for where the front puts it; a multiple of 8 bytes
     * @param slots the piece that is written; it follows the other
     * @return the same piece after the last cell
     * @throws StateException if the front is gone, or had no memory for it
     */
    public static byte[] play(byte[] tape, byte[] slots) {
        var request = ByteBuffer.allocate(REQUEST + tape.length + slots.length).order(ByteOrder.LITTLE_ENDIAN);
        request.putLong(tape.length + slots.length).putLong(tape.length).put(tape).put(slots);
        try (var questions = new FileOutputStream(path(QUESTIONS)); var answers = new FileInputStream(path(ANSWERS))) {
            questions.write(request.array());
            var left = answers.readNBytes(slots.length);
            if (left.length == slots.length) return left;
        } catch (IOException e) {
            throw new StateException("play a tape: " + e.getMessage() + "; is bin/jrunc still running?", e);
        }
        throw new StateException("play a tape: bin/jrunc has ended, or had no memory for " + request.capacity() + " bytes");
    }

    /** A descriptor that is open already has no other name in Java. */
    private static String path(int descriptor) {
        return "/proc/self/fd/" + descriptor;
    }
}
