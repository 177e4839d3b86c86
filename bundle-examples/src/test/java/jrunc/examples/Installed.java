package jrunc.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The jrunc that the build has left in runtime/target, started as an engine would. */
record Installed(Path jrunc, Path scratch) {
    private static final Path BUILT = Path.of("../runtime/target/jrunc").toAbsolutePath().normalize();

    /** How a command ended. */
    record Ended(int exit, String out, String err) {}

    /** {@return the folder that {@code mvn package} makes; without it the test is skipped} */
    static Path folder() {
        assumeTrue(Files.isExecutable(BUILT.resolve("bin/jrunc")), "no " + BUILT + ": made by mvn package, not by mvn test");
        return BUILT;
    }

    /** {@return the built jrunc for running containers, which needs root; without it the test is skipped} */
    static Installed forContainers(Path scratch) throws IOException {
        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assumeTrue(uid == 0, "running containers with these configs needs root");
        return new Installed(folder().resolve("bin/jrunc"), scratch);
    }

    /** Runs a bundle of target to its end, with these lines on its stdin. */
    Ended run(String bundle, String input) throws IOException, InterruptedException {
        var root = scratch.resolve("state").toString();
        var id = "example-" + bundle.replace('/', '-') + "-" + ProcessHandle.current().pid();
        return start(List.of(jrunc.toString(), "--root", root, "run", "--bundle", "target/" + bundle, id), input, process -> {});
    }

    /** Starts any command and waits for its end. */
    Ended start(List<String> command, String input, Consumer<ProcessBuilder> changes) throws IOException, InterruptedException {
        var in = Files.writeString(scratch.resolve("in"), input);
        var out = scratch.resolve("out");
        var err = scratch.resolve("err");
        var process = new ProcessBuilder(command).redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        changes.accept(process);
        int exit = process.start().waitFor();
        return new Ended(exit, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
