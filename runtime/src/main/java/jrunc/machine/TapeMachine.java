package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.GREATER;
import static jrunc.machine.Condition.LESS;
import static jrunc.machine.Condition.NOT_ABOVE;
import static jrunc.machine.Condition.NOT_BELOW;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.NR;
import static jrunc.machine.Reg.OPERANDS;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.SLOTS;
import static jrunc.machine.Reg.T;
import static jrunc.machine.Reg.TRIES;

import java.util.OptionalLong;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Image;
import jrunc.tape.On;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * The machine: plays the bytes of a tape, whose layout {@link Image} draws. It uses no stack, touches no memory but the
 * tape and its slots, and is the same code for every tape.
 * <pre>
 * start:     slots = header.slots; first = cell = header.cells; go to next
 * skip:      cell += cell.skip cells
 * follow:    cell += 1 cell
 * next:      tries = cell.tries
 * again:     a[i] = cell.operand[i], or the word it points at if bit i of cell.kinds is set       for i = 0 to 5
 *            if cell.nr is the machine's own: result = what {@link OwnCalls} says; END goes to end
 *            else: result = the kernel's answer to cell.nr with a
 *                  if result is -EAGAIN or -EINTR and --tries is not 0: go to again
 * done:      the word at slots + cell.result = result
 *            if cell.on is result: go to follow
 *            if result is no error: go to follow if cell.on is SUCCESS or NONE, else to skip
 *            if forgive[0] is ALL, or -result is forgive[0] or forgive[1], or cell.nr is BITS, SUBTRACT or ADD: go to forgiven
 *            if FAILED_CELL is not 0: go to forgiven                     cleaning up: failures are passed over
 *            FAILED_CELL = the number of cell, from 1; FAILED_RESULT = result
 *            if REPORT_FD is not negative: write(REPORT_FD, &FAILED_CELL, 16)
 *            cell = CLEAN_UP; if it is not 0: go to next
 * end:       exit_group(FAILED_CELL is 0 ? 0 : 1); embedded in another program and no child of it: go back to that
 * forgiven:  go to follow if cell.on is NONE, else to skip
 * </pre>
 */
final class TapeMachine {
    private static final int REPORT_FD = Tape.REPORT_FD.index() * 8;
    private static final int FAILED_CELL = Tape.FAILED_CELL.index() * 8;
    private static final int FAILED_RESULT = Tape.FAILED_RESULT.index() * 8;
    private static final int CLEAN_UP = Tape.CLEAN_UP.index() * 8;
    /** The shift that is the size of a cell. */
    static final int CELL_BITS = 6;
    private static final int HIGHEST_NO_ERROR = -4096;

    private final Arch arch;
    private final Assembler code;
    private final Label skip = new Label();
    private final Label follow = new Label();
    private final Label next = new Label();
    private final Label again = new Label();
    private final Label own = new Label();
    private final Label done = new Label();
    private final Label forgiven = new Label();
    private final Label end = new Label();
    /** Where the end of the tape leads if not out of the process, and the word that is 0 but in a cloned child. */
    private final Label over;
    private final long cloned;

    private TapeMachine(Arch arch, Assembler code, Label over, long cloned) {
        this.arch = arch;
        this.code = code;
        this.over = over;
        this.cloned = cloned;
    }

    private TapeMachine(Arch arch, Assembler code) {
        this(arch, code, null, 0);
    }

    /** {@return the machine as a program: it plays the tape whose header is at {@code header}, and exits} */
    static byte[] program(Arch arch, long header) {
        var code = Assembler.of(arch);
        code.set(T, header);
        new TapeMachine(arch, code).play();
        return code.bytes();
    }

    /**
     * Puts the machine into another program: whoever comes to {@code play} with the address of a tape's header in T has the tape
     * played, and goes on at {@code over}. A child that the tape clones, with memory of its own, ends with the tape instead.
     *
     * @param cloned the address of a word that is 0
     */
    static void embed(Assembler code, Arch arch, Label play, long cloned, Label over) {
        code.place(play);
        new TapeMachine(arch, code, over, cloned).play();
    }

    /**
     * Puts the step from one tape of a {@link jrunc.tape.Chain} to the next behind the end of a tape: with the address of its header in T to
     * {@code link}, or on if there is none.
     *
     * @param tape    the address of the word that has the address of the header of the tape that has ended
     * @param failed  of the word that is no longer 0 once a tape has failed
     * @param lasting of the same for one that has gone well and lasts; nothing if nobody asks for it
     */
    static void follow(Assembler code, long tape, long failed, OptionalLong lasting, Label link) {
        var well = new Label();
        var next = new Label();
        code.load(T, tape);
        code.load64(A0, SLOTS, FAILED_CELL);
        code.jumpIf(A0, EQUAL, 0, well);
        code.save(A0, failed);
        code.load64(T, T, Image.HEADER_FAILED);
        code.jump(next);
        code.place(well);
        if (lasting.isPresent()) code.load64(A0, T, Image.HEADER_LASTS);
        code.load64(T, T, Image.HEADER_WELL);
        if (lasting.isPresent()) {
            code.jumpIf(A0, EQUAL, 0, next);
            code.save(A0, lasting.getAsLong());
        }
        code.place(next);
        code.jumpIf(T, NOT_EQUAL, 0, link);
    }

    private void play() {
        useHeader(T);
        code.move(CELL, FIRST);
        code.jump(next);
        loop();
    }

    /** {@return the machine behind a {@link Springboard}'s leap: a child comes out of it with its cell done} */
    static byte[] springboard(Arch arch) {
        var code = Assembler.of(arch);
        var machine = new TapeMachine(arch, code);
        Springboard.leap(code, arch);
        machine.useHeader(T);
        code.jump(machine.done);
        machine.loop();
        return code.bytes();
    }

    private void useHeader(Reg header) {
        code.load64(SLOTS, header, Image.HEADER_SLOTS);
        code.load64(FIRST, header, Image.HEADER_CELLS);
    }

    private void loop() {
        code.place(skip);
        code.load32(T, CELL, Image.SKIP);
        code.shiftLeft(T, CELL_BITS);
        code.add(CELL, T);
        code.place(follow);
        code.add(CELL, Image.CELL);
        code.place(next);
        code.load8(TRIES, CELL, Image.TRIES);
        code.place(again);
        operands();
        call();
        code.place(done);
        store();
        decide();
        fail();
        code.place(end);
        end();
        new OwnCalls(code, own, done, end, next).emit();
    }

    private void operands() {
        code.load8(KINDS, CELL, Image.KINDS);
        for (int i = 0; i < OPERANDS.length; i++) {
            var plain = new Label();
            code.load64(OPERANDS[i], CELL, Image.OPERANDS + i * 8);
            code.jumpUnlessBit(KINDS, i, plain);
            code.load64(OPERANDS[i], OPERANDS[i], 0);
            code.place(plain);
        }
    }

    private void call() {
        var retry = new Label();
        code.load16(NR, CELL, Image.NUMBER);
        code.set(T, Call.Own.FIRST_NUMBER);
        code.jumpIf(NR, NOT_BELOW, T, own);
        code.systemCall();
        if (over != null) noteChild();
        code.jumpIf(RESULT, EQUAL, -Errno.EAGAIN.number(), retry);
        code.jumpIf(RESULT, NOT_EQUAL, -Errno.EINTR.number(), done);
        code.place(retry);
        code.add(TRIES, -1);
        code.jumpIf(TRIES, NOT_EQUAL, 0, again);
    }

    /** Only a clone answers 0 twice, and only the child's 0 is written down where the child will look. */
    private void noteChild() {
        var parent = new Label();
        code.jumpIf(RESULT, NOT_EQUAL, 0, parent);
        code.load16(T, CELL, Image.NUMBER);
        code.jumpIf(T, NOT_EQUAL, Sys.CLONE3.number(arch), parent);
        code.set(A0, cloned);
        code.store64(T, A0, 0);
        code.place(parent);
    }

    private void store() {
        code.load32(T, CELL, Image.RESULT);
        code.add(T, SLOTS);
        code.store64(RESULT, T, 0);
    }

    /** NONE and SUCCESS are above 0, and no number that a cell may wait for is. */
    private void decide() {
        var error = new Label();
        code.load16Signed(T, CELL, Image.ON);
        code.jumpIf(T, EQUAL, RESULT, follow);
        code.jumpIf(RESULT, ABOVE, HIGHEST_NO_ERROR, error);
        code.jumpIf(T, GREATER, 0, follow);
        code.jump(skip);
        code.place(error);
        code.move(A0, RESULT);
        code.negate(A0);
        forgive();
    }

    private void forgive() {
        code.load8(T, CELL, Image.FORGIVE);
        code.jumpIf(T, EQUAL, Image.FORGIVE_ALL, forgiven);
        code.jumpIf(T, EQUAL, A0, forgiven);
        code.load8(T, CELL, Image.FORGIVE + 1);
        code.jumpIf(T, EQUAL, A0, forgiven);
        code.load16(A0, CELL, Image.NUMBER);
        code.set(T, Call.Own.BITS.number(arch));
        code.subtract(A0, T);
        code.jumpIf(A0, NOT_ABOVE, Call.Own.ADD.number(arch) - Call.Own.BITS.number(arch), forgiven);
        code.load64(T, SLOTS, FAILED_CELL);
        code.jumpIf(T, NOT_EQUAL, 0, forgiven);
    }

    private void fail() {
        var silent = new Label();
        code.move(T, CELL);
        code.subtract(T, FIRST);
        code.shiftRight(T, CELL_BITS);
        code.add(T, 1);
        code.store64(T, SLOTS, FAILED_CELL);
        code.store64(RESULT, SLOTS, FAILED_RESULT);
        code.load64(A0, SLOTS, REPORT_FD);
        code.jumpIf(A0, LESS, 0, silent);
        code.move(A1, SLOTS);
        code.add(A1, FAILED_CELL);
        code.set(A2, Report.SIZE);
        code.call(Sys.WRITE);
        code.place(silent);
        code.load64(CELL, SLOTS, CLEAN_UP);
        code.jumpIf(CELL, NOT_EQUAL, 0, next);
    }

    private void end() {
        var exit = new Label();
        if (over != null) {
            code.set(T, cloned);
            code.load64(T, T, 0);
            code.jumpIf(T, EQUAL, 0, over);
        }
        code.load64(T, SLOTS, FAILED_CELL);
        code.set(A0, 0);
        code.jumpIf(T, EQUAL, 0, exit);
        code.set(A0, 1);
        code.place(exit);
        code.call(Sys.EXIT_GROUP);
        code.place(forgiven);
        code.load16Signed(T, CELL, Image.ON);
        code.jumpIf(T, EQUAL, On.NONE, follow);
        code.jump(skip);
    }
}
