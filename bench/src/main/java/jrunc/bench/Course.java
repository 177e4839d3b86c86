package jrunc.bench;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.nio.file.Path;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * What a stopwatch does, as a tape: reads the clock, makes a process, has it become the command, waits for it, reads the clock.
 * Nothing but those calls lies between the two looks at the clock. It is the parent of what containers leave behind, as an engine's
 * shim is, so it can wait for the end of a container whose runtime has long returned.
 *
 * <p>A lap, in 64-bit words:
 * <pre>
 *  0          2          4        5                  9        23
 *  +----------+----------+--------+------------------+---------+
 *  | begun    | ended    | status | rusage: times .. | maxrss  |
 *  | timespec | timespec |        |                  | and on  |
 *  +----------+----------+--------+------------------+---------+
 * </pre>
 */
final class Course {
    /** Words of a lap. */
    static final int LAP = 23;
    /** The word of a lap that says the most memory that the command or a child of its had resident, in KiB. */
    static final int PEAK = 9;
    private static final int STATUS = 4;
    private static final int RUSAGE = 5;
    private static final int CLONE_ARGS = 64;
    private static final long CLOCK_MONOTONIC = 1;
    private static final long RUSAGE_CHILDREN = -1;
    private static final long PR_SET_CHILD_SUBREAPER = 36;
    private static final long MOST_ORPHANS = 1000;
    private static final long STATUS_MASK = 0xFFFFFFFFL;
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root");

    private final Recorder tape = new Recorder(Arch.host());
    private final Path result;

    /** One thing to do, in order. */
    sealed interface Step {
        /** Run this command, whose first word is an absolute path; it must exit with 0. */
        record Run(List<String> command) implements Step {}

        /** Wait until nothing that the commands have left behind lives any more. */
        record AwaitOrphans() implements Step {}
    }

    private Course(Path result) {
        this.result = result;
    }

    /**
     * {@return a tape that takes the steps one after the other and writes a lap for each command to {@code result}, and then one without times
     * for all processes that it has waited for}
     */
    static Tape laps(List<Step> steps, Path result) {
        var course = new Course(result);
        int commands = 0;
        for (var step : steps) if (step instanceof Step.Run) commands++;
        var laps = course.tape.block((commands + 1) * LAP * Long.BYTES);
        course.becomeParentOfOrphans();
        course.take(steps, laps);
        course.tape.call(Sys.GETRUSAGE, imm(RUSAGE_CHILDREN), address(laps, commands * LAP + RUSAGE));
        course.write(laps);
        return course.tape.finish();
    }

    /** {@return a tape that takes all rows of steps at once, each in a process of its own, and writes one lap for all} */
    static Tape together(List<List<Step>> rows, Path result) {
        var course = new Course(result);
        var lap = course.tape.block(LAP * Long.BYTES);
        course.lookAtClock(lap, 0);
        for (var row : rows) course.startRow(row);
        for (int i = 0; i < rows.size(); i++) course.await(imm(-1), lap, 0);
        course.lookAtClock(lap, 2);
        course.write(lap);
        return course.tape.finish();
    }

    private void startRow(List<Step> row) {
        tape.attempt("start a row of commands", t -> clone(t).on(0, u -> {
            becomeParentOfOrphans();
            take(row, null);
            u.call(Sys.EXIT_GROUP, imm(0));
        }));
    }

    private void take(List<Step> steps, Block laps) {
        int lap = 0;
        for (var step : steps) {
            switch (step) {
                case Step.Run(var command) -> run(command, laps, LAP * lap++);
                case Step.AwaitOrphans() -> awaitOrphans();
            }
        }
    }

    private void run(List<String> command, Block laps, int at) {
        tape.attempt(String.join(" ", command), t -> {
            if (laps != null) lookAtClock(laps, at);
            var pid = clone(t).on(0, u -> u.call(Sys.EXECVE, text(command.getFirst()), strings(command), strings(ENVIRONMENT)));
            await(pid, laps, at);
            if (laps != null) lookAtClock(laps, at + 2);
        });
    }

    private static Recorder.Result clone(Recorder t) {
        return t.call(Sys.CLONE3, words(imm(0), imm(0), imm(0), imm(0), imm(Signal.SIGCHLD.number()), imm(0), imm(0), imm(0)), imm(CLONE_ARGS));
    }

    /** A command that fails ends the tape: the caller has its words on stderr. */
    private void await(Operand pid, Block laps, int at) {
        var status = laps == null ? tape.scratch(Long.BYTES) : laps;
        int word = laps == null ? 0 : at + STATUS;
        tape.set(status.word(word), imm(0));
        tape.call(Sys.WAIT4, pid, address(status, word), imm(0), laps == null ? NULL : address(laps, at + RUSAGE)).tries(255);
        tape.expect(status.word(word), STATUS_MASK, imm(0), Errno.ECHILD);
    }

    private void becomeParentOfOrphans() {
        tape.attempt("become the parent of orphans", t -> t.call(Sys.PRCTL, imm(PR_SET_CHILD_SUBREAPER), imm(1), imm(0), imm(0), imm(0)));
    }

    private void awaitOrphans() {
        var more = tape.variable(1);
        tape.attempt("wait for orphans", t -> t.repeat(MOST_ORPHANS, more, u -> u
                .call(Sys.WAIT4, imm(-1), NULL, imm(0), NULL).tries(255).on(Errno.ECHILD, v -> v.set(more, imm(0)))));
    }

    private void lookAtClock(Block block, int word) {
        tape.call(Sys.CLOCK_GETTIME, imm(CLOCK_MONOTONIC), address(block, word));
    }

    private void write(Block block) {
        tape.attempt("write the result", t -> {
            var file = t.call(Sys.OPENAT, imm(-1), text(result.toString()), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_TRUNC), Operand.octal(0600));
            int size = block.initial().length;
            t.expect(t.call(Sys.WRITE, file, block.address(), imm(size)), -1, imm(size), Errno.ENOSPC);
        });
    }

    private static Operand.Address address(Block block, int word) {
        return new Operand.Address(block, word * Long.BYTES);
    }
}
