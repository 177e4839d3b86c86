package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Real tools, to make archives and to look at trees. */
final class Shell {
    /** All that can be told apart of the files below a directory, in the order of their names. */
    private static final String LOOK = """
            find . -mindepth 1 ! -type d -printf '%P|%y|%m|%U|%G|%T@|%s|%l|%n\\n' | sort
            find . -mindepth 1 -type d -printf '%P|%y|%m|%U|%G|%T@\\n' | sort
            find . \\( -type b -o -type c \\) -exec stat -c '%n %t:%T' {} + | sort
            find . -type f -exec sha256sum {} + | sort
            find . -mindepth 1 -print0 | sort -z | xargs -0 -r getfattr -h -d -m - -e hex --absolute-names
            """;

    private Shell() {}

    static boolean isRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    /** {@return what bash says to {@code script}, run in {@code directory}; it must succeed} */
    static String run(Path directory, String script) throws IOException, InterruptedException {
        var output = Files.createTempFile("shell", ".out");
        try {
            var builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script).directory(directory.toFile());
            var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            if (!ended) process.destroyForcibly();
            var said = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
            assertEquals(true, ended, () -> script + " hangs: " + said);
            assertEquals(0, process.exitValue(), () -> script + ": " + said);
            return said;
        } finally {
            Files.delete(output);
        }
    }

    static String look(Path tree) throws IOException, InterruptedException {
        return run(tree, LOOK);
    }

    static Blob blob(Path file) {
        return new Blob() {
            @Override public String name() {
                return file.getFileName().toString();
            }

            @Override public java.io.InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}
