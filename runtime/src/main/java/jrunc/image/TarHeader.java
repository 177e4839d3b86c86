package jrunc.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * One header block of a tar archive and what stands where in it:
 * <pre>
 * 0      100    108   116   124    136     148        156    157    257     263       265     297     329     337     345      500
 * +------+------+-----+-----+------+-------+----------+------+------+-------+---------+-------+-------+-------+-------+--------+
 * | name | mode | uid | gid | size | mtime | checksum | flag | link | magic | version | uname | gname | major | minor | prefix |
 * +------+------+-----+-----+------+-------+----------+------+------+-------+---------+-------+-------+-------+-------+--------+
 * </pre>
 * GNU's magic is {@code "ustar  "}, and where the others have the prefix it has, of a sparse file, at 386 four extents of 24 bytes, at
 * 482 whether blocks with more follow, at 483 the size.
 */
final class TarHeader {
    /** The length of a block in bytes; content is padded to whole ones. */
    static final int BLOCK = 512;
    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int SIZE = 124;
    static final int MTIME = 136;
    static final int CHECKSUM = 148;
    static final int FLAG = 156;
    static final int LINK = 157;
    static final int MAGIC = 257;
    static final int MAJOR = 329;
    static final int MINOR = 337;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;
    /** The width of mode, uid, gid, checksum, major and minor. */
    static final int SHORT = 8;
    /** The width of size and mtime, and of GNU's offsets. */
    static final int LONG = 12;
    static final int SPARSE = 386;
    static final int SPARSE_IN_HEADER = 4;
    static final int SPARSE_FOLLOWS = 482;
    static final int SPARSE_SIZE = 483;
    static final int SPARSE_IN_BLOCK = 21;
    static final int SPARSE_FOLLOWS_IN_BLOCK = 504;

    private static final int NEGATIVE = 0x40;
    private static final int BINARY = 0x80;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block;
    }

    /** {@return whether it is one of those that end an archive} */
    boolean isZero() {
        for (byte b : block) {
            if (b != 0) return false;
        }
        return true;
    }

    /** {@return whether the checksum is the sum of the bytes; some old programs have added them up as signed ones} */
    boolean isWhole() {
        long signed = 0;
        long unsigned = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + SHORT ? (byte) ' ' : block[i];
            signed += b;
            unsigned += b & 0xFF;
        }
        try {
            long stored = number("checksum", CHECKSUM, SHORT);
            return stored == unsigned || stored == signed;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    char flag() {
        return (char) (block[FLAG] & 0xFF);
    }

    /** {@return the name, with the prefix that POSIX has} */
    String name() {
        var name = text(NAME, NAME_LENGTH);
        boolean posix = text(MAGIC, 6).equals("ustar") && block[MAGIC + 5] == 0;
        var prefix = posix ? text(PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** {@return the text of at most {@code length} bytes at {@code at}, which a NUL may end} */
    String text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) end++;
        return new String(block, at, end - at, ISO_8859_1);
    }

    boolean is(int at) {
        return block[at] != 0;
    }

    /**
     * {@return the number of {@code width} bytes at {@code at}: octal digits, or, where the first bit is set, binary as GNU has it; nothing is 0}
     *
     * @throws NumberFormatException that names the field, if it is neither, or has more than 63 bits
     */
    long number(String field, int at, int width) {
        return (block[at] & BINARY) != 0 ? binary(field, at, width) : octal(field, at, width);
    }

    private long binary(String field, int at, int width) {
        boolean negative = (block[at] & NEGATIVE) != 0;
        long value = negative ? block[at] : block[at] & 0x7F;
        for (int i = at + 1; i < at + width; i++) {
            if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) throw new NumberFormatException("its " + field + " has more than 63 bits");
            value = value << 8 | block[i] & 0xFF;
        }
        return value;
    }

    private long octal(String field, int at, int width) {
        int end = at + width;
        int i = at;
        while (i < end && (block[i] == ' ' || block[i] == 0)) i++;
        long value = 0;
        for (; i < end && block[i] != ' ' && block[i] != 0; i++) {
            if (block[i] < '0' || block[i] > '7') throw new NumberFormatException("its " + field + " is no number: " + shown(at, end));
            value = value << 3 | block[i] - '0';
        }
        return value;
    }

    private String shown(int at, int end) {
        return ByteText.shown(ByteText.of(Arrays.copyOfRange(block, at, end))).replace('\0', ' ').strip();
    }
}
