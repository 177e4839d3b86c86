package jrunc.tape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a tape, in two pieces: one that is only read while it plays (header, cells, structs and texts) and one
 * that is written (slots and blocks). The places are fixed before the addresses are known, so the same tape can be laid
 * out for an ELF segment or for memory of this JVM; every pointer in the bytes is then a final number.
 *
 * <p>The header, {@value #HEADER} bytes, in 64-bit little-endian words: {@code "jrtape1\0"}, the address of slot 0, the
 * address of cell 1, the number of cells, and what a {@link Chain} says of it: the address of the header of the tape that is
 * played next if all goes well, that of the one that is if not, each 0 for none, and 1 if what it has done lasts. Then the cells, {@value #CELL} bytes each:
 * <pre>
 *  0      2       3       4      6    7    8        12        16                  64
 *  +------+-------+-------+------+----+----+--------+---------+-------------------+
 *  |  nr  | kinds | tries |  on  | forgive |  skip  | result  | six operands, u64 |
 *  | u16  |  u8   |  u8   | i16  | u8   u8 |  u32   |  u32    |                   |
 *  +------+-------+-------+------+----+----+--------+---------+-------------------+
 * </pre>
 * {@code kinds}: bit i is set if operand i is the address of the word to take instead of the word itself.
 * {@code on}: 0 or {@code -errno}; {@link On.Success#CODE} for any success; {@link On#NONE} for no condition.
 * {@code forgive}: errnos, 0 for none, {@value #FORGIVE_ALL} in the first for all. {@code skip}: in cells.
 * {@code result}: bytes from slot 0; a result that nobody asks for goes to slot {@value #LAST}.
 *
 * <p>The kinds of operand are told apart by {@code instanceof}: a switch over types is linked anew in every JVM, which no AOT
 * cache of JDK 25 saves, and takes 4 ms each.
 */
public final class Image {
    /** Size of the header in bytes. */
    public static final int HEADER = 64;
    /** Size of a cell in bytes. */
    public static final int CELL = 64;
    /** In the header: the address of slot 0. */
    public static final int HEADER_SLOTS = 8;
    /** In the header: the address of cell 1. */
    public static final int HEADER_CELLS = 16;
    /** In the header: the address of the next tape's header if all goes well. */
    public static final int HEADER_WELL = 32;
    /** In the header: the address of the next tape's header if a cell fails. */
    public static final int HEADER_FAILED = 40;
    /** In the header: whether what it has done lasts, so that the command cannot be done anew. */
    public static final int HEADER_LASTS = 48;
    /** In a cell: the number of the call. */
    public static final int NUMBER = 0;
    /** In a cell: which operands are addresses of the word to take. */
    public static final int KINDS = 2;
    /** In a cell: how often it is asked at most. */
    public static final int TRIES = 3;
    /** In a cell: for which result the next cells are played. */
    public static final int ON = 4;
    /** In a cell: two errnos that are fine. */
    public static final int FORGIVE = 6;
    /** In a cell: how many cells are passed over. */
    public static final int SKIP = 8;
    /** In a cell: where the result goes, in bytes from slot 0. */
    public static final int RESULT = 12;
    /** In a cell: the first operand. */
    public static final int OPERANDS = 16;
    /** In the first of the two forgiven errnos: every error is fine. */
    public static final int FORGIVE_ALL = 255;
    /** The slot for results that nobody asks for. */
    public static final int LAST = 4;
    /** So many cells are made ready at a time: a tape may have tens of thousands, and memory be short. */
    private static final int AT_ONCE = 1024;
    /** From this size on a block stands behind the others. */
    private static final int LARGE = 512;
    private static final long MAGIC = 0x00_31_65_70_61_74_72_6aL;

    private final Tape tape;
    private final Map<String, Integer> texts = new HashMap<>();
    private final Map<Operand, Integer> others = new IdentityHashMap<>();
    private final List<Operand.Words> structs = new ArrayList<>();
    private final List<byte[]> pieces = new ArrayList<>();
    private final List<Integer> pieceOffsets = new ArrayList<>();
    private final int[] blockOffsets;
    private final int slotsSize;
    /** Where the structs begin, and behind them the texts and bytes; the offsets of both count from there. */
    private final int structsAt;
    private final int piecesAt;
    private int structsSize;
    private int piecesSize;
    private long tapeAddress;
    private long slotsAddress;
    private long well;
    private long failed;
    private boolean lasts;

    public Image(Tape tape) {
        this.tape = tape;
        blockOffsets = new int[tape.blocks().size()];
        int offset = tape.slots() * 8;
        // The large ones last: they are buffers that are seldom filled, and a page that nobody writes costs no memory.
        for (int large = 0; large < 2; large++) {
            for (var block : tape.blocks()) {
                if (block.initial().length >= LARGE != (large == 1)) continue;
                blockOffsets[block.id()] = offset;
                offset += block.initial().length;
            }
        }
        slotsSize = offset;
        structsAt = HEADER + tape.cells().size() * CELL;
        for (int i = 0; i < tape.cells().size(); i++) {
            var operands = tape.cells().get(i).operands();
            for (int k = 0; k < operands.size(); k++) place(operands.get(k));
        }
        piecesAt = structsAt + structsSize;
    }

    /** {@return the size in bytes of the piece that is only read} */
    public int tapeSize() {
        return piecesAt + piecesSize;
    }

    /** {@return the size in bytes of the piece that is written} */
    public int slotsSize() {
        return slotsSize;
    }

    /** {@return where in the piece that is written the word of this operand is, in bytes} */
    public int offset(Operand slotOrWord) {
        if (slotOrWord instanceof Operand.Slot(int index)) return index * 8;
        if (slotOrWord instanceof Operand.Word(var block, int at)) return blockOffsets[block.id()] + at;
        throw new IllegalArgumentException("no slot: " + slotOrWord.shown());
    }

    /** {@return where in the piece that is written this block begins, in bytes} */
    public int offset(Block block) {
        return blockOffsets[block.id()];
    }

    /** Fixes the addresses of the two pieces; both must be multiples of 8. */
    public Image at(long tapeAddress, long slotsAddress) {
        this.tapeAddress = tapeAddress;
        this.slotsAddress = slotsAddress;
        return this;
    }

    /** Says which tapes follow, by the addresses of their headers. */
    void follow(long well, long failed, boolean lasts) {
        this.well = well;
        this.failed = failed;
        this.lasts = lasts;
    }

    /** {@return the tape} */
    public Tape tape() {
        return tape;
    }

    /** {@return what this tape leaves in a slot or word, for a later tape of the same chain} */
    public Operand left(Operand slotOrWord) {
        return new Operand.Left(this, slotOrWord);
    }

    /** {@return the address of the word of this operand} */
    public long address(Operand slotOrWord) {
        return slotsAddress + offset(slotOrWord);
    }

    /** {@return the address of the header} */
    long header() {
        return tapeAddress;
    }

    /** {@return the address of a cell, by its index} */
    public long cellAddress(int index) {
        return tapeAddress + HEADER + (long) index * CELL;
    }

    /** {@return the piece that is only read} */
    public byte[] tapeBytes() {
        return tapeBytes(0);
    }

    /** {@return the same for a tape that begins at a later cell: reports count from there} */
    public byte[] tapeBytes(int first) {
        var bytes = new byte[tapeSize()];
        putTape(first, bytes, 0);
        return bytes;
    }

    /** Puts the piece that is only read to this place in {@code out}. */
    public void putTape(byte[] out, int at) {
        putTape(0, out, at);
    }

    private void putTape(int first, byte[] out, int at) {
        var header = new long[HEADER / Long.BYTES];
        header[0] = MAGIC;
        header[HEADER_SLOTS / Long.BYTES] = slotsAddress;
        header[HEADER_CELLS / Long.BYTES] = cellAddress(first);
        header[HEADER_CELLS / Long.BYTES + 1] = tape.cells().size() - first;
        header[HEADER_WELL / Long.BYTES] = well;
        header[HEADER_FAILED / Long.BYTES] = failed;
        header[HEADER_LASTS / Long.BYTES] = lasts ? 1 : 0;
        put(header, header.length, out, at);
        putCells(out, at + HEADER);
        var words = new long[structsSize / Long.BYTES];
        for (var struct : structs) write(struct, words);
        put(words, words.length, out, at + structsAt);
        for (int i = 0; i < pieces.size(); i++) put(pieces.get(i), out, at + piecesAt + pieceOffsets.get(i));
    }

    private void putCells(byte[] out, int at) {
        var words = new long[Math.min(tape.cells().size(), AT_ONCE) * CELL / Long.BYTES];
        int filled = 0;
        for (var cell : tape.cells()) {
            write(cell, words, filled);
            filled += CELL / Long.BYTES;
            if (filled < words.length) continue;
            put(words, filled, out, at);
            at += filled * Long.BYTES;
            filled = 0;
        }
        put(words, filled, out, at);
    }

    /** {@return the piece that is written, as it is before the first cell plays} */
    public byte[] slotBytes() {
        var words = new long[slotsSize / Long.BYTES];
        words[Tape.REPORT_FD.index()] = -1;
        boolean cleansUp = tape.cleanUp() < tape.cells().size() - 1;
        words[Tape.CLEAN_UP.index()] = cleansUp ? cellAddress(tape.cleanUp()) : 0;
        var out = new byte[slotsSize];
        put(words, words.length, out, 0);
        for (var block : tape.blocks()) put(block.initial(), out, blockOffsets[block.id()]);
        return out;
    }

    /** Many at once: word by word is slow in a JVM that still interprets. */
    private static void put(long[] words, int count, byte[] out, int at) {
        ByteBuffer.wrap(out, at, count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words, 0, count);
    }

    private static void put(byte[] piece, byte[] out, int at) {
        System.arraycopy(piece, 0, out, at, piece.length);
    }

    private void place(Operand operand) {
        if (operand instanceof Operand.Text text) {
            if (texts.putIfAbsent(text.utf8(), piecesSize) == null) place(text.utf8().getBytes(StandardCharsets.UTF_8), 1);
        } else if (operand instanceof Operand.Bytes bytes) {
            if (others.putIfAbsent(bytes, piecesSize) == null) place(bytes.bytes(), 0);
        } else if (operand instanceof Operand.Words words) {
            if (others.containsKey(words)) return;
            for (var word : words.words()) place(word);
            others.put(words, structsSize);
            structs.add(words);
            structsSize += words.words().size() * Long.BYTES;
        }
    }

    private void place(byte[] piece, int zeros) {
        pieces.add(piece);
        pieceOffsets.add(piecesSize);
        piecesSize += (piece.length + zeros + 7) / 8 * 8;
    }

    /** {@link #NUMBER} to {@link #FORGIVE}, then {@link #SKIP} and {@link #RESULT}, then the operands, each its own word. */
    private void write(Cell cell, long[] words, int at) {
        long kinds = 0;
        int first = at + OPERANDS / Long.BYTES;
        var operands = cell.operands();
        for (int i = 0; i < operands.size(); i++) {
            var operand = operands.get(i);
            if (Recorder.isLookedUp(operand)) kinds |= 1L << i;
            words[first + i] = Recorder.isLookedUp(operand) ? whereIs(operand) : value(operand);
        }
        var forgiven = cell.forgiven();
        long one = cell.forgiveAll() ? FORGIVE_ALL : forgiven.isEmpty() ? 0 : forgiven.get(0).number();
        long other = forgiven.size() < 2 ? 0 : forgiven.get(1).number();
        long on = (cell.on() == null ? On.NONE : cell.on().code()) & 0xFFFFL;
        words[at] = cell.call().number(tape.arch()) | kinds << 8 * KINDS | (long) cell.tries() << 8 * TRIES | on << 8 * ON
                | one << 8 * FORGIVE | other << 8 * (FORGIVE + 1);
        long result = cell.result() == null ? LAST * 8 : offset(cell.result());
        words[at + 1] = cell.skip() | result << 8 * (RESULT - SKIP);
    }

    private long whereIs(Operand lookedUp) {
        return lookedUp instanceof Operand.Left left ? left.image().address(left.slotOrWord()) : address(lookedUp);
    }

    private void write(Operand.Words struct, long[] words) {
        int at = others.get(struct) / Long.BYTES;
        for (var word : struct.words()) words[at++] = value(word);
    }

    private long value(Operand operand) {
        if (operand instanceof Operand.Imm imm) return imm.value();
        if (operand instanceof Operand.Address address) return slotsAddress + blockOffsets[address.block().id()] + address.offset();
        if (operand instanceof Operand.Text text) return tapeAddress + piecesAt + texts.get(text.utf8());
        if (operand instanceof Operand.Bytes) return tapeAddress + piecesAt + others.get(operand);
        if (operand instanceof Operand.Words) return tapeAddress + structsAt + others.get(operand);
        throw new IllegalArgumentException("known only while playing: " + operand.shown());
    }
}
