package jrunc.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * Fetches one blob: on from where an earlier attempt has got, be it this process's or another's, and gives it its name when all
 * its bytes are there and are the right ones. What a lost connection leaves is kept; what proves wrong is removed.
 */
final class BlobFetch {
    private static final int BUFFER = 64 << 10;

    private final Descriptor blob;
    private final Registry registry;
    private final PulledLayout layout;
    private final Progress progress;
    private final Retries retries;
    private final String what;
    private final byte[] buffer = new byte[BUFFER];
    private FileChannel file;
    private MessageDigest calculation;
    private long at;
    /** Whether the bytes in the file came in more than one answer, perhaps of another day. */
    private boolean resumed;
    /** The most bytes that were ever here: less than that is no progress. */
    private long most;
    /** Where an answer has ended as if it were whole. */
    private long ended = -1;

    BlobFetch(Descriptor blob, Reference image, Registry registry, PulledLayout layout, Progress progress, Retries retries) {
        this.blob = blob;
        this.registry = registry;
        this.layout = layout;
        this.progress = progress;
        this.retries = retries;
        what = "blob " + blob.digest() + " of " + image;
    }

    /**
     * Has the blob in the layout when it returns.
     *
     * @throws InvalidImageException if the registry's bytes are others, or fewer, or more; they are removed
     * @throws RegistryException if the registry does not give them; what came of them is kept
     */
    void run() throws IOException, InterruptedException {
        try (var _ = layout.lock(blob.digest())) {
            if (layout.has(blob)) {
                progress.advance(blob.size());
                return;
            }
            try (var partial = layout.openPartial(blob.digest())) {
                file = partial;
                fetch();
            } catch (InvalidImageException e) {
                at = 0;
                throw e;
            } finally {
                if (at == 0 && blob.size() > 0) layout.removePartial(blob.digest());
            }
            layout.keep(blob.digest());
            progress.done(blob.digest(), blob.size());
        }
    }

    private void fetch() throws IOException {
        readBack();
        while (true) {
            while (at < blob.size()) part();
            var found = Digest.finish(blob.digest().algorithm(), calculation);
            if (found.equals(blob.digest())) return;
            if (!resumed) throw new InvalidImageException(what, "the registry sends bytes with the digest " + found);
            startAgain();
        }
    }

    /** What is in the file from an earlier attempt counts, if it is not too much. */
    private void readBack() throws IOException {
        calculation = Digest.calculation(blob.digest().algorithm());
        if (file.size() > blob.size()) file.truncate(0);
        resumed = file.size() > 0;
        file.position(0);
        for (int got; (got = file.read(ByteBuffer.wrap(buffer))) > 0;) took(got);
    }

    /** One answer of the registry, as far as it comes. */
    private void part() {
        retries.until("pull " + what, () -> {
            try (var answer = registry.blob(blob.digest(), at)) {
                if (answer.status() == 416) refuseRange();
                else copy(answer);
            }
            return null;
        });
    }

    /** The registry has no byte there: it has a shorter blob, or what is here is none of it. */
    private void refuseRange() throws IOException {
        if (!resumed) throw otherLength(at);
        startAgain();
    }

    private void copy(Transport.Answer answer) throws IOException {
        if (answer.status() == 200) startAgain();
        else continueAt(answer.header("Content-Range"));
        checkLength(answer);
        for (int got; (got = answer.body().read(buffer, 0, buffer.length)) >= 0;) {
            if (at + got > blob.size()) throw new InvalidImageException(what, "the registry sends more than the " + blob.size() + " bytes that it should have");
            for (var rest = ByteBuffer.wrap(buffer, 0, got); rest.hasRemaining();) file.write(rest);
            took(got);
            if (at > most) retries.progressed();
            most = Math.max(most, at);
        }
        if (at == blob.size()) return;
        if (at <= ended) throw otherLength(at);
        ended = at;
        throw new IOException("the answer ends after " + at + " of " + blob.size() + " bytes");
    }

    private void startAgain() throws IOException {
        progress.advance(-at);
        file.truncate(0);
        calculation.reset();
        at = 0;
        resumed = false;
    }

    /** {@code bytes FROM-TO/ALL}, RFC 9110, 14.4. */
    private void continueAt(String range) {
        resumed = true;
        var start = "bytes " + at + '-';
        if (range == null || !range.startsWith(start)) throw new RegistryException("pull " + what + ": the registry sends another part of it than asked for");
        int slash = range.indexOf('/');
        var all = slash < 0 ? "*" : range.substring(slash + 1).trim();
        if (!all.equals("*") && !all.equals(Long.toString(blob.size()))) throw new InvalidImageException(what, "the registry has not the " + blob.size() + " bytes that it should have");
    }

    /** An answer says how long it is, unless it comes in chunks; a part may be shorter than asked for. */
    private void checkLength(Transport.Answer answer) {
        long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        long missing = blob.size() - at;
        if (length > missing || length >= 0 && length < missing && answer.status() == 200) throw otherLength(length);
    }

    private void took(int count) {
        calculation.update(buffer, 0, count);
        at += count;
        progress.advance(count);
    }

    private InvalidImageException otherLength(long found) {
        return new InvalidImageException(what, "the registry has " + found + " bytes of it, not " + blob.size());
    }
}
