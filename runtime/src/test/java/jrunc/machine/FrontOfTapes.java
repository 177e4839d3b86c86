package jrunc.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.kernel.FrontLine;
import jrunc.lifecycle.CarriedTape;
import jrunc.linux.Arch;
import jrunc.tape.Image;
import jrunc.tape.Tape;

/** Plays a tape twice by a front whose JVM is a shell script: what a tape leaves must not show in the next. */
final class FrontOfTapes {
    private static final String SCRIPT = """
            #!/bin/sh
            cat "$1" >&4
            head -c "$2" <&3 >/dev/null
            cat "$1" >&4
            head -c "$2" <&3
            exit 42
            """;

    private FrontOfTapes() {}

    /** {@return the slots and blocks that it leaves} */
    static Playback play(Tape tape) {
        var image = new Image(tape);
        image.at(FrontMachine.TAPE_ADDRESS, FrontMachine.TAPE_ADDRESS + image.tapeSize());
        try {
            var folder = Files.createTempDirectory("front");
            try {
                var request = Files.write(folder.resolve("request"), request(image));
                return new Playback(image, answer(tape.arch(), folder, List.of(request.toString(), Integer.toString(image.slotsSize()))));
            } finally {
                for (var file : List.of("request", "lib/java", "lib", "bin/jrunc", "bin", "")) Files.deleteIfExists(folder.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] request(Image image) {
        return ByteBuffer.allocate(FrontLine.REQUEST + image.tapeSize() + image.slotsSize()).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(image.tapeSize() + image.slotsSize()).putLong(image.tapeSize()).putLong(0).put(image.tapeBytes()).put(image.slotBytes()).array();
    }

    private static byte[] answer(Arch arch, Path folder, List<String> arguments) throws IOException, InterruptedException {
        executable(folder.resolve("lib/java"), SCRIPT.getBytes());
        var front = executable(folder.resolve("bin/jrunc"), Front.of(arch, new Front.Becoming(Front.FOLDER + "/lib/java", List.of(), List.of(), List.of()), new CarriedTape(arch)));
        var command = new ArrayList<String>(arch == Arch.host() ? List.of() : List.of(NativeMachine.QEMU.toString()));
        command.add(front.toString());
        command.addAll(arguments);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var answer = process.getInputStream().readAllBytes();
        int exit = process.waitFor();
        if (exit != 42) throw new AssertionError("exit " + exit + ": " + Arrays.toString(answer));
        return answer;
    }

    private static Path executable(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
