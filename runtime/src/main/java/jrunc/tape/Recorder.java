package jrunc.tape;

import static jrunc.tape.Operand.imm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Flag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;

/**
 * Writes a tape, cell by cell. Inside {@link #attempt} each cell inherits the caption, so what a person reads comes from
 * where the operand was built.
 */
public final class Recorder {
    /** The room for a number in a template: as many digits as a 64-bit number can have. */
    public static final int DIGITS = 20;
    private static final Operand WHOLE = Operand.named(-1, "0xffffffffffffffff");

    private static final Operand.Imm HALF = Operand.named(0xFFFFFFFFL, "0xffffffff");

    private final Arch arch;
    private final List<Result> results = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Long, Operand.Imm> opens = new HashMap<>();
    private final Map<OpenHow, Operand.Words> openHows = new HashMap<>();
    /** First and last cell of what is played again. */
    private final List<int[]> loops = new ArrayList<>();
    private final List<Block> scratches = new ArrayList<>();
    private int cleanUp = -1;
    private String section = "";
    private String attempt = "";

    private record OpenHow(long flags, List<? extends Flag> resolve) {}

    public Recorder(Arch arch) {
        this.arch = arch;
    }

    /** {@return the processor this tape is for: a few flags differ} */
    public Arch arch() {
        return arch;
    }

    /** The cells from here on stand under this heading: a section of the spec, or a step of the runtime. */
    public void section(String heading) {
        section = heading;
    }

    /** Records cells that share one caption: what a person reads if one of them fails. */
    public void attempt(String caption, Consumer<Recorder> cells) {
        String outer = attempt;
        attempt = caption;
        cells.accept(this);
        attempt = outer;
    }

    /** Records a system call. */
    public Result call(Sys sys, Operand... operands) {
        return record(Call.Kernel.of(sys), operands);
    }

    /** Records something the player does by itself. */
    public Result own(Call.Own own, Operand... operands) {
        return record(own, operands);
    }

    /** {@return the flags of an open, as this processor knows them} */
    public Operand.Imm open(OpenFlag... flags) {
        long bits = OpenFlag.bits(arch, flags);
        var known = opens.get(bits);
        if (known != null) return known;
        var of = arch; // not this recorder, which a name must not keep in memory
        var shown = new Operand.Imm(bits, () -> OpenFlag.show(of, bits));
        opens.put(bits, shown);
        return shown;
    }

    /** {@return the struct open_how of an openat2 that makes nothing; all calls of the tape that ask for the same share it} */
    public Operand.Words openHow(Operand.Imm flags, List<? extends Flag> resolve) {
        return openHows.computeIfAbsent(new OpenHow(flags.value(), resolve), _ -> Operand.words(flags, imm(0), Operand.flags(resolve)));
    }

    /** {@return the lower 32 bits of a word: the first of two ints that the kernel has put there, such as the ends of a pipe} */
    public Result low(Operand word) {
        return own(Call.Own.BITS, word, imm(0), HALF);
    }

    /** {@return the upper 32 bits of a word: the second of two ints} */
    public Result high(Operand word) {
        return own(Call.Own.BITS, word, imm(32), HALF);
    }

    /** Closes what a call that may have failed has opened. */
    public void close(Operand... descriptors) {
        for (var descriptor : descriptors) call(Sys.CLOSE, descriptor).forgive(Errno.EBADF);
    }

    /** Fails with this errno. */
    public void fail(Errno errno) {
        expect(imm(0), -1, imm(1), errno);
    }

    /** {@return a word that keeps its value for the whole tape, such as a descriptor that the clean-up closes} */
    public Operand.Word variable(long initial) {
        return block(longBytes(initial), null).word(0);
    }

    /** {@return {@code size} zero bytes (rounded up to words) that cells may write} */
    public Block block(int size) {
        return block(new byte[(size + 7) / 8 * 8], null);
    }

    /** {@return the one buffer of this size that attempts share: what is in it counts only until the next call fills it} */
    public Block scratch(int size) {
        for (var block : scratches) {
            if (block.initial().length == size) return block;
        }
        var block = block(size);
        scratches.add(block);
        return block;
    }

    /** {@return memory that cells may write, with these bytes in it at the start} */
    public Block block(byte[] initial, String caption) {
        var block = new Block(blocks.size(), Arrays.copyOf(initial, (initial.length + 7) / 8 * 8), caption);
        blocks.add(block);
        return block;
    }

    /** Sets a slot or a word. */
    public void set(Operand target, Operand value) {
        own(Call.Own.ADD, value, imm(0)).into(target);
    }

    /**
     * Records cells that are played again as long as they leave {@code more} at 1, at most {@code most} times in all; the
     * tape fails with ELOOP if that is not enough. A value that they leave to their next turn must be in a variable.
     */
    public void repeat(long most, Operand.Word more, Consumer<Recorder> cells) {
        var left = variable(0);
        set(left, imm(most - 1));
        int first = results.size();
        cells.accept(this);
        when(more, -1, imm(1), t -> t.own(Call.Own.REPEAT, left, imm(results.size() - first)).into(left));
        loops.add(new int[] {first, results.size() - 1});
    }

    /** Fails with {@code otherwise} unless {@code (actual & mask) == wanted}. */
    public Result expect(Operand actual, long mask, Operand wanted, Errno otherwise) {
        var shownMask = mask == -1 ? WHOLE : new Operand.Imm(mask, () -> "0x" + Long.toHexString(mask));
        return own(Call.Own.COMPARE, actual, shownMask, wanted, new Operand.Imm(otherwise.number(), otherwise::name));
    }

    /** Plays the cells only if {@code (actual & mask) == wanted}. */
    public void when(Operand actual, long mask, Operand wanted, Consumer<Recorder> cells) {
        expect(actual, mask, wanted, Errno.ENOMSG).forgive(Errno.ENOMSG).on(0, cells);
    }

    /** Plays the cells only if {@code (actual & mask) != other}. */
    public void unless(Operand actual, long mask, Operand other, Consumer<Recorder> cells) {
        expect(actual, mask, other, Errno.ENOMSG).on(Errno.ENOMSG, cells);
    }

    /**
     * {@return the address of a path with numbers in it: strings, and operands that are formatted when the tape plays}
     * Unused digits are filled with slashes, which the kernel passes over.
     */
    public Operand.Address path(Object... parts) {
        return template('/', parts).address();
    }

    /** {@return a text with numbers in it; unused digits are filled with {@code filler}, or with NUL at its end} */
    public Block template(char filler, Object... parts) {
        var bytes = new java.io.ByteArrayOutputStream();
        var caption = new StringBuilder("\"");
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] instanceof String text) {
                bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                caption.append(text.replace("\n", "\\n").replace("\0", "\\0").replace("\1", "\\1"));
            } else {
                byte[] room = new byte[DIGITS];
                Arrays.fill(room, i == parts.length - 1 ? 0 : (byte) filler);
                bytes.writeBytes(room);
                caption.append("{}");
            }
        }
        bytes.write(0);
        var block = block(bytes.toByteArray(), caption.append('"').toString());
        int offset = 0;
        for (var part : parts) {
            if (part instanceof String text) {
                offset += text.getBytes(StandardCharsets.UTF_8).length;
            } else {
                own(Call.Own.FORMAT, new Operand.Address(block, offset), (Operand) part);
                offset += DIGITS;
            }
        }
        return block;
    }

    /**
     * Here the tape stops, with all that it has opened still open. Whoever has it played does something else, and then has it go
     * on with the next cell, or clean up. A tape has at most one pause.
     */
    public void pause() {
        own(Call.Own.END);
    }

    /** Records what is played after a failure, and only then; it must be the last. A failure in it is passed over. */
    public void cleanUp(Consumer<Recorder> cells) {
        own(Call.Own.END);
        cleanUp = results.size();
        cells.accept(this);
    }

    /** {@return the tape} */
    public Tape finish() {
        own(Call.Own.END);
        if (cleanUp < 0) cleanUp = results.size() - 1;
        int slots = new SlotAllocation(results, loops).assign();
        var cells = new ArrayList<Cell>(results.size());
        for (var result : results) cells.add(result.cell());
        return new Tape(arch, cells, cleanUp, slots, blocks);
    }

    private Result record(Call call, Operand... operands) {
        for (int i = 0; i < operands.length; i++) if (operands[i] instanceof Operand.Words words) operands[i] = settled(words);
        var result = new Result(results.size(), call, operands, section, attempt);
        results.add(result);
        return result;
    }

    /** A struct whose words are all known now stays as it is; one with slots in it is filled in while the tape plays. */
    private Operand settled(Operand.Words struct) {
        boolean known = true;
        boolean flat = true;
        for (var word : struct.words()) {
            known &= !isLookedUp(word);
            flat &= !(word instanceof Operand.Words);
        }
        if (known && flat) return struct;
        List<Operand> words = new ArrayList<>(struct.words());
        words.replaceAll(word -> word instanceof Operand.Words deeper ? settled(deeper) : word);
        if (known) return new Operand.Words(words);
        var block = block(new byte[words.size() * 8], struct.shown());
        for (int i = 0; i < words.size(); i++) {
            if (!(words.get(i) instanceof Operand.Imm number && number.value() == 0)) set(block.word(i), words.get(i));
        }
        return block.address();
    }

    static boolean isLookedUp(Operand operand) {
        return operand instanceof Operand.Slot || operand instanceof Operand.Word || operand instanceof Operand.Left || operand instanceof Result;
    }

    private static byte[] longBytes(long value) {
        var bytes = new byte[8];
        for (int i = 0; i < 8; i++) bytes[i] = (byte) (value >>> 8 * i);
        return bytes;
    }

    /**
     * A recorded cell whose details can still be said, and, as an operand of later cells, its result. A result may be used
     * only by cells that play after it: those inside a skipped branch leave none.
     */
    public final class Result implements Operand {
        final int index;
        private final Call call;
        final Operand[] operands;
        private final String section;
        private final String attempt;
        private Operand target;
        private On on;
        private int skip;
        private List<Errno> forgiven = List.of();
        private boolean forgiveAll;
        private int tries = 1;

        private Result(int index, Call call, Operand[] operands, String section, String attempt) {
            this.index = index;
            this.call = call;
            this.operands = operands;
            this.section = section;
            this.attempt = attempt;
        }

        /** These errors are fine here. */
        public Result forgive(Errno... errnos) {
            forgiven = List.of(errnos);
            return this;
        }

        /** Any error is fine here. */
        public Result forgiveAll() {
            forgiveAll = true;
            return this;
        }

        /** Asked again while the kernel answers EAGAIN or EINTR, so often. */
        public Result tries(int most) {
            tries = most;
            return this;
        }

        /** The result goes to this slot or word. */
        public Result into(Operand slotOrWord) {
            target = slotOrWord;
            return this;
        }

        /** For this errno, which is then no failure, the cells that {@code then} records are played; for others not. */
        public Result on(Errno errno, Consumer<Recorder> then) {
            return branch(new On.Value(-errno.number()), then);
        }

        /** For this result the cells are played; for others not. */
        public Result on(int result, Consumer<Recorder> then) {
            return branch(new On.Value(result), then);
        }

        /** If the call succeeds the cells are played; what else may happen must be forgiven. */
        public Result onSuccess(Consumer<Recorder> then) {
            return branch(new On.Success(), then);
        }

        private Result branch(On condition, Consumer<Recorder> then) {
            if (results.size() != index + 1) throw new IllegalStateException("a branch must follow its cell: " + call.word());
            on = condition;
            then.accept(Recorder.this);
            skip = results.size() - index - 1;
            return this;
        }

        boolean needsSlot() {
            return target == null;
        }

        void assign(Slot slot) {
            target = slot;
        }

        Operand target() {
            return target;
        }

        @Override public String shown() {
            return target == null ? "_" : target.shown();
        }

        private Cell cell() {
            for (int i = 0; i < operands.length; i++) if (operands[i] instanceof Result used) operands[i] = used.target;
            return new Cell(call, List.of(operands), target, on, skip, forgiven, forgiveAll, tries, section, attempt);
        }
    }
}
