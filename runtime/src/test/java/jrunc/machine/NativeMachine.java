package jrunc.machine;

import static jrunc.tape.Operand.imm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/** Plays a tape as the program that it is made for; an aarch64 program on x86-64 under {@code qemu-aarch64}. */
final class NativeMachine {
    static final Path QEMU = Path.of("/usr/bin/qemu-aarch64");

    private NativeMachine() {}

    /** What a program left: its exit status and what it wrote to its standard output. */
    record Ended(int status, byte[] output) {}

    /** {@return how the program of this tape ended} */
    static Ended run(Tape tape) {
        try {
            var file = Files.createTempFile("tape", ".elf",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                Files.write(file, Elf.of(tape));
                var command = tape.arch() == Arch.host() ? List.of(file.toString()) : List.of(QEMU.toString(), file.toString());
                var process = new ProcessBuilder(command).redirectErrorStream(true).start();
                process.getOutputStream().close();
                return new Ended(waited(process), process.getInputStream().readAllBytes());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int waited(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the slots and blocks that this tape leaves; each of its ENDs must follow a cell made by {@link #dump}} */
    static Playback play(Tape tape) {
        var image = new Image(tape);
        var ended = run(dumping(tape, 1, Elf.slotsAddress(image), image.slotsSize()));
        if (ended.output.length != image.slotsSize())
            throw new AssertionError("exit " + ended.status + ", " + new String(ended.output));
        return new Playback(image, ended.output);
    }

    /** {@return a cell that does nothing, in whose place the machine writes its slots to its standard output} */
    static Cell dump(Operand.Word unused) {
        return new Cell(Call.Own.ADD, List.of(imm(0), imm(0), imm(0)), unused, null, 0, List.of(), true, 1, "", "dump");
    }

    private static Tape dumping(Tape tape, long fd, long address, long size) {
        var cells = new ArrayList<Cell>();
        for (var cell : tape.cells()) cells.add(cell.attempt().equals("dump") ? writing(cell, imm(fd), imm(address), imm(size)) : cell);
        return new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
    }

    private static Cell writing(Cell cell, Operand... operands) {
        return new Cell(new Call.Kernel(Sys.WRITE), Arrays.asList(operands), cell.result(), null, 0, List.of(), true, 1, "", "dump");
    }
}
