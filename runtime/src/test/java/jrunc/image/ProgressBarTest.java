package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressBarTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private long now;

    @Test void it_says_how_far_it_is_and_leaves_a_line_for_each_blob() {
        var bar = new ProgressBar(screen, () -> now);
        bar.begin("127.0.0.1:5000/app:1", 2, 100 << 20);
        now += 2_000_000_000L;
        bar.advance(50 << 20);
        bar.advance(1);                 // too soon to draw again
        var blob = Digest.of(new byte[0]);
        bar.done(blob, 50 << 20);
        bar.end();
        var erase = "\r\u001b[K";
        assertEquals(erase + "127.0.0.1:5000/app:1  [>                             ]  0%  0 B of 100.0 MiB"
                + erase + "127.0.0.1:5000/app:1  [===============>              ]  50%  50.0 MiB of 100.0 MiB  25.0 MiB/s"
                + erase + "e3b0c44298fc  50.0 MiB\n"
                + erase + "127.0.0.1:5000/app:1  [===============>              ]  50%  50.0 MiB of 100.0 MiB  25.0 MiB/s"
                + erase, screen.toString(StandardCharsets.UTF_8));
    }

    @Test void its_line_fits_a_terminal() {
        var bar = new ProgressBar(screen, () -> now);
        bar.begin("images.test:5000/a/very/long/name/of/an/image:with-a-tag", 2, Long.MAX_VALUE);
        now += 1_000_000_000L;
        bar.advance(Long.MAX_VALUE);
        for (var line : screen.toString(StandardCharsets.UTF_8).split("\r\u001b\\[K")) assertTrue(line.length() < 110, line);
    }

    @Test void sizes_have_the_unit_that_fits() {
        assertEquals("0 B", ProgressBar.size(0));
        assertEquals("1023 B", ProgressBar.size(1023));
        assertEquals("1.0 KiB", ProgressBar.size(1024));
        assertEquals("1.9 MiB", ProgressBar.size((2 << 20) - 1));
        assertEquals("8388607.9 TiB", ProgressBar.size(Long.MAX_VALUE));
    }

    @Test void a_file_or_a_pipe_is_no_terminal(@TempDir Path directory) throws IOException {
        var link = Files.createSymbolicLink(directory.resolve("2"), Path.of("/dev/pts/7"));
        assertTrue(ProgressBar.isTerminal(link.toString()));
        assertFalse(ProgressBar.isTerminal(Files.createSymbolicLink(directory.resolve("3"), Path.of("/dev/null")).toString()));
        assertFalse(ProgressBar.isTerminal(Files.createSymbolicLink(directory.resolve("4"), Path.of("pipe:[1]")).toString()));
        assertFalse(ProgressBar.isTerminal(directory.resolve("missing").toString()));
        if (!ProgressBar.isTerminal("/proc/self/fd/2")) assertSame(Progress.SILENT, ProgressBar.on(screen));
    }
}
