package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer as a stream that does not wait forever: the JDK's own has no limit on how long a server may be silent.
 * The next part is asked for when the last one is read, so that a few buffers are all that is in memory.
 */
final class BodyStream extends InputStream implements BodySubscriber<InputStream> {
    private static final Object END = new Object();

    private final Duration patience;
    /** Lists of buffers, at most one as no more is asked for; then END or what failed. */
    private final LinkedBlockingQueue<Object> parts = new LinkedBlockingQueue<>();
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private List<ByteBuffer> part = List.of();
    private int index;
    private boolean asked = true;
    private boolean ended;

    /** @param patience how long a server may send nothing */
    BodyStream(Duration patience) {
        this.patience = patience;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (!this.subscription.complete(subscription)) {
            subscription.cancel();
            return;
        }
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        parts.add(buffers);
    }

    @Override
    public void onError(Throwable failed) {
        parts.add(failed);
    }

    @Override
    public void onComplete() {
        parts.add(END);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        while (true) {
            while (index < part.size() && !part.get(index).hasRemaining()) index++;
            if (index < part.size()) break;
            if (ended || !next()) return -1;
        }
        var buffer = part.get(index);
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    /** Ends the transfer, and with it the connection if it is not over. */
    @Override
    public void close() {
        ended = true;
        part = List.of();
        if (!subscription.completeExceptionally(new IOException("closed")) && !subscription.isCompletedExceptionally()) subscription.join().cancel();
    }

    private boolean next() throws IOException {
        if (!asked) subscription.join().request(1);
        asked = true;
        part = List.of();
        index = 0;
        var next = poll();
        if (next instanceof List<?> buffers) {
            asked = false;
            part = cast(buffers);
            return true;
        }
        ended = true;
        if (next instanceof Throwable failed) throw new IOException(failed.getMessage(), failed);
        return false;
    }

    private Object poll() throws IOException {
        try {
            var next = parts.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (next != null) return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        close();
        throw new IOException("nothing came for " + patience.toSeconds() + " seconds");
    }

    @SuppressWarnings("unchecked")
    private static List<ByteBuffer> cast(Object buffers) {
        return (List<ByteBuffer>) buffers;
    }
}
