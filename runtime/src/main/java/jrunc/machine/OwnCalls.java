package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.LESS;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Condition.NOT_GREATER;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A4;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.NR;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.SLOTS;
import static jrunc.machine.Reg.T;

import jrunc.linux.Errno;
import jrunc.tape.Call;
import jrunc.tape.Image;

/**
 * What the machine does without the kernel; {@link Call.Own} says what each means.
 * <pre>
 * compare:  result = (a0 &amp; a1) == a2 ? 0 : -a3
 * bits:     result = (a0 &gt;&gt;&gt; a1) &amp; a2
 * subtract: result = a0 - a1
 * add:      result = a0 + a1
 * format:   a4 = how many times a1 can be divided by 10 until it is 0, at least 1
 *           put the rests of the same divisions from a0 + a4 - 1 down to a0; result = a4
 * field:    a1 = a0 + a1, the end; a3 = the place of the last ')' in [a0, a1), or answer -EINVAL
 *           words: go from a3 to the next ' ' before a1, a2 + 1 times, or answer -EINVAL
 *           result = the number that the digits from there on say, up to another byte or the end
 * repeat:   if a0 is 0: result = -ELOOP
 *           else: the word at slots + cell.result = a0 - 1; cell -= a1 cells; go to next
 * equal:    result = the a2 bytes at a0 are those at a1 ? 0 : -a3
 * </pre>
 */
final class OwnCalls {
    private static final int TEN = 10;

    private final Assembler code;
    private final Label own;
    private final Label done;
    private final Label end;
    private final Label next;

    /** NR - FIRST_NUMBER says which, at {@code own}; all but END go to {@code done}; a REPEAT goes to {@code next}. */
    OwnCalls(Assembler code, Label own, Label done, Label end, Label next) {
        this.code = code;
        this.own = own;
        this.done = done;
        this.end = end;
        this.next = next;
    }

    void emit() {
        var labels = new Label[Call.Own.END.ordinal()];
        code.place(own);
        code.subtract(NR, T);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = new Label();
            code.jumpIf(NR, EQUAL, i, labels[i]);
        }
        code.jump(end);
        for (int i = 0; i < labels.length; i++) {
            code.place(labels[i]);
            body(Call.Own.values()[i]);
            code.jump(done);
        }
    }

    private void body(Call.Own call) {
        switch (call) {
            case COMPARE -> compare();
            case BITS -> bits();
            case SUBTRACT -> subtract();
            case ADD -> add();
            case FORMAT -> format();
            case FIELD -> field();
            case REPEAT -> repeat();
            case EQUAL -> equal();
            case END -> throw new IllegalStateException("END has no answer");
        }
    }

    private void compare() {
        code.set(RESULT, 0);
        code.and(A0, A1);
        code.jumpIf(A0, EQUAL, A2, done);
        code.subtract(RESULT, A3);
    }

    private void bits() {
        code.move(KINDS, A1);
        code.shiftRightByKinds(A0);
        code.and(A0, A2);
        code.move(RESULT, A0);
    }

    private void subtract() {
        code.subtract(A0, A1);
        code.move(RESULT, A0);
    }

    private void add() {
        code.add(A0, A1);
        code.move(RESULT, A0);
    }

    private void format() {
        var count = new Label();
        var put = new Label();
        code.set(A5, TEN);
        code.set(A4, 0);
        code.move(RESULT, A1);
        code.place(count);
        code.divide(A5);
        code.add(A4, 1);
        code.jumpIf(RESULT, NOT_EQUAL, 0, count);
        code.add(A0, A4);
        code.move(RESULT, A1);
        code.place(put);
        code.divide(A5);
        code.add(A2, '0');
        code.add(A0, -1);
        code.store8(A2, A0, 0);
        code.jumpIf(RESULT, NOT_EQUAL, 0, put);
        code.move(RESULT, A4);
    }

    private void field() {
        var bracket = new Label();
        var word = new Label();
        var digits = new Label();
        var invalid = new Label();
        code.jumpIf(A1, NOT_GREATER, 0, invalid);
        code.add(A1, A0);
        code.move(A3, A1);
        code.place(bracket);
        code.jumpIf(A3, EQUAL, A0, invalid);
        code.add(A3, -1);
        code.load8(T, A3, 0);
        code.jumpIf(T, NOT_EQUAL, ')', bracket);
        code.place(word);
        code.add(A3, 1);
        code.jumpIf(A3, EQUAL, A1, invalid);
        code.load8(T, A3, 0);
        code.jumpIf(T, NOT_EQUAL, ' ', word);
        code.jumpIf(A2, EQUAL, 0, digits);
        code.add(A2, -1);
        code.jump(word);
        code.place(digits);
        number();
        code.place(invalid);
        code.set(RESULT, 0);
        code.add(RESULT, -Errno.EINVAL.number());
    }

    private void repeat() {
        var over = new Label();
        code.jumpIf(A0, EQUAL, 0, over);
        code.add(A0, -1);
        code.load32(T, CELL, Image.RESULT);
        code.add(T, SLOTS);
        code.store64(A0, T, 0);
        code.shiftLeft(A1, TapeMachine.CELL_BITS);
        code.subtract(CELL, A1);
        code.jump(next);
        code.place(over);
        code.set(RESULT, 0);
        code.add(RESULT, -Errno.ELOOP.number());
    }

    /** Word by word, and then what is left byte by byte. */
    private void equal() {
        var words = new Label();
        var bytes = new Label();
        var differ = new Label();
        code.set(RESULT, 0);
        code.place(words);
        code.jumpIf(A2, LESS, Long.BYTES, bytes);
        code.load64(T, A0, 0);
        code.load64(A4, A1, 0);
        equal(Long.BYTES, words, differ);
        code.place(bytes);
        code.jumpIf(A2, EQUAL, 0, done);
        code.load8(T, A0, 0);
        code.load8(A4, A1, 0);
        equal(1, bytes, differ);
        code.place(differ);
        code.subtract(RESULT, A3);
    }

    private void equal(int size, Label next, Label differ) {
        code.jumpIf(T, NOT_EQUAL, A4, differ);
        code.add(A0, size);
        code.add(A1, size);
        code.add(A2, -size);
        code.jump(next);
    }

    /** A3 is the byte before the first digit, A1 the end. */
    private void number() {
        var digit = new Label();
        code.set(RESULT, 0);
        code.place(digit);
        code.add(A3, 1);
        code.jumpIf(A3, EQUAL, A1, done);
        code.load8(T, A3, 0);
        code.add(T, -'0');
        code.jumpIf(T, ABOVE, 9, done);
        code.move(A4, RESULT);
        code.shiftLeft(A4, 3);
        code.add(RESULT, RESULT);
        code.add(RESULT, A4);
        code.add(RESULT, T);
        code.jump(digit);
    }
}
