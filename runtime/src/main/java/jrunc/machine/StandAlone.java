package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A4;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.T;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * A static program that plays a chain of tapes to its end and needs nothing else on the host: no jrunc, and no Java.
 * <pre>
 * start:     if there is an argument: one line on stderr, exit 1
 *            block signals, open /dev/null for each of the descriptors 0 to 2 that is closed
 *            failed = 0; tape = the first one's header
 * link:      play the tape; a child that it clones ends with the tape, this process itself comes back
 *            if a cell failed: failed = 1; tape = header.failed
 *            else: tape = header.well
 *            if tape is not 0: go to link
 *            if failed is 0: exit with the word of the exit code
 *            for each tape in the order of the chain, if a cell of it has failed:
 *                if the container's process has said which cell of its own has: that one, else this one
 *                if it is this one, and memory.events says that the kernel has killed for want of memory: one line that says so, exit 1
 *                go to say
 * say:       one line on stderr, as {@link FailureWords} has it: the caption, the errno and what it means, the hint; exit 1
 * </pre>
 * In memory the words come after the tapes, in what is only read; what this program writes comes after what the tapes write.
 */
public final class StandAlone {
    private static final String BEGINNING = "jrunc: ";
    private static final String BETWEEN = ": ";
    private static final String UNKNOWN = "an errno without a name";
    private static final String ARGUMENTS = "jrunc: this program takes no arguments: what it runs was decided when it was compiled";
    private static final int HALF = 32;
    private static final int STDERR = 2;
    private static final int FAILURE = 1;
    private static final int WORD_BITS = 3;
    /** In a file of a cgroup, in bytes: as much as is read of one. */
    private static final int LONGEST_NUMBER = 32;

    private final Arch arch;
    private final Chain chain;
    private final Assembler code;
    private final FailureWords words;
    private final List<Rows> rows = new ArrayList<>();
    private final long signals;
    private final long nothing;
    private final long list;
    private final long killed;
    private final int written;
    private final long cloned;
    private final long tape;
    private final long failed;
    private final long line;
    private final Label say = new Label();
    private final Label end = new Label();

    /**
     * What a person reads of a cell.
     *
     * @param call for which an errno may have a hint; null for none
     */
    public record Caption(String attempt, Sys call) {
        /** {@return that of each cell of a tape} */
        public static List<Caption> of(Tape tape) {
            List<Caption> captions = new ArrayList<>();
            for (var cell : tape.cells()) captions.add(new Caption(cell.attempt(), cell.call() instanceof Call.Kernel(var sys) ? sys : null));
            return captions;
        }
    }

    /**
     * What the container's process plays, and says of it to a tape outside.
     *
     * @param report where that tape has it: the cell, from 1, 0 if none has failed, and the result
     * @param cells  its cells
     */
    public record Inside(Block report, List<Caption> cells) {}

    /** A whole line that is said if a cell with this caption fails so. */
    public record Instead(String attempt, Errno errno, String line) {}

    /**
     * The files of a cgroup's memory that the first tape has read when it has failed, as texts with a NUL.
     *
     * @param killed what is in events, before a number, if the kernel has killed somebody
     * @param pieces what is said then: before max, between max and peak, after peak, and after max if there is no peak
     */
    public record Memory(Block max, Block peak, Block events, String killed, List<String> pieces) {}

    /**
     * What the program does.
     *
     * @param last    the tape that leaves the exit code
     * @param exit    where
     * @param inside  for each tape of the chain: what the container's process may say to it
     * @param instead lines that take the place of the usual ones
     * @param memory  what the first tape knows of the container's memory, if that is limited
     */
    public record Whole(Arch arch, Chain chain, Image last, Operand exit, List<Optional<Inside>> inside, List<Instead> instead, Optional<Memory> memory) {}

    /** Of a tape: the addresses of the captions of its cells and, if there are any, of those inside. */
    private record Rows(long own, long inside) {}

    private StandAlone(Whole whole) {
        arch = whole.arch();
        chain = whole.chain();
        code = Assembler.of(arch);
        words = new FailureWords(arch, Elf.TAPE_ADDRESS + chain.tapeSize());
        for (var common : List.of(BEGINNING, BETWEEN, UNKNOWN, ARGUMENTS)) words.text(common);
        for (int i = 0; i < chain.links().size(); i++) {
            long own = words.captions(Caption.of(chain.links().get(i).image().tape()));
            var inside = whole.inside().get(i);
            rows.add(new Rows(own, inside.isEmpty() ? 0 : words.captions(inside.get().cells())));
        }
        for (var instead : whole.instead()) words.instead(instead.attempt(), instead.errno(), instead.line());
        if (whole.memory().isPresent()) for (var piece : whole.memory().get().pieces()) words.text(piece);
        killed = whole.memory().isPresent() ? words.alone(whole.memory().get().killed()) : 0;
        signals = words.word(ProgramStart.SIGNALS);
        nothing = words.text(ProgramStart.NOTHING);
        list = words.list();
        long slots = Elf.slotsAddress(chain.tapeSize() + words.bytes().length);
        cloned = slots + chain.slotsSize();
        tape = cloned + Long.BYTES;
        failed = tape + Long.BYTES;
        line = failed + Long.BYTES;
        written = (int) (line - slots) + BEGINNING.length() + BETWEEN.length() + 3 * words.longest() + 2 * LONGEST_NUMBER + 1;
        chain.at(Elf.TAPE_ADDRESS, slots);
    }

    /** {@return the program, an ELF file} */
    public static byte[] of(Whole whole) {
        var program = new StandAlone(whole);
        byte[] code = program.emit(whole);
        var tapes = program.chain.tapeBytes();
        var words = program.words.bytes();
        var read = Arrays.copyOf(tapes, tapes.length + words.length);
        System.arraycopy(words, 0, read, tapes.length, words.length);
        return Elf.of(whole.arch(), code, read, program.chain.slotBytes(), program.written);
    }

    private byte[] emit(Whole whole) {
        var start = new Label();
        code.entryStack(CELL);
        code.load64(T, CELL, 0);
        code.jumpIf(T, ABOVE, 1, start);
        ProgramStart.emit(code, signals, 0, nothing);
        code.set(T, chain.header());
        play();
        code.load(A0, failed);
        var well = new Label();
        code.jumpIf(A0, EQUAL, 0, well);
        for (int i = 0; i < rows.size(); i++) ifFailed(chain.links().get(i).image(), whole.inside().get(i), i == 0 ? whole.memory() : Optional.empty(), rows.get(i));
        code.place(well);
        code.load(A0, whole.last().address(whole.exit()));
        code.call(Sys.EXIT_GROUP);
        code.place(say);
        say();
        code.place(start);
        code.set(T, line);
        append(words.text(ARGUMENTS));
        end();
        return code.bytes();
    }

    /** Plays the chain from the tape whose header is at T. */
    private void play() {
        var link = new Label();
        var over = new Label();
        code.place(link);
        code.save(T, tape);
        TapeMachine.embed(code, arch, new Label(), cloned, over);
        code.place(over);
        TapeMachine.follow(code, tape, failed, OptionalLong.empty(), link);
    }

    /** If a cell of the tape has failed: to {@link #say} with the number of the cell in T, its result in A2 and the captions' address in A3. */
    private void ifFailed(Image image, Optional<Inside> inside, Optional<Memory> memory, Rows rows) {
        var well = new Label();
        var own = new Label();
        code.load(T, image.address(Tape.FAILED_CELL));
        code.jumpIf(T, EQUAL, 0, well);
        if (inside.isPresent()) {
            code.load(T, image.address(inside.get().report().word(0)));
            code.load(A2, image.address(inside.get().report().word(1)));
            code.set(A3, rows.inside);
            code.set(A1, inside.get().cells().size());
            code.jumpIf(T, EQUAL, 0, own);
            code.jumpIf(T, ABOVE, A1, own);
            code.jump(say);
        }
        code.place(own);
        if (memory.isPresent()) sayIfKilled(memory.get(), image);
        code.load(T, image.address(Tape.FAILED_CELL));
        code.load(A2, image.address(Tape.FAILED_RESULT));
        code.set(A3, rows.own);
        code.jump(say);
        code.place(well);
    }

    /** Looks whether events has a number there that is not 0. */
    private void sayIfKilled(Memory memory, Image image) {
        var next = new Label();
        var other = new Label();
        var alive = new Label();
        var unknown = new Label();
        code.set(T, image.address(memory.events().word(0)));
        code.place(next);
        code.load8(A0, T, 0);
        code.jumpIf(A0, EQUAL, 0, alive);
        TextMatch.emit(code, killed, true, other);
        code.load8(A0, A1, 0);
        code.jumpIf(A0, EQUAL, '0', alive);
        code.set(T, line);
        append(words.text(BEGINNING));
        append(words.text(memory.pieces().get(0)));
        appendLine(image.address(memory.max().word(0)));
        code.load(A0, image.address(memory.peak().word(0)));
        code.jumpIf(A0, EQUAL, 0, unknown);
        append(words.text(memory.pieces().get(1)));
        appendLine(image.address(memory.peak().word(0)));
        append(words.text(memory.pieces().get(2)));
        code.jump(end);
        code.place(unknown);
        append(words.text(memory.pieces().get(3)));
        code.jump(end);
        code.place(other);
        code.add(T, 1);
        code.jump(next);
        code.place(alive);
    }

    /** KINDS becomes the caption, A3 the call and A2 the errno, in its place of a key. */
    private void say() {
        var usual = new Label();
        code.shiftLeft(T, WORD_BITS);
        code.add(A3, T);
        code.load64(A3, A3, 0);
        code.move(KINDS, A3);
        code.shiftLeft(KINDS, HALF);
        code.shiftRight(KINDS, HALF);
        code.shiftRight(A3, HALF);
        code.negate(A2);
        code.shiftLeft(A2, HALF);
        code.set(T, line);
        append(words.text(BEGINNING));
        find(KINDS);
        code.jumpIf(A5, EQUAL, 0, usual);
        code.move(A0, A5);
        append();
        code.jump(end);
        code.place(usual);
        code.move(A0, KINDS);
        append();
        append(words.text(BETWEEN));
        nameErrno();
        var unhinted = new Label();
        code.jumpIf(A3, EQUAL, 0, unhinted);
        find(A3);
        code.jumpIf(A5, EQUAL, 0, unhinted);
        code.move(A0, A5);
        append();
        code.place(unhinted);
        code.jump(end);
    }

    private void nameErrno() {
        var known = new Label();
        code.set(A4, 0);
        find(A4);
        code.move(A0, A5);
        code.jumpIf(A0, NOT_EQUAL, 0, known);
        code.set(A0, words.text(UNKNOWN));
        code.place(known);
        append();
    }

    /** A5 = the text for this half of a key and the errno in A2, or 0. It changes A0, A1 and A4. */
    private void find(Reg half) {
        var next = new Label();
        var other = new Label();
        var over = new Label();
        code.move(A4, half);
        code.add(A4, A2);
        code.set(A0, list);
        code.set(A5, 0);
        code.place(next);
        code.load64(A1, A0, 0);
        code.jumpIf(A1, EQUAL, 0, over);
        code.jumpIf(A1, NOT_EQUAL, A4, other);
        code.load64(A5, A0, Long.BYTES);
        code.jump(over);
        code.place(other);
        code.add(A0, 2 * Long.BYTES);
        code.jump(next);
        code.place(over);
    }

    private void append(long text) {
        code.set(A0, text);
        append();
    }

    /** The same for no more than the first line of a text. */
    private void appendLine(long text) {
        code.set(A0, text);
        append(true);
    }

    private void append() {
        append(false);
    }

    /** Copies the text at A0, without its NUL, to T, which is behind it then. It changes A0 and A1. */
    private void append(boolean oneLine) {
        var next = new Label();
        var over = new Label();
        code.place(next);
        code.load8(A1, A0, 0);
        code.jumpIf(A1, EQUAL, 0, over);
        if (oneLine) {
            code.jumpIf(A1, EQUAL, '\n', over);
        }
        code.store8(A1, T, 0);
        code.add(A0, 1);
        code.add(T, 1);
        code.jump(next);
        code.place(over);
    }

    /** Writes the line that ends at T, in one go, and exits. */
    private void end() {
        code.place(end);
        code.set(A1, '\n');
        code.store8(A1, T, 0);
        code.add(T, 1);
        code.set(A1, line);
        code.subtract(T, A1);
        code.move(A2, T);
        code.set(A0, STDERR);
        code.call(Sys.WRITE);
        code.set(A0, FAILURE);
        code.call(Sys.EXIT_GROUP);
    }
}
