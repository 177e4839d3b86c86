package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import jrunc.image.TarEntry.Extent;

/**
 * Which parts of a sparse file are stored, in GNU's four ways to say it: in the header (old), in pax records (0.0 and 0.1), before the
 * content (1.0).
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">GNU tar, Storing Sparse Files</a>
 */
final class SparseMap {
    /** A hostile map of more pieces costs memory, and no real file has them. */
    private static final int MOST = 1 << 20;
    private static final int LONGEST_NUMBER = 20;

    private final List<Extent> extents = new ArrayList<>();

    /** {@return the extents of this list: offset, length, offset, length, with commas between} */
    static SparseMap of(String list) {
        var map = new SparseMap();
        var numbers = list.split(",", -1);
        if (numbers.length % 2 != 0) throw new NumberFormatException("its map of a sparse file has an offset without a length");
        for (int i = 0; i < numbers.length; i += 2) {
            map.add(PaxRecords.number("map of a sparse file", numbers[i]), PaxRecords.number("map of a sparse file", numbers[i + 1]));
        }
        return map;
    }

    /** {@return what stands before the content: the number of extents, and of each the offset and the length, a line each, padded to whole blocks} */
    static SparseMap before(InputStream content) throws IOException {
        var map = new SparseMap();
        var lines = new Lines(content);
        long count = lines.number();
        if (count < 0 || count > MOST) throw new NumberFormatException("its map of a sparse file has " + count + " pieces");
        for (long i = 0; i < count; i++) map.add(lines.number(), lines.number());
        content.readNBytes((int) (-lines.read & TarHeader.BLOCK - 1));
        return map;
    }

    /** Adds the pieces that stand in a header or in a block after it. */
    void add(TarHeader block, int at, int count) {
        for (int i = 0; i < count; i++) {
            int piece = at + i * 2 * TarHeader.LONG;
            if (!block.is(piece) && !block.is(piece + TarHeader.LONG)) return;
            add(block.number("map of a sparse file", piece, TarHeader.LONG),
                    block.number("map of a sparse file", piece + TarHeader.LONG, TarHeader.LONG));
        }
    }

    private void add(long offset, long length) {
        if (extents.size() == MOST) throw new NumberFormatException("its map of a sparse file has more than " + MOST + " pieces");
        extents.add(new Extent(offset, length));
    }

    /**
     * {@return the extents}
     *
     * @throws NumberFormatException if they overlap, are in no order, lie outside the file or are not what is stored
     */
    List<Extent> checked(long size, long stored) {
        long end = 0;
        long sum = 0;
        for (var extent : extents) {
            if (extent.offset() < end || extent.length() < 0 || extent.length() > size - extent.offset()) {
                throw new NumberFormatException("its map of a sparse file has a piece of " + extent.length() + " bytes at " + extent.offset()
                        + ", which does not follow the one before or is not within the " + size + " bytes of the file");
            }
            end = extent.end();
            sum += extent.length();
        }
        if (sum != stored) throw new NumberFormatException("its map of a sparse file has " + sum + " bytes, but " + stored + " are stored");
        return List.copyOf(extents);
    }

    /** Decimal numbers, a line each, and how many bytes they were. */
    private static final class Lines {
        private final InputStream bytes;
        private long read;

        private Lines(InputStream bytes) {
            this.bytes = bytes;
        }

        private long number() throws IOException {
            var digits = new StringBuilder();
            for (int c = bytes.read(); c != '\n'; c = bytes.read()) {
                if (c < '0' || c > '9' || digits.length() == LONGEST_NUMBER) throw new NumberFormatException("its map of a sparse file is not made of numbers");
                digits.append((char) c);
                read++;
            }
            read++;
            return PaxRecords.number("map of a sparse file", digits.toString());
        }
    }
}
