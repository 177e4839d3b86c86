package jrunc.bench;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** The static programs that containers run here, each a tape: none needs a library, so none costs anything of its own. */
final class Programs {
    /** How often {@link #calls} makes each of its calls. */
    static final int CALLS = 100_000;
    private static final int IN_A_ROW = 100;
    private static final long CLOCK_MONOTONIC = 1;
    private static final long ASK = 0xFFFFFFFFL;
    private static final int TIMES = 6;

    /** What 100,000 calls took, in nanoseconds for one. */
    record Costs(double getppid, double personality) {}

    private Programs() {}

    /** {@return a program that exits at once, with 0} */
    static byte[] nothing() {
        return Elf.of(new Recorder(Arch.host()).finish());
    }

    /** {@return a program that waits until it is killed} */
    static byte[] waits() {
        var tape = new Recorder(Arch.host());
        tape.attempt("wait for ever", t -> t.call(Sys.PPOLL, NULL, imm(0), NULL, NULL, imm(Long.BYTES)));
        return Elf.of(tape.finish());
    }

    /**
     * {@return a program that makes two calls very often and writes to stdout what its clock said before, between and after} Every filter
     * lets getppid pass, and the kernel knows so beforehand; whether personality may pass depends on its argument.
     */
    static byte[] calls() {
        var tape = new Recorder(Arch.host());
        var times = tape.block(TIMES * Long.BYTES);
        tape.attempt("call", t -> {
            lookAtClock(times, 0, t);
            again(t, u -> u.call(Sys.GETPPID));
            lookAtClock(times, 2, t);
            again(t, u -> u.call(Sys.PERSONALITY, imm(ASK)));
            lookAtClock(times, 4, t);
            t.expect(t.call(Sys.WRITE, imm(1), times.address(), imm(TIMES * Long.BYTES)), -1, imm(TIMES * Long.BYTES), Errno.ENOSPC);
        });
        return Elf.of(tape.finish());
    }

    /** {@return what it wrote, as costs; they include the machine's own few nanoseconds for a cell} */
    static Costs costs(byte[] written) {
        var words = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        if (words.limit() != TIMES) throw new IllegalStateException("the program has not written its times");
        return new Costs(between(words.get(0), words.get(1), words.get(2), words.get(3)), between(words.get(2), words.get(3), words.get(4), words.get(5)));
    }

    private static double between(long seconds, long nanoseconds, long laterSeconds, long laterNanoseconds) {
        return ((laterSeconds - seconds) * 1e9 + laterNanoseconds - nanoseconds) / CALLS;
    }

    private static void again(Recorder tape, java.util.function.Consumer<Recorder> call) {
        var left = tape.variable(CALLS / IN_A_ROW);
        var more = tape.variable(1);
        tape.repeat(CALLS, more, t -> {
            for (int i = 0; i < IN_A_ROW; i++) call.accept(t);
            t.own(Call.Own.SUBTRACT, left, imm(1)).into(left);
            t.when(left, -1, imm(0), u -> u.set(more, imm(0)));
        });
    }

    private static void lookAtClock(Block times, int word, Recorder tape) {
        tape.call(Sys.CLOCK_GETTIME, imm(CLOCK_MONOTONIC), new Operand.Address(times, word * Long.BYTES));
    }
}
