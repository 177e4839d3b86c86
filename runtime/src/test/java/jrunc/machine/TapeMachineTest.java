package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;
import org.junit.jupiter.api.Test;

class TapeMachineTest {
    @Test void a_program_says_hello_and_exits_with_0() {
        var recorder = new Recorder(Arch.host());
        recorder.call(Sys.WRITE, imm(1), text("hello"), length("hello"));
        var ended = NativeMachine.run(recorder.finish());
        assertEquals("hello", new String(ended.output(), StandardCharsets.UTF_8));
        assertEquals(0, ended.status());
    }

    @Test void a_failing_cell_ends_the_program_with_1() {
        var recorder = new Recorder(Arch.host());
        recorder.call(Sys.CLOSE, imm(-1));
        recorder.call(Sys.WRITE, imm(1), text("hello"), length("hello"));
        var ended = NativeMachine.run(recorder.finish());
        assertEquals("", new String(ended.output(), StandardCharsets.UTF_8));
        assertEquals(1, ended.status());
    }

    @Test void a_failure_is_reported_once_and_the_clean_up_is_played_to_its_end() {
        var recorder = new Recorder(Arch.host());
        recorder.set(Tape.REPORT_FD, imm(1));
        recorder.call(Sys.CLOSE, imm(-1));
        recorder.call(Sys.WRITE, imm(1), text("never"), length("never"));
        recorder.cleanUp(r -> {
            r.call(Sys.CLOSE, imm(-1)).onSuccess(t -> t.call(Sys.WRITE, imm(1), text("never"), length("never")));
            r.call(Sys.WRITE, imm(1), text("cleaned"), length("cleaned"));
        });
        var ended = NativeMachine.run(recorder.finish());
        assertEquals(1, ended.status());
        var out = ByteBuffer.wrap(ended.output()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(new Report(2, -Errno.EBADF.number()), new Report(out.getLong(), out.getLong()));
        assertEquals("cleaned", StandardCharsets.UTF_8.decode(out).toString());
    }

    @Test void a_call_that_would_have_to_wait_is_tried_as_often_as_it_is_said() {
        var recorder = new Recorder(Arch.host());
        recorder.call(Sys.RT_SIGTIMEDWAIT, Operand.words(imm(0)), Operand.NULL, Operand.words(imm(0), imm(20_000_000)), imm(8)).tries(5)
                .forgive(Errno.EAGAIN);
        var tape = recorder.finish();
        for (Runnable player : List.<Runnable>of(() -> NativeMachine.run(tape), () -> TrapPlayer.play(tape))) {
            long before = System.nanoTime();
            player.run();
            assertTrue(System.nanoTime() - before >= 5 * 20_000_000L);
        }
    }

    @Test void the_start_time_of_a_process_is_found_behind_its_name() throws IOException {
        var recorder = new Recorder(Arch.host());
        var buffer = recorder.block(1024);
        var start = recorder.variable(0);
        var fd = recorder.call(Sys.OPENAT, imm(-100), text("/proc/self/stat"), imm(0), imm(0));
        var size = recorder.call(Sys.READ, fd, buffer.address(), imm(1024));
        recorder.call(Sys.CLOSE, fd);
        recorder.own(Call.Own.FIELD, buffer.address(), size, imm(19)).into(start);
        var playback = TrapPlayer.play(recorder.finish());
        var stat = Files.readString(Path.of("/proc/self/stat"));
        assertEquals(Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]), playback.value(start));
    }

    @Test void the_machine_needs_no_more_than_a_page_and_its_memory_is_not_executable_where_it_is_writable() {
        for (var arch : Arch.values()) {
            var elf = ByteBuffer.wrap(Elf.of(new Recorder(arch).finish())).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < elf.getShort(56); i++) assertTrue((elf.getInt(64 + i * 56 + 4) & 3) != 3);
            assertTrue(TapeMachine.program(arch, 0).length < 1200);
            assertTrue(TapeMachine.springboard(arch).length < 1200);
        }
    }
}
