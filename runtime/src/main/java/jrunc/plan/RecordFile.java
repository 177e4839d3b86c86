package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The record of a container that is being made: it is there before anything else is, and is written anew when the container's process
 * is known. A tape that is kept does not know who will play it, and when: that is found out first then.
 */
final class RecordFile {
    private static final Operand.Imm CLOCK_REALTIME = named(0, "CLOCK_REALTIME");
    private static final int TIMESPEC_SIZE = 16;

    private final ContainerRecord record;
    private final Operand directory;
    private final Recorder tape;
    private Operand.Word maker;
    private Operand.Word makerStart;
    private Block now;

    RecordFile(ContainerRecord record, Operand directory, Recorder tape) {
        this.record = record;
        this.directory = directory;
        this.tape = tape;
    }

    /** Writes it before the process is known. */
    void begin() {
        if (!record.isOfLater()) {
            StateDirectory.write(ContainerRecord.FILE, text(record.text()), length(record.text()), directory, tape);
            return;
        }
        maker = tape.variable(0);
        makerStart = tape.variable(0);
        now = tape.block(TIMESPEC_SIZE);
        tape.attempt("note who makes the container, and when", t -> {
            t.call(Sys.GETPID).into(maker);
            t.set(makerStart, NamedProcess.readStartTime(text("/proc/self/stat"), t));
            t.call(Sys.CLOCK_GETTIME, CLOCK_REALTIME, now.address());
        });
        write("write record of the container's state", imm(0), imm(0));
    }

    /** Writes it with the container's process in it; the numbers' unused places are blanks. */
    void complete(Operand pid, Operand startTime) {
        write("write down the container's process", pid, startTime);
    }

    private void write(String attempt, Operand pid, Operand startTime) {
        var texts = record.isOfLater() ? record.partsOfLater() : record.parts();
        var numbers = record.isOfLater() ? new Operand[] {pid, startTime, now.word(0), now.word(1), maker, makerStart} : new Operand[] {pid, startTime};
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            parts.add(texts[i]);
            parts.add(numbers[i]);
        }
        parts.add(texts[numbers.length]);
        long size = length(String.join("", texts)).value() + (long) numbers.length * Recorder.DIGITS;
        tape.attempt(attempt, t -> StateDirectory.write(ContainerRecord.FILE, t.template(' ', parts.toArray()).address(), imm(size), directory, t));
    }
}
