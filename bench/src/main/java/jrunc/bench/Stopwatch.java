package jrunc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import jrunc.machine.Elf;
import jrunc.tape.Tape;

/**
 * Runs commands and takes their time, from just before their process is made to just after it was waited for. A JVM that starts a
 * process adds a millisecond of its own and the noise of its threads; so it is not the JVM but a static program, made of a
 * {@link Course}, that does it and writes down what its clock said.
 */
final class Stopwatch {
    private final Path scratch;
    private final Path program;
    private final Path result;
    private final File nothing;
    private final File out;
    private final File said;

    /**
     * One command.
     *
     * @param milliseconds from before its process is made to after it is waited for
     * @param peak         the most memory resident in it or a child that it has waited for, in KiB; 0 may be a hundred or two, for the kernel
     *                     counts in steps
     */
    record Lap(double milliseconds, long peak) {}

    /** Keeps its files in this folder. */
    Stopwatch(Path scratch) throws IOException {
        this.scratch = scratch;
        program = scratch.resolve("stopwatch");
        result = scratch.resolve("laps");
        nothing = Files.createFile(scratch.resolve("nothing")).toFile();
        out = scratch.resolve("out").toFile();
        said = scratch.resolve("said").toFile();
    }

    /** {@return how the one command went} */
    Lap time(List<String> command) throws IOException, InterruptedException {
        return laps(List.of(new Course.Step.Run(command))).getFirst();
    }

    /** {@return a lap for each command among the steps} */
    List<Lap> laps(List<Course.Step> steps) throws IOException, InterruptedException {
        var laps = play(Course.laps(steps, result));
        return laps.subList(0, laps.size() - 1);
    }

    /** {@return the most memory resident in any process that was waited for while taking the steps, in KiB} */
    long peak(List<Course.Step> steps) throws IOException, InterruptedException {
        return play(Course.laps(steps, result)).getLast().peak;
    }

    /** {@return how long it took to take all rows at once, in milliseconds} */
    double together(List<List<Course.Step>> rows) throws IOException, InterruptedException {
        return play(Course.together(rows, result)).getFirst().milliseconds;
    }

    /** {@return what the last commands wrote to stdout} */
    byte[] out() throws IOException {
        return Files.readAllBytes(out.toPath());
    }

    /**
     * Runs a command whose time does not matter.
     *
     * @return what it wrote to stdout and stderr
     */
    String output(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectInput(nothing).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return text;
    }

    private List<Lap> play(Tape tape) throws IOException, InterruptedException {
        Files.deleteIfExists(result);
        write(program, Elf.of(tape));
        int exit = new ProcessBuilder(program.toString()).directory(scratch.toFile()).redirectInput(nothing).redirectOutput(out).redirectError(said)
                .start().waitFor();
        if (exit != 0 || !Files.exists(result)) throw new IllegalStateException("a command failed: " + lastOf(Files.readString(said.toPath()).strip()));
        return read(Files.readAllBytes(result));
    }

    private static String lastOf(String text) {
        return text.isEmpty() ? "and said nothing" : text.length() > 1000 ? text.substring(text.length() - 1000) : text;
    }

    /** Writes a program that can be run. */
    static void write(Path file, byte[] elf) throws IOException {
        Files.write(file, elf);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** {@return the laps in what a {@link Course} has written} */
    static List<Lap> read(byte[] bytes) {
        var words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        var laps = new ArrayList<Lap>();
        for (int at = 0; at < words.limit(); at += Course.LAP) {
            double begun = words.get(at) * 1e3 + words.get(at + 1) / 1e6;
            double ended = words.get(at + 2) * 1e3 + words.get(at + 3) / 1e6;
            laps.add(new Lap(ended - begun, words.get(at + Course.PEAK)));
        }
        return laps;
    }
}
