package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import jrunc.linux.JruncException;

/**
 * Reads a stream before anyone asks: one thread reads (and so decompresses), one calculates a digest if one is wanted, and whoever reads from here
 * does the rest, all at the same time. Blocks go round between them, so the memory is bounded.
 */
final class ReadAhead extends InputStream {
    private static final int BLOCK = 128 * 1024;
    private static final int BLOCKS = 24;
    /** How much is given to the digest at once: little, for what is called often is compiled soon, and only then calculated by the processor's widest instructions. */
    private static final int PIECE = 4096;

    /** Some bytes of the stream; none at its end. */
    private static final class Block {
        private final byte[] bytes = new byte[BLOCK];
        private int length;
        private int taken;
    }

    private final InputStream source;
    private final BlockingQueue<Block> empty = new LinkedBlockingQueue<>();
    private final BlockingQueue<Block> read = new LinkedBlockingQueue<>();
    /** Where whoever reads from here takes them: where they are read into, unless they are calculated first. */
    private final BlockingQueue<Block> ready;
    private final List<Thread> threads = new ArrayList<>();
    private volatile Throwable fault;
    private Block current;

    /** @param digest of all bytes, if one is wanted; it is complete when this is read to its end */
    ReadAhead(InputStream source, Optional<MessageDigest> digest) {
        this.source = source;
        ready = digest.isPresent() ? new LinkedBlockingQueue<>() : read;
        for (int i = 0; i < BLOCKS; i++) empty.add(new Block());
        start("reads a layer", this::readAll, read);
        digest.ifPresent(wanted -> start("calculates a digest", () -> calculateAll(wanted), ready));
    }

    /** Whatever the thread ends with is told to the one who reads, when all that was good has been read. */
    private void start(String name, Runnable work, BlockingQueue<Block> to) {
        threads.add(Thread.ofPlatform().daemon().name(name).uncaughtExceptionHandler((_, thrown) -> fail(thrown, to)).start(work));
    }

    private void fail(Throwable thrown, BlockingQueue<Block> to) {
        fault = thrown;
        to.add(new Block());
    }

    private void readAll() {
        try {
            for (boolean more = true; more; ) {
                var block = empty.take();
                block.taken = 0;
                block.length = source.readNBytes(block.bytes, 0, BLOCK);
                more = block.length > 0;
                read.add(block);   // and not looked at again: it is somebody else's now
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void calculateAll(MessageDigest digest) {
        try {
            for (boolean more = true; more; ) {
                var block = read.take();
                for (int at = 0; at < block.length; at += PIECE) digest.update(block.bytes, at, Math.min(PIECE, block.length - at));
                more = block.length > 0;
                ready.add(block);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) return 0;
        if (current == null || current.taken == current.length) turn();
        if (current.length == 0) return -1;
        int got = Math.min(length, current.length - current.taken);
        System.arraycopy(current.bytes, current.taken, into, at, got);
        current.taken += got;
        return got;
    }

    /**
     * Writes some of the next bytes to {@code to} from where they lie.
     *
     * @param most how many at most
     * @return how many, or -1 at the end
     */
    int pass(long most, OutputStream to) throws IOException {
        if (current == null || current.taken == current.length) turn();
        if (current.length == 0) return -1;
        int passed = (int) Math.min(most, current.length - current.taken);
        to.write(current.bytes, current.taken, passed);
        current.taken += passed;
        return passed;
    }

    private void turn() throws IOException {
        if (current != null && current.length == 0) return;
        try {
            if (current != null) empty.add(current);
            current = ready.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (current.length == 0 && fault != null) rethrow();
    }

    private void rethrow() throws IOException {
        switch (fault) {
            case JruncException known -> throw known;
            case UncheckedIOException wrapped -> throw wrapped.getCause();
            default -> throw new IllegalStateException("a thread that reads ahead has failed", fault);
        }
    }

    /** Stops the threads, wherever they are, and closes the stream below. */
    @Override public void close() throws IOException {
        for (var thread : threads) thread.interrupt();
        source.close();
        try {
            for (var thread : threads) thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
