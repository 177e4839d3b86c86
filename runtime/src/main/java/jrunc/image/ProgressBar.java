package jrunc.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * One line at the bottom of a terminal that says how far a pull is, and above it one for each blob that is done:
 * <pre>
 * e3b0c44298fc  27.3 MiB
 * 127.0.0.1:5000/app:1  [============>                 ]  43%  51.9 of 120.4 MiB  8.3 MiB/s
 * </pre>
 * It prints nothing that comes from the registry but numbers and digests.
 */
public final class ProgressBar implements Progress {
    private static final String ERASE_LINE = "\r\u001b[K";
    private static final long STEP_NANOSECONDS = 100_000_000;
    private static final int WIDTH = 30;
    private static final int SHOWN_NAME = 24;
    private static final long KIB = 1024;

    private final OutputStream terminal;
    private final LongSupplier clock;
    private String image = "";
    private long all;
    private long here;
    private long started;
    private long fetched;
    private long drawn;

    /** @param clock nanoseconds since some time */
    ProgressBar(OutputStream terminal, LongSupplier clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /** {@return a bar on {@code stderr} if that is a terminal, else what says nothing} */
    public static Progress on(OutputStream stderr) {
        return isTerminal("/proc/self/fd/2") ? new ProgressBar(stderr, System::nanoTime) : Progress.SILENT;
    }

    /** A terminal by the name of its file: asking the terminal itself would cost a native call, which costs more than all of this. */
    static boolean isTerminal(String descriptor) {
        try {
            var file = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void begin(String image, int blobs, long bytes) {
        this.image = image.length() <= SHOWN_NAME ? image : "..." + image.substring(image.length() - SHOWN_NAME + 3);
        all = bytes;
        started = clock.getAsLong();
        draw(started);
    }

    @Override
    public synchronized void advance(long bytes) {
        here += bytes;
        fetched += Math.max(0, bytes);
        long now = clock.getAsLong();
        if (now - drawn >= STEP_NANOSECONDS) draw(now);
    }

    @Override
    public synchronized void done(Digest blob, long size) {
        write(ERASE_LINE + blob.hex().substring(0, 12) + "  " + size(size) + '\n');
        draw(clock.getAsLong());
    }

    @Override
    public synchronized void end() {
        write(ERASE_LINE);
    }

    private void draw(long now) {
        drawn = now;
        long percent = all == 0 ? 100 : Math.clamp((long) (100.0 * here / all), 0, 100);
        int full = (int) (percent * WIDTH / 100);
        long milliseconds = (now - started) / 1_000_000;
        var line = new StringBuilder(ERASE_LINE).append(image).append("  [").repeat('=', full).append(full < WIDTH ? ">" : "")
                .repeat(' ', Math.max(0, WIDTH - full - 1)).append("]  ").append(percent).append("%  ").append(size(here)).append(" of ").append(size(all));
        if (milliseconds > 500) line.append("  ").append(size(fetched * 1000 / milliseconds)).append("/s");
        write(line.toString());
    }

    /** {@return so many bytes in the unit that fits, with one decimal: {@code 8.3 MiB}} */
    static String size(long bytes) {
        var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long scale = 1;
        while (unit < units.length - 1 && bytes >= scale * KIB) {
            unit++;
            scale *= KIB;
        }
        if (unit == 0) return bytes + " B";
        return bytes / scale + "." + bytes % scale * 10 / scale + ' ' + units[unit];
    }

    private void write(String text) {
        try {
            terminal.write(text.getBytes(StandardCharsets.UTF_8));
            terminal.flush();
        } catch (IOException e) {
            // whoever looked at it has gone; the pull goes on
        }
    }
}
