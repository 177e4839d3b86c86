package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.OneLine;
import jrunc.linux.Sys;
import jrunc.plan.OutOfMemory;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chain of tapes as a program of its own, for both processors. */
class StandAloneTest {
    /** How a program ended. */
    private record Ended(int exit, byte[] out, String err) {}

    private static Ended run(Arch arch, byte[] program, String... arguments) {
        return run(arch, program, List.of(), arguments);
    }

    /** @param before words that come before the program's, such as a shell that closes descriptors */
    private static Ended run(Arch arch, byte[] program, List<String> before, String... arguments) {
        assumeTrue(arch == Arch.host() || Files.isExecutable(NativeMachine.QEMU), "qemu-aarch64 of the package qemu-user is missing");
        try {
            var file = Files.createTempFile("alone", ".elf", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var err = Files.createTempFile("alone", ".err");
            try {
                Files.write(file, program);
                var words = new ArrayList<>(before);
                if (arch != Arch.host()) words.add(NativeMachine.QEMU.toString());
                words.add(file.toString());
                words.addAll(List.of(arguments));
                var process = new ProcessBuilder(words).redirectError(err.toFile()).start();
                process.getOutputStream().close();
                var out = process.getInputStream().readAllBytes();
                return new Ended(process.waitFor(), out, Files.readString(err));
            } finally {
                Files.delete(file);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] program(Arch arch, Chain chain, Image last, Operand exit) {
        return StandAlone.of(new StandAlone.Whole(arch, chain, last, exit, Collections.nCopies(chain.links().size(), Optional.empty()), List.of(), Optional.empty()));
    }

    private static Image open(Arch arch, String caption, String path) {
        var tape = new Recorder(arch);
        tape.attempt(caption, t -> t.call(Sys.OPENAT, imm(AtFlag.AT_FDCWD), Operand.text(path), imm(0), imm(0)));
        return new Image(tape.finish());
    }

    @ParameterizedTest
    @EnumSource
    void it_exits_with_the_word_that_the_last_tape_leaves_and_later_tapes_know_what_earlier_ones_have_left(Arch arch) {
        var first = new Recorder(arch);
        var left = first.variable(0);
        first.set(left, imm(30));
        var one = new Image(first.finish());
        var second = new Recorder(arch);
        var exit = second.variable(0);
        second.own(Call.Own.ADD, one.left(left), imm(12)).into(exit);
        var two = new Image(second.finish());
        var ended = run(arch, program(arch, new Chain().add(one, 1, Chain.END, false).add(two, Chain.END, Chain.END, true), two, exit));
        assertEquals(42, ended.exit);
        assertEquals("", ended.err);
        assertEquals(0, ended.out.length);
    }

    @ParameterizedTest
    @EnumSource
    void a_failure_is_one_line_with_the_hint_that_the_call_has_for_the_errno(Arch arch) {
        var tape = new Recorder(arch);
        tape.attempt("look for\nnothing \u00e9", t -> t.call(Sys.OPENAT, imm(AtFlag.AT_FDCWD), Operand.text("/missing"), imm(0), imm(0)));
        tape.attempt("never", t -> t.fail(Errno.EIO));
        var image = new Image(tape.finish());
        var ended = run(arch, program(arch, Chain.of(image, true), image, Tape.FAILED_CELL));
        assertEquals(1, ended.exit);
        assertEquals("jrunc: look for\\nnothing \u00e9: ENOENT (No such file or directory)\n", ended.err);
        var hinted = new Recorder(arch);
        hinted.attempt("run the directory", t -> t.call(Sys.EXECVE, Operand.text("/"), Operand.strings(List.of("x")), Operand.strings(List.of())));
        var other = new Image(hinted.finish());
        assertEquals("jrunc: run the directory: EACCES (Permission denied); the file is not executable, or its file system is mounted noexec\n",
                run(arch, program(arch, Chain.of(other, true), other, Tape.FAILED_CELL)).err);
    }

    /** Some of the kernel's own errnos reach programs; they have no name. */
    @ParameterizedTest
    @EnumSource
    void an_errno_without_a_name_is_said_too(Arch arch) {
        for (int errno : new int[] {133, 524, 4000}) {
            var tape = new Recorder(arch);
            tape.attempt("ask", t -> t.own(Call.Own.COMPARE, imm(0), imm(-1), imm(1), imm(errno)));
            var image = new Image(tape.finish());
            assertEquals("jrunc: ask: " + (errno == 4000 ? "an errno without a name" : "errno " + errno) + "\n",
                    run(arch, program(arch, Chain.of(image, true), image, Tape.FAILED_CELL)).err);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_first_tape_that_has_failed_is_spoken_of_though_others_were_played_after_it_and_failed_too(Arch arch) {
        var first = open(arch, "first", "/missing/1");
        var second = open(arch, "second", "/dev/null/2");
        var chain = new Chain().add(first, Chain.END, 1, false).add(second, Chain.END, Chain.END, true);
        assertEquals("jrunc: first: ENOENT (No such file or directory)\n", run(arch, program(arch, chain, second, Tape.FAILED_CELL)).err);
        var good = open(arch, "good", "/");
        var later = open(arch, "later", "/dev/null/2");
        var other = new Chain().add(good, 1, Chain.END, false).add(later, Chain.END, Chain.END, true);
        assertEquals("jrunc: later: ENOTDIR (Not a directory)\n", run(arch, program(arch, other, later, Tape.FAILED_CELL)).err);
    }

    @ParameterizedTest
    @EnumSource
    void what_the_containers_process_has_said_comes_before_the_own_words(Arch arch) {
        assertEquals("jrunc: exec sh: EACCES (Permission denied); the file is not executable, or its file system is mounted noexec\n", told(arch, 2, Errno.EACCES));
        assertEquals("jrunc: mount proc: EACCES (Permission denied)\n", told(arch, 1, Errno.EACCES));
        assertEquals("jrunc: wait for it: ECANCELED (Operation canceled)\n", told(arch, 0, Errno.EACCES));
        assertEquals("jrunc: wait for it: ECANCELED (Operation canceled)\n", told(arch, 3, Errno.EACCES));
        assertEquals("jrunc: wait for it: ECANCELED (Operation canceled)\n", told(arch, -1, Errno.EACCES));
    }

    private static String told(Arch arch, long cell, Errno errno) {
        var tape = new Recorder(arch);
        var answer = tape.block(16);
        tape.attempt("hear it", t -> {
            t.set(answer.word(0), imm(cell));
            t.set(answer.word(1), imm(-errno.number()));
        });
        tape.attempt("wait for it", t -> t.fail(Errno.ECANCELED));
        var image = new Image(tape.finish());
        var inside = new StandAlone.Inside(answer, List.of(new StandAlone.Caption("mount proc", null), new StandAlone.Caption("exec sh", Sys.EXECVE)));
        return run(arch, StandAlone.of(new StandAlone.Whole(arch, Chain.of(image, true), image, Tape.FAILED_CELL, List.of(Optional.of(inside)), List.of(), Optional.empty()))).err;
    }

    @ParameterizedTest
    @EnumSource
    void a_failure_that_has_other_words_is_told_in_those(Arch arch) {
        var image = open(arch, "claim it", "/missing");
        for (var errno : List.of(Errno.ENOENT, Errno.EEXIST)) {
            var instead = List.of(new StandAlone.Instead("claim it", errno, "taken: c1"));
            var program = StandAlone.of(new StandAlone.Whole(arch, Chain.of(image, true), image, Tape.FAILED_CELL, List.of(Optional.empty()), instead, Optional.empty()));
            assertEquals(errno == Errno.ENOENT ? "jrunc: taken: c1\n" : "jrunc: claim it: ENOENT (No such file or directory)\n", run(arch, program).err);
        }
    }

    @ParameterizedTest
    @EnumSource
    void that_memory_ran_out_is_said_as_run_says_it(Arch arch) {
        var events = "low 0\nhigh 0\nmax 12\noom 3\noom_kill %s\noom_group_kill 0\n";
        var usual = "jrunc: wait for it: ECHILD (No child processes)\n";
        assertEquals(usual, hungry(arch, "", "", ""));
        assertEquals(usual, hungry(arch, "4096\n", "4096\n", events.formatted("0")));
        assertEquals(usual, hungry(arch, "4096\n", "4096\n", "oom_kill"));
        for (var peak : List.of("8192\n", "")) {
            assertEquals("jrunc: " + OutOfMemory.words("4096\n", peak, events.formatted("1")).orElseThrow() + "\n", hungry(arch, "4096\n", peak, events.formatted("1")));
        }
        assertEquals("jrunc: " + OutOfMemory.words("max\n", "9\n", events.formatted("20")).orElseThrow() + "\n", hungry(arch, "max\n", "9\n", events.formatted("20")));
    }

    private static String hungry(Arch arch, String max, String peak, String events) {
        var tape = new Recorder(arch);
        var texts = new ArrayList<Block>();
        for (var text : List.of(max, peak, events)) texts.add(tape.block(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 256), null));
        tape.attempt("wait for it", t -> t.fail(Errno.ECHILD));
        var image = new Image(tape.finish());
        var memory = new StandAlone.Memory(texts.get(0), texts.get(1), texts.get(2), OutOfMemory.KILLED, OutOfMemory.pieces());
        return run(arch, StandAlone.of(new StandAlone.Whole(arch, Chain.of(image, true), image, Tape.FAILED_CELL, List.of(Optional.empty()), List.of(), Optional.of(memory)))).err;
    }

    @ParameterizedTest
    @EnumSource
    void an_argument_is_refused_and_nothing_is_played(Arch arch) {
        var tape = new Recorder(arch);
        tape.call(Sys.WRITE, imm(1), Operand.text("played"), imm(6));
        var image = new Image(tape.finish());
        var program = program(arch, Chain.of(image, true), image, Tape.FAILED_CELL);
        assertEquals("played", new String(run(arch, program).out, StandardCharsets.UTF_8));
        var ended = run(arch, program, "--help");
        assertEquals(1, ended.exit);
        assertEquals(0, ended.out.length);
        assertTrue(ended.err.startsWith("jrunc: this program takes no arguments: ") && ended.err.endsWith("\n"), ended.err);
    }

    /** A file that it opens must not become the container's standard output. */
    @ParameterizedTest
    @EnumSource(names = "X86_64")
    void closed_standard_descriptors_are_filled(Arch arch) {
        assumeTrue(arch == Arch.host(), "qemu-user needs its own");
        var tape = new Recorder(arch);
        var opened = tape.variable(-1);
        tape.call(Sys.OPENAT, imm(AtFlag.AT_FDCWD), Operand.text("/"), imm(0), imm(0)).into(opened);
        var image = new Image(tape.finish());
        assertEquals(3, run(arch, program(arch, Chain.of(image, true), image, opened), List.of("sh", "-c", "exec \"$0\" <&- >&-")).exit);
    }

    /** Tapes, and for each in which of the later ones it goes on; 0 is the end. */
    record Links(List<Tape> tapes, List<Integer> well, List<Integer> failed) {
        Chain chain(List<Image> images) {
            var chain = new Chain();
            for (int i = 0; i < images.size(); i++) chain.add(images.get(i), next(i, well.get(i)), next(i, failed.get(i)), true);
            return chain;
        }

        private int next(int i, int step) {
            return step == 0 || i + step >= tapes.size() ? Chain.END : i + step;
        }
    }

    @Provide Arbitrary<Links> chains() {
        return chains(Arch.host());
    }

    @Provide Arbitrary<Links> chainsForAarch64() {
        return chains(Arch.AARCH64);
    }

    private static Arbitrary<Links> chains(Arch arch) {
        var steps = Arbitraries.of(0, 1, 1, 1, 2).list().ofSize(4);
        return Combinators.combine(HarmlessTapes.of(arch).list().ofMinSize(1).ofMaxSize(4), steps, steps).as(Links::new);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE) void the_program_and_the_trap_player_agree(@ForAll("chains") Links links) {
        var images = links.tapes.stream().map(Image::new).toList();
        var expected = TrapPlayer.play(links.chain(images));
        agree(links, expected);
    }

    /** Who plays the tapes one by one in Java is the oracle: none looks into another. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE) void the_program_of_aarch64_and_the_java_player_agree(@ForAll("chainsForAarch64") Links links) {
        assumeTrue(Arch.host() == Arch.AARCH64 || Files.exists(NativeMachine.QEMU), "qemu-aarch64 of the package qemu-user is missing");
        agree(links, null);
    }

    private static void agree(Links links, List<Playback> expected) {
        var writing = new ArrayList<>(links.tapes);
        byte[] program = null;
        for (int i = 0; i < writing.size(); i++) writing.set(i, dumping(writing.get(i), 0, 0));
        for (int pass = 0; pass < 2; pass++) { // before the first nobody knows the addresses
            var images = writing.stream().map(Image::new).toList();
            var chain = links.chain(images);
            program = program(writing.getFirst().arch(), chain, images.getFirst(), Tape.FAILED_CELL);
            for (int i = 0; i < images.size(); i++) writing.set(i, dumping(links.tapes.get(i), images.get(i).address(Tape.REPORT_FD), images.get(i).slotsSize()));
        }
        var ended = run(writing.getFirst().arch(), program);
        var left = ByteBuffer.wrap(ended.out);
        int at = 0;
        String words = "";
        for (int i = 0; i != Chain.END; ) {
            var tape = links.tapes.get(i);
            var image = new Image(tape);
            var slots = new byte[image.slotsSize()];
            left.get(slots);
            at += slots.length;
            var java = JavaPlayer.play(tape);
            assertEquals(java, JavaPlayer.of(tape, new Playback(image, slots)));
            if (expected != null) assertEquals(java, JavaPlayer.of(tape, expected.get(i)));
            boolean failed = java.report().isFailure();
            if (failed && words.isEmpty()) words = "jrunc: " + OneLine.of(tape.words(java.report())) + "\n";
            i = failed ? links.next(i, links.failed.get(i)) : links.next(i, links.well.get(i));
        }
        assertEquals(ended.out.length, at);
        assertEquals(words, ended.err);
        assertEquals(words.isEmpty() ? 0 : 1, ended.exit);
    }

    private static Tape dumping(Tape tape, long address, long size) {
        var cells = new ArrayList<Cell>();
        for (var cell : tape.cells()) {
            cells.add(!cell.attempt().equals("dump") ? cell : new Cell(new Call.Kernel(Sys.WRITE), Arrays.asList(imm(1), imm(address), imm(size)), cell.result(), null, 0, List.of(),
                    true, 1, "", "dump"));
        }
        return new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
    }
}
