package jrunc.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import jrunc.linux.JruncException;

/** What the JDK cannot decompress is piped through the host's own {@code zstd}. The one class that starts it. */
final class Zstd extends FilterInputStream {
    private final Process zstd;
    private final InputStream compressed;
    private final String name;
    private final Thread feeder;
    private volatile Exception unread;

    private Zstd(Process zstd, InputStream compressed, String name) {
        super(zstd.getInputStream());
        this.zstd = zstd;
        this.compressed = compressed;
        this.name = name;
        feeder = Thread.ofPlatform().daemon().name("feeds zstd").unstarted(this::feed);
    }

    /** {@return what {@code zstd} makes of {@code compressed}, which is closed with it} */
    static InputStream plain(InputStream compressed, String name) {
        try {
            var program = new ProcessBuilder("zstd", "--decompress", "--stdout", "--quiet", "--no-progress").redirectError(Redirect.PIPE).start();
            var plain = new Zstd(program, compressed, name);
            plain.feeder.start();
            return plain;
        } catch (IOException e) {
            throw new InvalidImageException(name, "compressed by zstd, and there is no program zstd in the PATH; install it, "
                    + "or store the image with gzip");
        }
    }

    private void feed() {
        try (var input = zstd.getOutputStream()) {
            compressed.transferTo(input);
        } catch (IOException e) {
            if (zstd.isAlive()) unread = e;   // else it has closed the pipe, and says why
        } catch (JruncException e) {
            unread = e;
        }
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override public int read(byte[] into, int at, int length) throws IOException {
        int got = super.read(into, at, length);
        if (got < 0) finish();
        return got;
    }

    private void finish() throws IOException {
        try {
            var words = new String(zstd.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int code = zstd.waitFor();
            feeder.join();
            if (unread instanceof JruncException known) throw known;
            if (unread instanceof IOException e) throw e;
            if (code != 0) throw new InvalidImageException(name, "zstd cannot decompress it: " + (words.isEmpty() ? "exit code " + code : words));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override public void close() throws IOException {
        zstd.destroyForcibly();
        try (compressed) {
            super.close();
        }
    }
}
