package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_ABOVE;
import static jrunc.machine.Condition.NOT_BELOW;
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
import jrunc.tape.KeptForm;
import jrunc.tape.Operand;

/**
 * The part of a {@link Front} that works out by what a {@link KeptForm} of its command is found, and where the texts for its blanks are:
 * <pre>
 * line = each argument with a NUL behind it, but for the id and the values of {@link KeptForm#MASKED}
 * number = 0; for each byte of the line and then for the length of each blank of it: number = number * 33 + that
 * ofOne = the same of the bytes of an exec's id
 * </pre>
 * What could not be told from something else by that has no form.
 */
final class FrontKey {
    private static final int POINTER = 8;
    /** A longer command line is the server's. */
    private static final int LINE = 4096;
    /** Of a line some NULs are written with no look at how much room is left. */
    private static final int SPARE = 8;
    /** The registers' roles here. */
    private static final Reg STACK = Reg.CELL;
    private static final Reg READ = Reg.FIRST;
    private static final Reg WRITE = Reg.TRIES;

    private final Assembler code;
    private final FrontData data;
    private final Front.Filling filling;
    private final ToLongFunction<Operand.Word> word;
    /** Where to go if there can be no form. */
    private final Label none;
    private final long line;

    /** @param word the address of a word of the tape that the front carries */
    FrontKey(Assembler code, FrontData data, Front.Filling filling, ToLongFunction<Operand.Word> word, Label none) {
        this.code = code;
        this.data = data;
        this.filling = filling;
        this.word = word;
        this.none = none;
        line = data.room(LINE + SPARE);
    }

    /**
     * Fills the words by which the tape looks; the stack is in CELL.
     *
     * @param verb   the address of the word that says which command it is; of {@code exec} the id does not end the line
     * @param verbAt of the one that says where its name is in argv
     */
    void emit(long verb, int exec, long verbAt) {
        line(verb, exec, verbAt);
        code.set(T, line);
        code.save(T, word.applyAsLong(filling.command()));
        code.move(A1, WRITE);
        code.move(A2, WRITE);
        code.subtract(A2, T);
        code.save(A2, word.applyAsLong(filling.size()));
        number();
        for (var text : List.of(KeptForm.Text.ID, KeptForm.Text.PID_FILE_DIRECTORY, KeptForm.Text.PID_FILE_NAME, KeptForm.Text.PROCESS_FILE)) {
            code.load(A2, text(text, 1));
            mix(A2);
        }
        code.save(RESULT, word.applyAsLong(filling.number()));
        code.set(T, FrontForm.NOW);
        code.save(T, text(KeptForm.Text.NOW, 0));
        code.set(T, KeptForm.NOW_LENGTH);
        code.save(T, text(KeptForm.Text.NOW, 1));
    }

    /** Copies the arguments but for the id and the values of the flags that are blanks; WRITE is then the end of the copy. */
    private void line(long verb, int exec, long verbAt) {
        var next = new Label();
        var execs = new Label();
        var copied = new Label();
        var letter = new Label();
        var valued = new Label();
        var end = new Label();
        code.move(READ, STACK);
        code.add(READ, 2 * POINTER);
        code.set(WRITE, line);
        code.place(next);
        code.load64(T, READ, 0);
        code.jumpIf(T, EQUAL, 0, end);
        code.add(READ, POINTER);
        code.load(A0, verb);
        code.jumpIf(A0, EQUAL, exec, execs);
        code.load64(A0, READ, 0);
        code.jumpIf(A0, NOT_EQUAL, 0, copied);
        id();
        code.jump(end);
        code.place(execs);
        code.load(A0, text(KeptForm.Text.ID, 1));
        code.jumpIf(A0, NOT_EQUAL, 0, copied);
        code.load(A0, verbAt);
        code.add(A0, POINTER);
        code.jumpIf(READ, NOT_ABOVE, A0, copied);
        code.load8(A0, T, 0);
        code.jumpIf(A0, EQUAL, '-', copied);
        id();
        code.save(RESULT, word.applyAsLong(filling.ofOne()));
        code.set(A0, 0);
        code.store8(A0, WRITE, 0);
        code.add(WRITE, 1);
        code.jump(next);
        code.place(copied);
        code.move(A1, T);
        code.place(letter);
        code.set(A0, line + LINE);
        code.jumpIf(WRITE, NOT_BELOW, A0, none);
        code.load8(A0, A1, 0);
        code.store8(A0, WRITE, 0);
        code.add(A1, 1);
        code.add(WRITE, 1);
        code.jumpIf(A0, NOT_EQUAL, 0, letter);
        TextMatch.emit(code, data.texts(Stream.concat(KeptForm.MASKED.stream(), KeptForm.VALUED.stream()).toList()), false, next);
        code.jumpIf(RESULT, ABOVE, KeptForm.MASKED.size() - 1, valued);
        masked();
        code.jump(next);
        code.place(valued);
        code.load64(T, READ, 0);
        code.jumpIf(T, EQUAL, 0, end);
        code.add(READ, POINTER);
        code.jump(copied);
        code.place(end);
    }

    /** The argument at T is the id; RESULT becomes its number. */
    private void id() {
        code.save(T, text(KeptForm.Text.ID, 0));
        code.move(A2, T);
        code.set(RESULT, 0);
        name();
        code.subtract(T, A2);
        code.save(T, text(KeptForm.Text.ID, 1));
    }

    /** The next argument is a path that is a blank: the pid file's or the process's, as RESULT says. It must be the only one. */
    private void masked() {
        var process = new Label();
        var noted = new Label();
        code.load64(T, READ, 0);
        code.jumpIf(T, EQUAL, 0, none);
        code.add(READ, POINTER);
        path();
        code.set(A3, 0);
        code.store8(A3, WRITE, 0);
        code.add(WRITE, 1);
        code.add(T, 1); // the first slash is no part of it
        code.jumpIf(RESULT, NOT_EQUAL, 0, process);
        code.move(A3, A2);
        code.add(A3, 1);
        code.subtract(A1, A3);
        code.subtract(A2, T);
        blank(KeptForm.Text.PID_FILE_NAME, A3, A1);
        blank(KeptForm.Text.PID_FILE_DIRECTORY, T, A2);
        code.jump(noted);
        code.place(process);
        code.subtract(A1, T);
        blank(KeptForm.Text.PROCESS_FILE, T, A1);
        code.place(noted);
    }

    private void blank(KeptForm.Text text, Reg address, Reg length) {
        code.load(KINDS, text(text, 1));
        code.jumpIf(KINDS, NOT_EQUAL, 0, none);
        code.save(address, text(text, 0));
        code.save(length, text(text, 1));
    }

    /** {@return the address of where a text is, or of how long it is} */
    long text(KeptForm.Text text, int which) {
        return word.applyAsLong(filling.texts().word(2 * text.ordinal() + which));
    }

    /** RESULT = the number of what begins at T and ends before A1. */
    private void number() {
        var next = new Label();
        var end = new Label();
        code.set(RESULT, 0);
        code.place(next);
        code.jumpIf(T, EQUAL, A1, end);
        code.load8(A2, T, 0);
        code.add(T, 1);
        mix(A2);
        code.jump(next);
        code.place(end);
    }

    /** To {@link #none} unless the text at T is a plain absolute path: then A1 is its end, and A2 its last slash, which is not its first. */
    private void path() {
        var letter = new Label();
        var within = new Label();
        var end = new Label();
        code.load8(A0, T, 0);
        code.jumpIf(A0, NOT_EQUAL, '/', none);
        code.move(A1, T);
        code.place(letter);
        code.load8(A0, A1, 0);
        code.jumpIf(A0, EQUAL, 0, end);
        code.jumpIf(A0, NOT_EQUAL, '/', within);
        code.move(A2, A1);
        code.load8(A3, A1, 1);
        for (char next : new char[] {0, '/', '.'}) {
            code.jumpIf(A3, EQUAL, next, none);
        }
        code.place(within);
        code.add(A1, 1);
        code.jump(letter);
        code.place(end);
        code.jumpIf(A2, EQUAL, T, none);
    }

    /** {@code RESULT = RESULT * 33 + more}. */
    private void mix(Reg more) {
        code.move(A3, RESULT);
        code.shiftLeft(A3, 5);
        code.add(RESULT, A3);
        code.add(RESULT, more);
    }

    /** To {@link #none} unless the text at T is a name that a container may have; goes on with the number in RESULT, and changes T and A0. */
    private void name() {
        var letter = new Label();
        var next = new Label();
        code.load8(A0, T, 0);
        for (char first : new char[] {0, '-', '.'}) {
            code.jumpIf(A0, EQUAL, first, none);
        }
        code.place(letter);
        mix(A0);
        for (char other : new char[] {'_', '+', '-', '.'}) {
            code.jumpIf(A0, EQUAL, other, next);
        }
        for (var range : List.of("09", "AZ", "az")) {
            code.move(A1, A0);
            code.add(A1, -range.charAt(0));
            code.jumpIf(A1, NOT_ABOVE, range.charAt(1) - range.charAt(0), next);
        }
        code.jump(none);
        code.place(next);
        code.add(T, 1);
        code.load8(A0, T, 0);
        code.jumpIf(A0, NOT_EQUAL, 0, letter);
    }
}
