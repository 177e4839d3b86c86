package jrunc.build;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs jrunc's commands once while it is built, so that the image knows beforehand what they load. */
final class Training {
    private static final String REHEARSAL = "jrunc/jrunc.cli.Rehearsal";
    private final String modulePath;
    private final Path scratch;

    /** {@code scratch} is an empty folder for whatever the commands read and write. */
    Training(String modulePath, Path scratch) {
        this.modulePath = modulePath;
        this.scratch = scratch;
    }

    /**
     * {@return a file with a line for each shape of method handle that the commands ask for, as jlink's
     * {@code --generate-jli-classes} reads it}
     */
    Path methodHandleShapes() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var traced = scratch.resolve("traced");
        play(List.of(java.toString(), "-Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true", "--enable-native-access=jrunc",
                "-p", modulePath, "-m", REHEARSAL), traced);
        var shapes = scratch.resolve("shapes");
        try (var lines = Files.lines(traced, StandardCharsets.ISO_8859_1)) {
            Files.write(shapes, lines.filter(line -> line.startsWith("[LF_RESOLVE]") || line.startsWith("[SPECIES_RESOLVE]")).toList());
        }
        return shapes;
    }

    /** Writes the AOT cache into the image; its launcher must still be where the JDK has it, as the JVM starts a second one by itself. */
    void fill(Path image) throws IOException, InterruptedException {
        var cache = image.resolve("lib/jrunc.aot");
        var command = new ArrayList<String>();
        command.add(image.resolve("bin/java").toString());
        command.addAll(JvmFlags.with("-XX:AOTCacheOutput=" + cache, REHEARSAL));
        var said = scratch.resolve("said");
        play(command, said);
        if (!Files.exists(cache)) throw new IllegalStateException("fill the AOT cache: no " + cache + ": " + Files.readString(said));
    }

    private void play(List<String> java, Path output) throws IOException, InterruptedException {
        var command = new ArrayList<>(java);
        command.add(scratch.toString());
        var started = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        started.environment().keySet().removeIf(name -> name.startsWith("JAVA_") || name.startsWith("JDK_") || name.startsWith("_JAVA_") || name.equals("CLASSPATH"));
        int exit = started.start().waitFor();
        if (exit != 0) throw new IllegalStateException("train " + command + ": exit " + exit + ": " + Files.readString(output));
    }
}
