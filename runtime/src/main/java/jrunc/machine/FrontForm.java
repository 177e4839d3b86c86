package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_ABOVE;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A4;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;
import static jrunc.machine.Reg.TRIES;

import java.util.List;
import jrunc.linux.Sys;
import jrunc.tape.KeptForm;

/**
 * The part of a {@link Front} that fills in a {@link KeptForm}:
 * <pre>
 * command:  line = each argument with a NUL behind it, but for the id at the end and the values of {@link KeptForm#MASKED}
 *           hash = 0; for each byte of it and then for the length of each blank of it: hash = hash * 33 + that
 * fill:     if head.midnight is 0: go to blanks
 *           seconds, nanoseconds = clock_gettime(CLOCK_REALTIME); seconds -= head.midnight; if that is no time of the day: go to none
 *           write both into the text of the time in the head
 * blanks:   for each blank: copy its text to its place
 * </pre>
 */
final class FrontForm {
    private static final int POINTER = 8;
    private static final long HEAD = FrontMachine.TAPE_ADDRESS - KeptForm.HEAD;
    private static final int DAY = 86_400;
    private static final int SIXTY = 60;
    private static final int TEN = 10;
    /** Of a fraction of a second. */
    private static final int DIGITS = 9;

    private final Assembler code;
    private final long clock;

    FrontForm(Assembler code, FrontData data) {
        this.code = code;
        clock = data.room(2 * Long.BYTES);
    }

    /** {@return the address of the time's text} */
    static long now() {
        return HEAD + KeptForm.NOW;
    }

    /** RESULT = the number of what begins at T and ends before A1. */
    void number() {
        var next = new Label();
        var end = new Label();
        code.set(RESULT, 0);
        code.place(next);
        code.compare(T, A1);
        code.jumpIf(EQUAL, end);
        code.load8(A2, T, 0);
        code.add(T, 1);
        mix(A2);
        code.jump(next);
        code.place(end);
    }

    /** To {@code other} unless the text at T is a plain absolute path: then A1 is its end, and A2 its last slash, which is not its first. */
    void path(Label other) {
        var letter = new Label();
        var within = new Label();
        var end = new Label();
        code.load8(A0, T, 0);
        code.compare(A0, '/');
        code.jumpIf(NOT_EQUAL, other);
        code.move(A1, T);
        code.place(letter);
        code.load8(A0, A1, 0);
        code.compare(A0, 0);
        code.jumpIf(EQUAL, end);
        code.compare(A0, '/');
        code.jumpIf(NOT_EQUAL, within);
        code.move(A2, A1);
        code.load8(A3, A1, 1);
        for (char next : new char[] {0, '/', '.'}) {
            code.compare(A3, next);
            code.jumpIf(EQUAL, other);
        }
        code.place(within);
        code.add(A1, 1);
        code.jump(letter);
        code.place(end);
        code.compare(A2, T);
        code.jumpIf(EQUAL, other);
    }

    /** {@code RESULT = RESULT * 33 + more}. */
    void mix(Reg more) {
        code.move(A3, RESULT);
        code.shiftLeft(A3, 5);
        code.add(RESULT, A3);
        code.add(RESULT, more);
    }

    /** To {@code none} unless the text at T is a name that a container may have; changes T and A0. */
    void name(Label none) {
        var letter = new Label();
        var next = new Label();
        code.load8(A0, T, 0);
        for (char first : new char[] {0, '-', '.'}) {
            code.compare(A0, first);
            code.jumpIf(EQUAL, none);
        }
        code.place(letter);
        for (char other : new char[] {'_', '+', '-', '.'}) {
            code.compare(A0, other);
            code.jumpIf(EQUAL, next);
        }
        for (var range : List.of("09", "AZ", "az")) {
            code.move(A1, A0);
            code.add(A1, -range.charAt(0));
            code.compare(A1, range.charAt(1) - range.charAt(0));
            code.jumpIf(NOT_ABOVE, next);
        }
        code.jump(none);
        code.place(next);
        code.add(T, 1);
        code.load8(A0, T, 0);
        code.compare(A0, 0);
        code.jumpIf(NOT_EQUAL, letter);
    }

    /**
     * Fills the blanks of the form that is there; to {@code none} if it is of another day.
     *
     * @param texts the address of where each text is, and how long
     */
    void fill(long texts, Label none) {
        var timeless = new Label();
        code.load(T, HEAD + KeptForm.MIDNIGHT * POINTER);
        code.compare(T, 0);
        code.jumpIf(EQUAL, timeless);
        time(none);
        code.place(timeless);
        var blank = new Label();
        var letter = new Label();
        var end = new Label();
        code.set(FIRST, HEAD + KeptForm.BLANKS);
        code.load(TRIES, HEAD + KeptForm.BLANKS_END * POINTER);
        code.place(blank);
        code.compare(FIRST, TRIES);
        code.jumpIf(EQUAL, end);
        code.load64(T, FIRST, 0);
        code.shiftLeft(T, 4);
        code.set(A0, texts);
        code.add(T, A0);
        code.load64(A1, T, 0);
        code.load64(A2, T, POINTER);
        code.load64(A0, FIRST, POINTER);
        code.add(FIRST, KeptForm.BLANK);
        code.place(letter);
        code.compare(A2, 0);
        code.jumpIf(EQUAL, blank);
        code.load8(T, A1, 0);
        code.store8(T, A0, 0);
        code.add(A0, 1);
        code.add(A1, 1);
        code.add(A2, -1);
        code.jump(letter);
        code.place(end);
    }

    private void time(Label none) {
        code.set(A0, 0); // CLOCK_REALTIME
        code.set(A1, clock);
        code.call(Sys.CLOCK_GETTIME);
        code.load(RESULT, clock);
        code.load(T, HEAD + KeptForm.MIDNIGHT * POINTER);
        code.subtract(RESULT, T);
        code.set(T, DAY - 1);
        code.compare(RESULT, T);
        code.jumpIf(ABOVE, none);
        code.set(A5, SIXTY);
        code.divide(A5);
        code.move(CELL, A2);  // seconds
        code.divide(A5);
        code.move(FIRST, A2); // minutes; hours are left
        int at = KeptForm.NOW + KeptForm.HOUR;
        digits(at, 2);
        code.move(RESULT, FIRST);
        digits(at + 3, 2);
        code.move(RESULT, CELL);
        digits(at + 6, 2);
        code.load(RESULT, clock + POINTER);
        digits(at + 9, DIGITS);
    }

    /** Writes RESULT with so many digits into the head. */
    private void digits(int at, int count) {
        var next = new Label();
        code.set(T, HEAD + at + count);
        code.set(A5, TEN);
        code.set(A4, count);
        code.place(next);
        code.divide(A5);
        code.add(A2, '0');
        code.add(T, -1);
        code.store8(A2, T, 0);
        code.add(A4, -1);
        code.compare(A4, 0);
        code.jumpIf(NOT_EQUAL, next);
    }
}
