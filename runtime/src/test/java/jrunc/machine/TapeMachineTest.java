package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.tape.Recorder;
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
}
