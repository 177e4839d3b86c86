package jrunc.machine;

import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;

/** The loop of a {@link Front} that compares one text with several; it changes A0 to A3, KINDS and RESULT. */
final class TextMatch {
    private TextMatch() {}

    /**
     * RESULT = which of the texts the one at T is, or begins with if that text ends with {@code =}, which is in KINDS then: A1 is
     * behind it. If it is none of them: to {@code none}.
     *
     * @param texts      their address, as {@link FrontData#texts} gives it
     * @param beginnings whether it is enough to begin with any of them
     */
    static void emit(Assembler code, long texts, boolean beginnings, Label none) {
        var text = new Label();
        var letter = new Label();
        var end = new Label();
        var other = new Label();
        var same = new Label();
        code.set(A0, texts);
        code.set(RESULT, 0);
        code.place(text);
        code.load8(A2, A0, 0);
        code.jumpIf(A2, EQUAL, 0, none);
        code.move(A1, T);
        code.place(letter);
        code.load8(A2, A0, 0);
        code.jumpIf(A2, EQUAL, 0, beginnings ? same : end);
        code.move(KINDS, A2);
        code.load8(A3, A1, 0);
        code.jumpIf(A2, NOT_EQUAL, A3, other);
        code.add(A0, 1);
        code.add(A1, 1);
        code.jump(letter);
        code.place(end);
        code.jumpIf(KINDS, EQUAL, '=', same);
        code.load8(A3, A1, 0);
        code.jumpIf(A3, EQUAL, 0, same);
        code.place(other);
        code.load8(A2, A0, 0);
        code.add(A0, 1);
        code.jumpIf(A2, NOT_EQUAL, 0, other);
        code.add(RESULT, 1);
        code.jump(text);
        code.place(same);
    }
}
