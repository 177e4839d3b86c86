package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import jrunc.image.TarEntry.Extent;

/** A sparse file's content as a reader of the file sees it: zeros where it has holes. */
final class SparseStream extends InputStream {
    private final InputStream stored;
    private final List<Extent> extents;
    private final long size;
    private int next;
    private long at;

    SparseStream(InputStream stored, List<Extent> extents, long size) {
        this.stored = stored;
        this.extents = extents;
        this.size = size;
    }

    @Override public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override public int read(byte[] into, int from, int length) throws IOException {
        while (next < extents.size() && at >= extents.get(next).end()) next++;
        if (at == size) return -1;
        boolean more = next < extents.size();
        long hole = (more ? extents.get(next).offset() : size) - at;
        int got;
        if (hole > 0) {
            got = (int) Math.min(hole, length);
            Arrays.fill(into, from, from + got, (byte) 0);
        } else {
            got = stored.read(into, from, (int) Math.min(extents.get(next).end() - at, length));
            if (got < 0) return -1;
        }
        at += got;
        return got;
    }
}
