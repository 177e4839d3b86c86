package jrunc.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import jrunc.plan.FrontServed;

/**
 * The {@code jrunc serve} of this bench. While a contender has its turn that shall not be served, the socket has another name, and what the
 * server keeps for fronts has rights that they do not trust: it stays as warm as it is, and nobody finds it.
 */
final class Server {
    /** Where jrunc looks for it. */
    static final Path SOCKET = Path.of(FrontServed.SERVER);
    private static final Path HIDDEN = Path.of(FrontServed.SERVER + ".hidden-by-the-bench");
    private static final Path FORMS = Path.of(FrontServed.FORMS);
    private static final int PATIENCE_MS = 10_000;

    private final Process process;
    private final Path words;

    private Server(Process process, Path words) {
        this.process = process;
        this.words = words;
    }

    /** Starts one, and waits until it listens. Its words go to this file. */
    static Server start(Path jrunc, Path words) throws IOException, InterruptedException {
        var process = new ProcessBuilder(jrunc.toString(), "serve").redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true).redirectOutput(words.toFile()).start();
        var server = new Server(process, words);
        for (int waited = 0; !Files.exists(SOCKET); waited++) {
            if (waited == PATIENCE_MS || !process.isAlive()) {
                server.end();
                throw new IllegalStateException("jrunc serve does not listen at " + SOCKET + ": " + Files.readString(words).strip());
            }
            Thread.sleep(1);
        }
        return server;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Makes sure that the last turn was really served: without a server jrunc does all by itself, and says nothing. */
    void requireAlive() {
        if (!isAlive()) throw new IllegalStateException("jrunc serve has ended with " + process.exitValue());
    }

    /** Lets jrunc find it, or not. */
    void show(boolean shown) throws IOException {
        if (shown && Files.exists(HIDDEN)) Files.move(HIDDEN, SOCKET);
        if (!shown && Files.exists(SOCKET)) Files.move(SOCKET, HIDDEN);
        // Where others than root may write no front takes anything from; the server still does what it has begun.
        if (Files.exists(FORMS)) Files.setPosixFilePermissions(FORMS, PosixFilePermissions.fromString(shown ? "rwx------" : "rwx-w----"));
    }

    /** {@return a number of smaps_rollup, the sum for the server and what it has started} */
    double kib(String name) throws IOException {
        double sum = 0;
        var all = java.util.stream.Stream.concat(java.util.stream.Stream.of(process.toHandle()), process.descendants()).toList();
        for (var one : all) sum += MemoryScenario.kib(Files.readString(Path.of("/proc", Long.toString(one.pid()), "smaps_rollup")), name);
        return sum;
    }

    /** Ends it; {@return what it says of itself then: how many commands it has served, and how many not} */
    String end() throws IOException, InterruptedException {
        show(true);
        var children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) process.destroyForcibly().waitFor();
        for (var child : children) child.destroy();
        Files.deleteIfExists(SOCKET);
        return Files.readString(words).strip();
    }
}
