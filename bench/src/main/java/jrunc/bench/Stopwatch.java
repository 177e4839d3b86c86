package jrunc.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts commands and waits for them: the same way, with the same cost, for all that is compared. */
final class Stopwatch {
    private static final File DEV_NULL = new File("/dev/null");
    private final Path scratch;

    /** Keeps what a command says on stderr in this folder. */
    Stopwatch(Path scratch) {
        this.scratch = scratch;
    }

    /** {@return how long the command took, in milliseconds, from before its process was made to after it was waited for} */
    double time(List<String> command) throws IOException, InterruptedException {
        var said = scratch.resolve("stderr").toFile();
        var process = new ProcessBuilder(command).redirectInput(DEV_NULL).redirectOutput(Redirect.DISCARD).redirectError(said);
        long start = System.nanoTime();
        int exit = process.start().waitFor();
        long end = System.nanoTime();
        if (exit != 0) throw new IllegalStateException(String.join(" ", command) + ": exit " + exit + ": " + Files.readString(said.toPath()));
        return (end - start) / 1e6;
    }

    /** {@return what the command prints} */
    String output(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectInput(DEV_NULL).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return text;
    }
}
