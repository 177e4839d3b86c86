package jrunc.machine;

import static jrunc.tape.Operand.imm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.CloneFlag;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Invents tapes that may be played anywhere: their calls change nothing, and everyone knows what they answer. */
final class HarmlessTapes {
    /** The one descriptor that they open, far above those of the JVM. */
    static final int HIGH = 900;
    private static final int VARIABLES = 4;
    private static final List<Errno> ERRNOS = List.of(Errno.EBADF, Errno.ENOENT, Errno.EAGAIN, Errno.EINVAL, Errno.EPERM);

    private final Recorder recorder;
    private final List<Operand.Word> variables = new ArrayList<>();
    private final List<Recorder.Result> results = new ArrayList<>();
    private final Block digits;
    private final Operand.Word unused;

    /** What a cell does. */
    enum Kind { CLOSE, CLOSE_HIGH, YIELD, DUP, OPEN, OPEN_TEMPLATE, AGAIN, COMPARE, BITS, SUBTRACT, ADD, FORMAT, FIELD, EQUAL, REPEAT, FORK }

    /** A number: itself, the word of a variable, or the result of an earlier cell. */
    record Value(int kind, long number) {}

    /** What may follow from a cell's answer; {@code on}: 0 nothing, 1 success, 2 result 0, else one of the errnos. */
    record Consequence(boolean forgiveAll, List<Errno> forgiven, int tries, int on, int target) {}

    /** A cell and the cells that are played only if its answer is the one. */
    record Step(Kind kind, List<Value> values, String text, Consequence consequence, List<Step> then) {}

    private HarmlessTapes(Arch arch, List<Long> initial) {
        recorder = new Recorder(arch);
        for (long value : initial) variables.add(recorder.variable(value));
        digits = recorder.block(24);
        unused = recorder.variable(0);
    }

    static Arbitrary<Tape> of(Arch arch) {
        var kinds = Arbitraries.of(arch == Arch.host() ? List.of(Kind.values())
                : List.of(Kind.values()).subList(0, Kind.FORK.ordinal()));
        var steps = steps(kinds, 2).list().ofMaxSize(12);
        var cleanUp = steps(kinds, 1).list().ofMaxSize(5);
        return Combinators.combine(numbers().list().ofSize(VARIABLES), steps, cleanUp)
                .as((initial, first, last) -> new HarmlessTapes(arch, initial).record(first, last));
    }

    private static Arbitrary<Step> steps(Arbitrary<Kind> kinds, int depth) {
        var then = depth == 0 ? Arbitraries.just(List.<Step>of()) : steps(kinds.filter(k -> k != Kind.FORK), depth - 1).list().ofMaxSize(3);
        var values = Combinators.combine(Arbitraries.integers().between(0, 2), numbers()).as(Value::new).list().ofSize(4);
        var text = Arbitraries.strings().withChars(" )(S0129-a\n").ofMaxLength(40);
        return Combinators.combine(kinds, values, text, consequences(), then).as(Step::new);
    }

    private static Arbitrary<Consequence> consequences() {
        return Combinators.combine(Arbitraries.of(true, false, false), Arbitraries.of(ERRNOS).list().uniqueElements().ofMaxSize(2),
                Arbitraries.of(1, 1, 2, 255), Arbitraries.integers().between(0, 2 + ERRNOS.size()),
                Arbitraries.integers().between(-1, VARIABLES - 1)).as(Consequence::new);
    }

    private static Arbitrary<Long> numbers() {
        return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-20, 70),
                Arbitraries.of(0L, 1L, -1L, -4095L, -4096L, -100L, 0xFFFFFFFFL, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private Tape record(List<Step> steps, List<Step> cleanUp) {
        steps.forEach(this::play);
        end();
        recorder.cleanUp(_ -> {
            cleanUp.forEach(this::play);
            end();
        });
        return recorder.finish();
    }

    /** Closes what may be open and leaves a place to show the slots. */
    private void end() {
        recorder.call(Sys.CLOSE, imm(HIGH)).forgiveAll();
        recorder.attempt("dump", r -> r.own(Call.Own.ADD, imm(0), imm(0)).into(unused).forgiveAll());
    }

    private void play(Step step) {
        if (step.kind == Kind.FORK) {
            fork(step);
            return;
        }
        if (step.kind == Kind.REPEAT) {
            repeat(step);
            return;
        }
        var result = call(step);
        var consequence = step.consequence;
        result.forgive(consequence.forgiven.toArray(Errno[]::new)).tries(consequence.tries);
        if (consequence.forgiveAll) result.forgiveAll();
        if (consequence.target >= 0) result.into(variables.get(consequence.target));
        results.add(result);
        branch(result, consequence.on, step.then);
    }

    private void branch(Recorder.Result result, int on, List<Step> then) {
        switch (on) {
            case 0 -> {}
            case 1 -> result.onSuccess(_ -> then.forEach(this::play));
            case 2 -> result.on(0, _ -> then.forEach(this::play));
            default -> result.on(ERRNOS.get(on - 3), _ -> then.forEach(this::play));
        }
    }

    private Recorder.Result call(Step step) {
        return switch (step.kind) {
            case CLOSE -> recorder.call(Sys.CLOSE, imm(-1));
            case CLOSE_HIGH -> recorder.call(Sys.CLOSE, imm(HIGH));
            case YIELD -> recorder.call(Sys.SCHED_YIELD);
            case DUP -> recorder.call(Sys.DUP3, imm(1), imm(HIGH), imm(0x80000));
            case OPEN -> recorder.call(Sys.OPENAT, imm(AtFlag.AT_FDCWD), Operand.text("/missing/" + step.text), imm(0), imm(0));
            case OPEN_TEMPLATE -> recorder.call(Sys.OPENAT, imm(AtFlag.AT_FDCWD),
                    recorder.path("/missing/", value(step, 0), "/of/", value(step, 1)), imm(0), imm(0));
            case AGAIN -> recorder.call(Sys.RT_SIGTIMEDWAIT, Operand.words(imm(0)), Operand.NULL, Operand.words(imm(0), imm(0)), imm(8));
            case COMPARE -> recorder.own(Call.Own.COMPARE, value(step, 0), value(step, 1), value(step, 2), imm(errno(step).number()));
            case BITS -> recorder.own(Call.Own.BITS, value(step, 0), value(step, 1), value(step, 2));
            case SUBTRACT -> recorder.own(Call.Own.SUBTRACT, value(step, 0), value(step, 1));
            case ADD -> recorder.own(Call.Own.ADD, value(step, 0), value(step, 1));
            case FORMAT -> recorder.own(Call.Own.FORMAT, digits.address(), value(step, 0));
            case FIELD -> recorder.own(Call.Own.FIELD, latin(step.text),
                    imm(step.text.length()), imm(step.values.get(0).number % 6));
            case EQUAL -> recorder.own(Call.Own.EQUAL, latin(step.text), latin(likeText(step)), imm(step.text.length()), imm(errno(step).number()));
            case REPEAT, FORK -> throw new IllegalStateException();
        };
    }

    private static Operand latin(String text) {
        return Operand.bytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The step's text, mostly with another letter somewhere in it. */
    private static String likeText(Step step) {
        if (step.text.isEmpty() || step.values.get(0).kind == 0) return step.text;
        var like = new StringBuilder(step.text);
        like.setCharAt(Math.floorMod(step.values.get(0).number, step.text.length()), 'x');
        return like.toString();
    }

    private static Errno errno(Step step) {
        return ERRNOS.get(Math.floorMod(step.values.get(3).number, ERRNOS.size()));
    }

    private Operand value(Step step, int i) {
        var value = step.values.get(i);
        int choice = Math.floorMod(value.number, 1000);
        return switch (value.kind) {
            case 1 -> variables.get(choice % VARIABLES);
            case 2 -> results.isEmpty() ? imm(value.number) : results.get(choice % results.size());
            default -> imm(value.number);
        };
    }

    /** Asks for 0 to 4 more turns, and may be allowed fewer. */
    private void repeat(Step step) {
        var more = recorder.variable(0);
        var turns = recorder.variable(0);
        recorder.set(turns, imm(0));
        recorder.repeat(Math.floorMod(step.values.get(0).number, 5) + 1, more, r -> {
            step.then.forEach(this::play);
            r.own(Call.Own.ADD, turns, imm(1)).into(turns);
            r.set(more, imm(1));
            r.when(turns, -1, imm(Math.floorMod(step.values.get(1).number, 5) + 1), u -> u.set(more, imm(0)));
        });
    }

    /** A child that plays some cells and exits; its pid and its descriptor, which nobody can know, are wiped out. */
    private void fork(Step step) {
        var pidfd = recorder.block(8);
        var siginfo = recorder.block(128);
        var pid = recorder.variable(0);
        var args = Operand.words(imm(CloneFlag.CLONE_PIDFD.value()), pidfd.address(), imm(0), imm(0), imm(17),
                imm(0), imm(0), imm(0), imm(0), imm(0), imm(0));
        recorder.call(Sys.CLONE3, args, imm(88)).into(pid).on(0, child -> {
            child.set(Tape.CLEAN_UP, imm(0));
            step.then.forEach(this::play);
            child.call(Sys.EXIT_GROUP, value(step, 0));
        });
        recorder.call(Sys.WAITID, imm(3), pidfd.word(0), siginfo.address(), imm(4), Operand.NULL);
        recorder.call(Sys.CLOSE, pidfd.word(0));
        recorder.set(pidfd.word(0), imm(0));
        recorder.set(pid, imm(0));
        recorder.set(siginfo.word(2), imm(0));
    }
}
