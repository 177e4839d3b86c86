package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import jrunc.linux.Arch;
import jrunc.linux.CloneFlag;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class SpringboardTest {
    private static final int CLD_EXITED = 1;
    private static final int CLD_KILLED = 2;

    /** A tape that clones a child, waits for it, and keeps how it ended. */
    private record Launch(Tape tape, Block siginfo, Operand.Word pid) {
        static Launch of(java.util.function.Consumer<Recorder> child) {
            var recorder = new Recorder(Arch.host());
            var pidfd = recorder.block(8);
            var siginfo = recorder.block(128);
            var pid = recorder.variable(0);
            var args = Operand.words(imm(CloneFlag.CLONE_PIDFD.value()), pidfd.address(), imm(0), imm(0), imm(17),
                    imm(0), imm(0), imm(0), imm(0), imm(0), imm(0));
            recorder.attempt("clone a child", r -> r.call(Sys.CLONE3, args, imm(88)).into(pid).on(0, child));
            recorder.call(Sys.WAITID, imm(3), pidfd.word(0), siginfo.address(), imm(4), Operand.NULL);
            recorder.call(Sys.CLOSE, pidfd.word(0));
            return new Launch(recorder.finish(), siginfo, pid);
        }

        Playback play() {
            var playback = TrapPlayer.play(tape);
            assertEquals(new Report(0, 0), playback.report());
            assertTrue(playback.value(pid) > 1);
            return playback;
        }

        int code(Playback playback) {
            return (int) playback.value(siginfo.word(1));
        }

        int status(Playback playback) {
            return (int) playback.value(siginfo.word(3));
        }
    }

    private static void exec(Recorder child, String... argv) {
        child.call(Sys.EXECVE, Operand.text(argv[0]), Operand.strings(List.of(argv)), Operand.strings(List.of("A=b")));
    }

    private static List<String> descriptors() {
        var names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? List.of() : java.util.Arrays.stream(names).sorted().toList();
    }

    @Test void five_hundred_children_are_launched_while_another_thread_makes_garbage() throws InterruptedException {
        var launch = Launch.of(child -> exec(child, "/bin/true"));
        launch.play();
        var stop = new AtomicBoolean();
        var garbage = Thread.ofPlatform().start(() -> {
            var kept = new byte[64][];
            for (int i = 0; !stop.get(); i++) kept[i % kept.length] = new byte[200_000];
        });
        int before = descriptors().size();
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int i = 0; i < 500; i++) {
                var playback = launch.play();
                assertEquals(CLD_EXITED, launch.code(playback));
                assertEquals(0, launch.status(playback));
            }
        });
        assertEquals(before, descriptors().size());
        stop.set(true);
        garbage.join();
    }

    @Test void a_child_that_fails_ends_with_1_and_leaves_the_parents_report_alone() {
        var launch = Launch.of(child -> exec(child, "/no/such/program"));
        var playback = launch.play();
        assertEquals(CLD_EXITED, launch.code(playback));
        assertEquals(1, launch.status(playback));
    }

    @Test void a_child_that_fails_writes_its_report_to_its_own_report_descriptor() {
        var recorder = new Recorder(Arch.host());
        var pipe = recorder.block(8);
        var report = recorder.block(Report.SIZE);
        recorder.call(Sys.PIPE2, pipe.address(), imm(0x80000));
        var reader = recorder.own(jrunc.tape.Call.Own.BITS, pipe.word(0), imm(0), imm(0xFFFFFFFFL));
        var writer = recorder.own(jrunc.tape.Call.Own.BITS, pipe.word(0), imm(32), imm(0xFFFFFFFFL));
        var args = Operand.words(imm(0), imm(0), imm(0), imm(0), imm(17), imm(0), imm(0), imm(0));
        var pid = recorder.variable(0);
        recorder.call(Sys.CLONE3, args, imm(64)).into(pid).on(0, child -> {
            child.set(Tape.REPORT_FD, writer);
            child.attempt("open a file", c -> c.call(Sys.OPENAT, imm(-100), Operand.text("/missing"), imm(0), imm(0)));
        });
        recorder.call(Sys.READ, reader, report.address(), imm(Report.SIZE));
        recorder.call(Sys.WAIT4, pid, Operand.NULL, imm(0), Operand.NULL);
        recorder.call(Sys.CLOSE, reader);
        recorder.call(Sys.CLOSE, writer);
        var tape = recorder.finish();
        var playback = TrapPlayer.play(tape);
        assertEquals(new Report(0, 0), playback.report());
        var said = new Report(playback.value(report.word(0)), playback.value(report.word(1)));
        assertEquals("open a file: ENOENT (No such file or directory)", tape.words(said));
    }

    @Test void a_child_that_is_killed_does_not_hold_the_JVM() {
        var launch = Launch.of(child -> {
            var self = child.call(Sys.GETPID);
            child.call(Sys.KILL, self, imm(9));
        });
        var playback = launch.play();
        assertEquals(CLD_KILLED, launch.code(playback));
        assertEquals(9, launch.status(playback));
    }

    @Test void all_signals_are_blocked_in_the_child_and_none_has_a_handler_of_the_JVM() throws Exception {
        var out = Files.createTempFile("status", "");
        try {
            var launch = Launch.of(child -> {
                var file = child.call(Sys.OPENAT, imm(-100), Operand.text(out.toString()), imm(1), imm(0));
                child.call(Sys.DUP3, file, imm(1), imm(0));
                exec(child, "/bin/cat", "/proc/self/status");
            });
            assertEquals(0, launch.status(launch.play()));
            var status = Files.readString(out, StandardCharsets.UTF_8);
            assertTrue(status.contains("SigBlk:\tfffffffffffbfeff"), status);
            assertTrue(status.contains("SigCgt:\t0000000000000000"), status);
        } finally {
            Files.delete(out);
        }
        assertTrue(Files.readString(Path.of("/proc/thread-self/status")).contains("SigBlk:\t0000000000000"));
    }

    @Test void a_clone_that_the_kernel_refuses_is_a_failed_cell() {
        var recorder = new Recorder(Arch.host());
        var args = Operand.words(imm(0xFFFFFF00L), imm(0), imm(0), imm(0), imm(17), imm(0), imm(0), imm(0));
        recorder.attempt("clone a child", r -> r.call(Sys.CLONE3, args, imm(64)).on(0, child -> exec(child, "/bin/true")));
        var tape = recorder.finish();
        assertEquals("clone a child: EINVAL (Invalid argument)", tape.words(TrapPlayer.play(tape).report()));
    }

    @Test void a_struct_that_is_too_short_or_too_long_is_refused_as_the_kernel_does() {
        try (var springboard = new Springboard()) {
            assertEquals(-Errno.EINVAL.number(), springboard.launch(0, 0, 0, 63));
            assertEquals(-Errno.E2BIG.number(), springboard.launch(0, 0, 0, 4097));
        }
    }

    @Test void a_child_may_clone_a_child_of_its_own() {
        var launch = Launch.of(child -> {
            var grandchild = child.variable(0);
            var info = child.block(128);
            var args = Operand.words(imm(0), imm(0), imm(0), imm(0), imm(17), imm(0), imm(0), imm(0));
            child.call(Sys.CLONE3, args, imm(64)).into(grandchild).on(0, c -> c.call(Sys.EXIT_GROUP, imm(5)));
            child.call(Sys.WAITID, imm(1), grandchild, info.address(), imm(4), Operand.NULL);
            child.call(Sys.EXIT_GROUP, info.word(3));
        });
        var playback = launch.play();
        assertEquals(5, launch.status(playback));
    }
}
