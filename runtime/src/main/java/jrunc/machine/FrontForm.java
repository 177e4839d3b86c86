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
 * fill:     if head.midnight is 0: go to blanks
 *           seconds, nanoseconds = clock_gettime(CLOCK_REALTIME); seconds -= head.midnight; if that is no time of the day: go to none
 *           write both into the text of the time in the head
 * blanks:   for each blank: copy its text to its place
 * </pre>
 */
final class FrontForm {
    private static final int POINTER = 8;
    private static final long HEAD = FrontMachine.TAPE_ADDRESS - KeptForm.HEAD;
    /** The address of the time's text. */
    static final long NOW = HEAD + KeptForm.NOW;
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

    /**
     * Fills the blanks of the form that is there; to {@code none} if it is of another day.
     *
     * @param texts the address of where each text is, and how long
     */
    void fill(long texts, Label none) {
        var timeless = new Label();
        code.load(T, HEAD + KeptForm.MIDNIGHT * POINTER);
        code.jumpIf(T, EQUAL, 0, timeless);
        time(none);
        code.place(timeless);
        var blank = new Label();
        var letter = new Label();
        var end = new Label();
        code.set(FIRST, HEAD + KeptForm.BLANKS);
        code.load(TRIES, HEAD + KeptForm.BLANKS_END * POINTER);
        code.place(blank);
        code.jumpIf(FIRST, EQUAL, TRIES, end);
        code.load64(T, FIRST, 0);
        code.shiftLeft(T, 4);
        code.set(A0, texts);
        code.add(T, A0);
        code.load64(A1, T, 0);
        code.load64(A2, T, POINTER);
        code.load64(A0, FIRST, POINTER);
        code.add(FIRST, KeptForm.BLANK);
        code.place(letter);
        code.jumpIf(A2, EQUAL, 0, blank);
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
        code.jumpIf(RESULT, ABOVE, T, none);
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
        code.jumpIf(A4, NOT_EQUAL, 0, next);
    }
}
