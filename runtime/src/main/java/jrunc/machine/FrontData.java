package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.linux.Arch;

/**
 * The texts and numbers of a {@link Front}, at addresses that are known as soon as they are added, and the ELF file:
 * <pre>
 *  file      0                         at
 *            +------------+------------+------------+
 *            | ELF header |  code R-X  |  data RW-  |   zeros RW-
 *            +------------+------------+------------+-------------+
 *  memory    0x400000                  0x10000000   0x10004000
 *                                        + at         + at
 * </pre>
 * An address and its place in the file are the same modulo 64 KiB, the largest page of aarch64.
 */
final class FrontData {
    private static final int ROOM = 0x4000;
    private static final long CODE_ADDRESS = 0x400000;
    private static final long DATA_ADDRESS = 0x10000000;
    private static final int ALIGNMENT = 64;
    private static final int FILE_HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int SEGMENTS = 3;
    private static final int HEADERS = FILE_HEADER + SEGMENTS * SEGMENT;
    private static final int LARGEST_PAGE = 0x10000;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;

    private final ByteBuffer content = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private final int at;
    private int zeros;

    /** @param at where in the file the data begin, as {@link #after} says */
    FrontData(int at) {
        this.at = at;
    }

    /** {@return where data can begin in a file with so much code, and a little more: addresses may take other instructions} */
    static int after(int codeSize) {
        return (HEADERS + codeSize) / ALIGNMENT * ALIGNMENT + 2 * ALIGNMENT;
    }

    /** {@return the address of {@code size} bytes that are put next} */
    long aligned(int size) {
        content.position((content.position() + 7) / 8 * 8);
        if (size > content.remaining()) throw new IllegalStateException("the front has outgrown its place");
        return address();
    }

    /** {@return the address of these bytes} */
    long bytes(byte[] piece) {
        long at = address();
        content.put(piece);
        return at;
    }

    /** {@return the address of the text and a NUL behind it} */
    long text(String text) {
        long at = address();
        content.put(utf8(text)).put((byte) 0);
        return at;
    }

    /** {@return the address of the first text; after the last one comes an empty one} */
    long texts(List<String> texts) {
        long at = address();
        texts.forEach(this::text);
        text("");
        return at;
    }

    /** {@return the address of so many bytes, all 0, that take no place in the file} */
    long room(int size) {
        long room = DATA_ADDRESS + at + ROOM + zeros;
        zeros += (size + 7) / 8 * 8;
        return room;
    }

    /** {@return the address of a 64-bit number} */
    long word(long word) {
        long at = aligned(Long.BYTES);
        content.putLong(word);
        return at;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long address() {
        return DATA_ADDRESS + at + content.position();
    }

    /** {@return the file; the code starts with its first instruction} */
    static byte[] elf(Arch arch, byte[] code, FrontData data) {
        int at = data.at;
        if (HEADERS + code.length > at) throw new IllegalStateException("the front has outgrown its place");
        int size = data.content.position();
        var out = ByteBuffer.allocate(at + size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x464C457F).put((byte) 2).put((byte) 1).put((byte) 1).put(new byte[9]);      // 64 bits, little-endian
        out.putShort((short) 2).putShort((short) machineNumber(arch)).putInt(1);               // ET_EXEC
        out.putLong(CODE_ADDRESS + HEADERS).putLong(FILE_HEADER).putLong(0).putInt(0);
        out.putShort((short) FILE_HEADER).putShort((short) SEGMENT).putShort((short) SEGMENTS).putShort((short) 64).putInt(0);
        segment(out, PT_LOAD, 5, 0, CODE_ADDRESS, HEADERS + code.length, HEADERS + code.length);
        segment(out, PT_LOAD, 6, at, DATA_ADDRESS + at, size, ROOM + data.zeros);
        segment(out, PT_GNU_STACK, 6, 0, 0, 0, 0);
        return out.put(code).put(at, data.content.array(), 0, size).array();
    }

    private static void segment(ByteBuffer out, int type, int flags, int at, long address, int size, int sizeInMemory) {
        out.putInt(type).putInt(flags).putLong(at).putLong(address).putLong(address).putLong(size).putLong(sizeInMemory).putLong(LARGEST_PAGE);
    }

    /** {@return EM_X86_64 or EM_AARCH64} */
    private static int machineNumber(Arch arch) {
        return switch (arch) {
            case X86_64 -> 62;
            case AARCH64 -> 183;
        };
    }
}
