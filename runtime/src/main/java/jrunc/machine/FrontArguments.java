package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_ABOVE;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Operand;

/**
 * The part of a {@link FrontCommand} that reads the command line and the environment, and writes what they say into the words of the tape that the
 * front carries. The stack that the kernel left is in CELL.
 */
final class FrontArguments {
    private static final int POINTER = 8;
    private static final int LARGEST_SIGNAL = 64;
    /** The first two are the root's. */
    private static final List<String> FLAGS = List.of("--root", "--root=", "--log", "--log=", "--log-format", "--log-format=", "--cgroup-manager",
            "--cgroup-manager=", "--rootless", "--rootless=", "--systemd-cgroup", "--debug");
    private static final int ROOT = 1;
    /** From here on, but for one, they are the JVM's. */
    private static final int OTHERS = FLAGS.indexOf("--rootless");
    /** From here on they have no value. */
    private static final int NO_VALUE = FLAGS.indexOf("--systemd-cgroup");
    /** The registers' roles here: none of them is changed by a system call. */
    private static final Reg STACK = Reg.CELL;
    private static final Reg READ = Reg.FIRST;

    private final Assembler code;
    private final FrontData data;
    private final Front.Carried carried;
    private final ToLongFunction<Operand.Word> words;
    private final Runnable noteVerb;
    /** Where stands whether there is a flag that only the JVM knows. */
    private final long others;

    /**
     * @param words    the address of a word of the tape that the front carries
     * @param noteVerb writes what is to be done as soon as the verb, at T, is found
     */
    FrontArguments(Assembler code, FrontData data, Front.Carried carried, ToLongFunction<Operand.Word> words, Runnable noteVerb) {
        this.code = code;
        this.data = data;
        this.carried = carried;
        this.words = words;
        this.noteVerb = noteVerb;
        others = data.room(Long.BYTES);
    }

    private long word(Operand.Word word) {
        return words.applyAsLong(word);
    }

    /**
     * Reads the line of a command that the front does by itself; of one that a server can record only the verb, and then goes to {@code serves}
     * with READ behind it and RESULT which one it is. What is not for the front goes to {@code plain}.
     */
    void read(Label serves, Label plain) {
        var flags = new Label();
        var verb = new Label();
        code.move(READ, STACK);
        code.add(READ, 2 * POINTER);
        code.place(flags);
        next(plain);
        code.load8(A1, T, 0);
        code.jumpIf(A1, NOT_EQUAL, '-', verb);
        match(FLAGS, plain);
        var noValue = new Label();
        code.jumpIf(RESULT, ABOVE, NO_VALUE - 1, noValue);
        value(plain);
        var other = new Label();
        code.jumpIf(RESULT, ABOVE, ROOT, other);
        code.save(A1, word(carried.root()));
        code.place(other);
        code.jumpIf(RESULT, NOT_ABOVE, OTHERS - 1, flags);
        code.place(noValue);
        code.jumpIf(RESULT, EQUAL, NO_VALUE, flags);
        code.set(T, 1);
        code.save(T, others);
        code.jump(flags);
        code.place(verb);
        verb(serves, plain);
        id(plain);
        end(plain);
        root(plain);
    }

    /** What a server does is not read any further: it reads the line itself. */
    private void verb(Label serves, Label plain) {
        var given = new Label();
        noteVerb.run();
        code.load(A0, others);
        code.jumpIf(A0, NOT_EQUAL, 0, plain);
        match(Stream.concat(carried.verbs().stream(), carried.served().stream()).toList(), plain);
        code.save(RESULT, word(carried.verb()));
        code.jumpIf(RESULT, ABOVE, carried.verbs().size() - 1, serves);
        code.move(A3, RESULT);
        next(plain);
        code.jumpIf(A3, NOT_EQUAL, carried.verbs().indexOf("delete"), given);
        match(List.of("--force"), given);
        code.set(A2, 1);
        code.save(A2, word(carried.force()));
        next(plain);
        code.place(given);
    }

    /** The id at T: no flag, nothing hidden, and no path. */
    private void id(Label plain) {
        var letter = new Label();
        var end = new Label();
        code.save(T, word(carried.id()));
        code.load8(A0, T, 0);
        for (char first : new char[] {0, '-', '.'}) code.jumpIf(A0, EQUAL, first, plain);
        code.place(letter);
        code.load8(A0, T, 0);
        code.jumpIf(A0, EQUAL, 0, end);
        code.jumpIf(A0, EQUAL, '/', plain);
        code.add(T, 1);
        code.jump(letter);
        code.place(end);
    }

    /** Only kill has one word more: the signal, as a number or as one of the two that everybody sends. */
    private void end(Label plain) {
        var over = new Label();
        var given = new Label();
        code.load(A0, word(carried.verb()));
        code.load64(T, READ, 0);
        var kill = new Label();
        code.jumpIf(A0, EQUAL, carried.verbs().indexOf("kill"), kill);
        code.jumpIf(T, EQUAL, 0, over);
        code.jump(plain);
        code.place(kill);
        code.set(RESULT, Signal.SIGTERM.number());
        code.jumpIf(T, EQUAL, 0, given);
        code.add(READ, POINTER);
        signal(given, plain);
        code.place(given);
        code.save(RESULT, word(carried.signal()));
        code.load64(T, READ, 0);
        code.jumpIf(T, NOT_EQUAL, 0, plain);
        code.place(over);
    }

    private void signal(Label given, Label plain) {
        var number = new Label();
        var digit = new Label();
        match(List.of("KILL", "TERM"), number);
        code.compare(RESULT, 0);
        code.set(RESULT, Signal.SIGTERM.number());
        code.jumpIf(NOT_EQUAL, given);
        code.set(RESULT, Signal.SIGKILL.number());
        code.jump(given);
        code.place(number);
        code.set(RESULT, 0);
        code.place(digit);
        code.load8(A0, T, 0);
        code.add(A0, -'0');
        code.jumpIf(A0, ABOVE, 9, plain);
        code.move(A1, RESULT);
        code.shiftLeft(A1, 3);
        code.shiftLeft(RESULT, 1);
        code.add(RESULT, A1);
        code.add(RESULT, A0);
        code.jumpIf(RESULT, ABOVE, LARGEST_SIGNAL, plain);
        code.add(T, 1);
        code.load8(A0, T, 0);
        code.jumpIf(A0, NOT_EQUAL, 0, digit);
    }

    /** Absolute; if it is not given, then root's own, unless the caller's environment may name another. */
    private void root(Label plain) {
        var given = new Label();
        var own = new Label();
        code.load(T, word(carried.root()));
        code.jumpIf(T, NOT_EQUAL, 0, given);
        code.call(Sys.GETEUID);
        code.jumpIf(RESULT, NOT_EQUAL, 0, plain);
        runtimeDirectory(own);
        code.jump(plain);
        code.place(own);
        code.set(T, data.text(carried.defaultRoot()));
        code.save(T, word(carried.root()));
        code.place(given);
        code.load8(A0, T, 0);
        code.jumpIf(A0, NOT_EQUAL, '/', plain);
    }

    /** Where a user who is not root has a server, if the environment says it: for the tape that is the root. */
    void ownServer(Label plain) {
        var ofRoot = new Label();
        code.call(Sys.GETEUID);
        code.jumpIf(RESULT, EQUAL, 0, ofRoot);
        runtimeDirectory(plain);
        code.save(A1, word(carried.root()));
        code.place(ofRoot);
    }

    /** A1 = where the caller's environment says that the user's own sockets lie; if it does not, to {@code none}. */
    private void runtimeDirectory(Label none) {
        variable(List.of("XDG_RUNTIME_DIR="), none);
    }

    /** A1 = what the caller's environment says of one of these; if it says nothing, to {@code none}. */
    void variable(List<String> names, Label none) {
        var variable = new Label();
        code.move(READ, STACK);
        code.load64(T, STACK, 0);
        code.shiftLeft(T, 3);
        code.add(READ, T);
        code.add(READ, 2 * POINTER);
        code.place(variable);
        code.load64(T, READ, 0);
        code.jumpIf(T, EQUAL, 0, none);
        code.add(READ, POINTER);
        match(names, variable);
    }

    /** T = the next argument; without one the line is not for the front. */
    private void next(Label plain) {
        code.load64(T, READ, 0);
        code.jumpIf(T, EQUAL, 0, plain);
        code.add(READ, POINTER);
    }

    /** A1 = the value of the flag that has matched: what follows its {@code =}, which is where A1 is, or the next argument. */
    private void value(Label plain) {
        var attached = new Label();
        code.jumpIf(KINDS, EQUAL, '=', attached);
        next(plain);
        code.move(A1, T);
        code.place(attached);
    }

    private void match(List<String> texts, Label none) {
        TextMatch.emit(code, data.texts(texts), false, none);
    }
}
