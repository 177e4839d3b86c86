package jrunc.build;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jrunc.linux.Arch;
import jrunc.machine.Elf;
import jrunc.tape.Recorder;

/**
 * Runs jrunc's commands once while it is built, so that the image knows beforehand what they load. As root a container that
 * does nothing comes and goes; as another user the commands fail early, and the cache holds less.
 */
final class Training {
    private static final String REHEARSAL = "jrunc/jrunc.cli.Rehearsal";
    private static final String COMMANDS = "commands";
    private static final String BUNDLE = "bundle";
    /** What the JVM reads when it records for an AOT cache, and never else. */
    private static final String SHAPES = "lib/classlist";
    private static final int PATIENCE_SECONDS = 120;
    private final Path scratch;

    /**
     * Makes the bundle and the image that the commands are tried with.
     *
     * @param configs a folder with its config.json, limits.json for update, process.json for exec, and engine.json, a config with what engines ask
     *     for, which is only explained
     * @param scratch an empty folder for all that the commands read and write
     */
    Training(Path configs, Path scratch) throws IOException {
        this.scratch = scratch;
        for (var file : List.of("config.json", "limits.json", "process.json")) Files.copy(configs.resolve(file), scratch.resolve(file));
        Files.createDirectories(scratch.resolve("engine/rootfs"));
        Files.copy(configs.resolve("engine.json"), scratch.resolve("engine/config.json"));
        for (var folder : List.of("bin", "dev", "proc", "sys")) Files.createDirectories(scratch.resolve("rootfs").resolve(folder));
        var program = scratch.resolve("rootfs/bin/true");
        Files.write(program, Elf.of(new Recorder(Arch.host()).finish()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        RehearsalImage.write(scratch.resolve("image"));
    }

    /**
     * Writes the AOT caches into the image, that of most commands and that of {@code bundle}; its launcher must still be where the JDK has it, as
     * the JVM starts a second one by itself.
     */
    void fill(Path image) throws IOException, InterruptedException {
        var shapes = image.resolve(SHAPES);
        var usual = Files.readAllBytes(shapes);
        fill(image, JvmFlags.CACHE, COMMANDS, JvmFlags.with("-XX:AOTCacheOutput=" + image + JvmFlags.CACHE, REHEARSAL));
        Files.write(shapes, usual);
        fill(image, JvmFlags.THOROUGH_CACHE, BUNDLE, JvmFlags.thorough("-XX:AOTCacheOutput=" + image + JvmFlags.THOROUGH_CACHE, REHEARSAL));
        Files.delete(shapes);
    }

    private void fill(Path image, String cache, String part, List<String> flags) throws IOException, InterruptedException {
        nameMethodHandleShapes(image, part);
        var said = scratch.resolve("said");
        play(image, flags, part, said);
        if (!Files.exists(Path.of(image + cache))) throw new IllegalStateException("fill the AOT cache: no " + image + cache + ": " + Files.readString(said));
    }

    /**
     * Names the shapes of method handles that the commands ask for, in the list from which the AOT cache takes them: without
     * it each would be generated as bytecode at each start.
     */
    private void nameMethodHandleShapes(Path image, String part) throws IOException, InterruptedException {
        var traced = scratch.resolve("traced");
        play(image, List.of("-Xshare:off", "-Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true", "--enable-native-access=jrunc", "-m", REHEARSAL), part, traced);
        List<String> shapes;
        try (var lines = Files.lines(traced, StandardCharsets.ISO_8859_1)) {
            shapes = lines.filter(line -> line.startsWith("[LF_RESOLVE]") || line.startsWith("[SPECIES_RESOLVE]"))
                    .map(line -> "@lambda-form-invoker " + line.replaceFirst(" \\(\\w+\\)$", "")).distinct().toList();
        }
        Files.write(image.resolve(SHAPES), shapes, StandardOpenOption.APPEND);
    }

    /** Behind a front of its own, for what the front does the JVM need not learn. */
    private void play(Path image, List<String> flags, String part, Path output) throws IOException, InterruptedException {
        var front = image.resolve("bin/rehearsal");
        Fronts.write(front, "bin/java", flags);
        var command = List.of(front.toString(), scratch.toString(), part);
        var started = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        var process = started.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException("train " + command + ": not done after " + PATIENCE_SECONDS + " seconds: " + Files.readString(output));
        }
        if (process.exitValue() != 0) throw new IllegalStateException("train " + command + ": exit " + process.exitValue() + ": " + Files.readString(output));
        Files.delete(front);
    }
}
