package jrunc.kernel;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jrunc.linux.StateException;

/** The way to the front that has started this JVM: what is to be played goes down one pipe, what it leaves comes up the other. */
public final class FrontPipe implements FrontLine {
    /** The system property that the front's arguments set: this JVM has been started by one. */
    public static final String PROPERTY = "jrunc.front";
    /** The value of that property if the front has told a container's process to start, and that has answered. */
    public static final String TOLD = "told";
    /** The descriptor from which this JVM reads the answers. */
    public static final int ANSWERS = 3;
    /** The descriptor to which it writes what is to be played. */
    public static final int QUESTIONS = 4;

    private FrontPipe() {}

    /** {@return the way to the front that has started this JVM; nothing if none has} */
    public static Optional<FrontLine> line() {
        return exists() ? Optional.of(new FrontPipe()) : Optional.empty();
    }

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

    @Override
    public byte[] play(byte[] tape, byte[] slots, long exit) {
        var request = ByteBuffer.allocate(REQUEST + tape.length + slots.length).order(ByteOrder.LITTLE_ENDIAN);
        request.putLong(tape.length + slots.length).putLong(tape.length).putLong(exit).put(tape).put(slots);
        try (var questions = new FileOutputStream(path(QUESTIONS)); var answers = new FileInputStream(path(ANSWERS))) {
            questions.write(request.array());
            var left = answers.readNBytes(slots.length);
            if (left.length == slots.length) return left;
            if (left.length == 0 && exit != 0) throw new FrontEnded();
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
