package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.CloneFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import org.junit.jupiter.api.Test;

class TrapPlayerTest {
    private static final int SIGCHLD = 17;

    @Test void results_are_kept_for_later_cells() {
        var recorder = new Recorder(Arch.host());
        var pid = recorder.call(Sys.GETPID);
        var kept = recorder.variable(0);
        recorder.set(kept, pid);
        var playback = TrapPlayer.play(recorder.finish());
        assertEquals(new Report(0, 0), playback.report());
        assertEquals(ProcessHandle.current().pid(), playback.value(kept));
    }

    @Test void a_child_leaps_off_and_execs() {
        var recorder = new Recorder(Arch.host());
        var pidfd = recorder.block(8);
        var siginfo = recorder.block(128);
        var nowhere = recorder.variable(0);
        var args = Operand.words(imm(CloneFlag.CLONE_PIDFD.value()), pidfd.address(), imm(0), imm(0), imm(SIGCHLD),
                imm(0), imm(0), imm(0), imm(0), imm(0), imm(0));
        var pid = recorder.call(Sys.CLONE3, args, imm(88));
        pid.on(0, child -> {
            child.set(nowhere, imm(7));
            child.call(Sys.EXECVE, Operand.text("/bin/sh"), Operand.strings(List.of("sh", "-c", "exit 33")), Operand.strings(List.of()));
            child.call(Sys.EXIT_GROUP, imm(99));
        });
        var kept = recorder.variable(0);
        recorder.set(kept, pid);
        recorder.call(Sys.WAITID, imm(3), pidfd.word(0), siginfo.address(), imm(4), Operand.NULL);
        recorder.call(Sys.CLOSE, pidfd.word(0));
        var playback = TrapPlayer.play(recorder.finish());
        assertEquals(new Report(0, 0), playback.report());
        assertEquals(33, playback.value(siginfo.word(3)) & 0xFFFFFFFFL);
        assertEquals(0, playback.value(nowhere));
    }

    /** Its descriptor stays open meanwhile, and what it knows stays known. */
    @Test void a_tape_goes_on_after_its_pause_or_is_given_up_and_cells_are_counted_from_its_start() {
        var recorder = new Recorder(Arch.host());
        var fd = recorder.variable(-1);
        var reached = recorder.variable(0);
        var cleaned = recorder.variable(0);
        recorder.call(Sys.GETPID);
        recorder.own(jrunc.tape.Call.Own.ADD, imm(3), imm(4)).into(fd);
        recorder.attempt("wait for others", Recorder::pause);
        recorder.own(jrunc.tape.Call.Own.ADD, fd, imm(1)).into(reached);
        recorder.call(Sys.CLOSE, imm(-1));
        recorder.cleanUp(t -> t.own(jrunc.tape.Call.Own.ADD, cleaned, imm(1)).into(cleaned));
        var tape = recorder.finish();
        assertEquals(3, tape.pause());
        var player = new Player();
        var paused = player.play(tape);
        assertEquals(List.of(0L, 7L, 0L, 0L), List.of(paused.report().cell(), paused.value(fd), paused.value(reached), paused.value(cleaned)));
        var gone = player.goOn(tape, paused);
        assertEquals(List.of(5L, 8L, 1L), List.of(gone.report().cell(), gone.value(reached), gone.value(cleaned)));
        paused = player.play(tape);
        var given = player.giveUp(tape, paused);
        assertEquals(List.of(3L, 0L, 1L), List.of(given.report().cell(), given.value(reached), given.value(cleaned)));
    }
}
