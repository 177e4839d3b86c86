package jrunc.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jrunc.image.TarEntry.Attributes;
import jrunc.image.TarEntry.Extent;
import jrunc.image.TarEntry.Type;

/**
 * Reads a tar stream, entry after entry: ustar, pax, GNU and the V7 format before them. Pure: it has no other source than the stream. Where
 * an archive says two things at once, so that two programs could see two different trees in it, it is refused.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">GNU tar, Basic Tar Format</a>
 */
public final class TarReader {
    /** Of a pax header or a long name. */
    private static final int LONGEST_HEADER = 1 << 20;
    /** All bits set means "no change" to chown. */
    private static final long LARGEST_ID = 0xFFFF_FFFEL;
    private static final long LARGEST_MAJOR = 0xFFF;
    private static final long LARGEST_MINOR = 0xFFFFF;
    private static final int PIECE = 64 * 1024;

    private final InputStream archive;
    private final String name;
    private final PaxRecords globals = new PaxRecords();
    private final StoredBytes stored = new StoredBytes();
    private String current = "";
    private InputStream content = stored;
    private long remaining;
    private int padding;
    private final byte[] skipped = new byte[TarHeader.BLOCK];

    /** @param name what the archive is called in messages */
    public TarReader(InputStream archive, String name) {
        this.archive = archive;
        this.name = name;
    }

    /**
     * {@return the next entry, or null after the last} What nobody has read of the content of the one before is skipped.
     *
     * @throws InvalidImageException that names the entry, if the archive is broken, ends too early or says two things at once
     */
    public TarEntry next() throws IOException {
        try {
            skipRest();
            var said = new Said(globals.copy());
            while (true) {
                var header = header(said);
                if (header == null) return null;
                if (!isAbout(header, said)) return entry(header, said);
                skipRest();
            }
        } catch (NumberFormatException e) {
            throw bad(e.getMessage());
        } catch (EOFException e) {
            throw bad("the archive ends within it");
        }
    }

    /** {@return the content of the entry that {@link #next} has just answered, holes as zeros; good until the next} */
    public InputStream content() {
        return content;
    }

    /** {@return the same as it is stored: of a sparse file only its extents, one after another} */
    InputStream stored() {
        return stored;
    }

    /** Writes the next {@code length} bytes of {@link #stored} to {@code to}; what is read ahead is not copied before that. */
    void pass(long length, OutputStream to) throws IOException {
        for (long left = length; left > 0; ) {
            int passed = archive instanceof ReadAhead ahead ? ahead.pass(left, to) : copy(left, to);
            if (passed < 0) throw cut();
            remaining -= passed;
            left -= passed;
        }
    }

    private int copy(long most, OutputStream to) throws IOException {
        var piece = archive.readNBytes((int) Math.min(most, PIECE));
        to.write(piece);
        return piece.length == 0 ? -1 : piece.length;
    }

    private InvalidImageException cut() {
        return bad("the archive ends " + remaining + " bytes before its content does");
    }

    /** What headers that are about the next entry have said of it. */
    private static final class Said {
        private final PaxRecords pax;
        private String name;
        private String target;
        private boolean anything;

        private Said(PaxRecords pax) {
            this.pax = pax;
        }
    }

    private InvalidImageException bad(String why) {
        return InvalidImageException.entry(name, current, why);
    }

    private void skipRest() throws IOException {
        archive.skipNBytes(remaining);
        remaining = 0;
        archive.readNBytes(skipped, 0, padding); // at the very end some tools leave it out, as umoci does
        padding = 0;
    }

    private void expect(long size) {
        if (size < 0) throw new NumberFormatException("its size is negative: " + size);
        remaining = size;
        padding = (int) (-size & TarHeader.BLOCK - 1);
    }

    /** {@return the next header, or null at the end: two blocks of zeros, or nothing more} */
    private TarHeader header(Said said) throws IOException {
        var header = block();
        if (header == null || header.isZero()) {
            var second = header == null ? null : block();
            if (second != null && !second.isZero()) throw after("a single block of zeros stands between entries");
            if (said.anything) throw bad("the archive ends after the headers that are about it");
            return null;
        }
        if (!header.isWhole()) throw after("no tar header follows: the checksum is wrong");
        if (!said.anything) current = header.name();
        return header;
    }

    private InvalidImageException after(String why) {
        return current.isEmpty() ? new InvalidImageException(name, "no tar archive: " + why)
                : bad("after it, " + why);
    }

    private TarHeader block() throws IOException {
        var block = new byte[TarHeader.BLOCK];
        int got = archive.readNBytes(block, 0, TarHeader.BLOCK);
        if (got == 0) return null;
        if (got < TarHeader.BLOCK) throw after("the archive ends within a header");
        return new TarHeader(block);
    }

    /** Takes in what {@code header} says of the next entry, or of all: {@return whether it was such a header} */
    private boolean isAbout(TarHeader header, Said said) throws IOException {
        char flag = header.flag();
        if (flag != 'x' && flag != 'X' && flag != 'g' && flag != 'L' && flag != 'K' && flag != 'V') return false;
        expect(header.number("size", TarHeader.SIZE, TarHeader.LONG));
        if (flag == 'V') return true;
        if (remaining > LONGEST_HEADER) throw bad("a header of " + remaining + " bytes stands before it");
        var bytes = stored.readAllBytes();
        said.anything |= flag != 'g';
        switch (flag) {
            case 'g' -> globals(bytes, said);
            case 'L' -> said.name = untilNul(bytes);
            case 'K' -> said.target = untilNul(bytes);
            default -> said.pax.add(bytes);
        }
        var path = said.name != null ? said.name : said.pax.get(PaxRecords.PATH);
        if (path != null) current = path;
        return true;
    }

    private void globals(byte[] bytes, Said said) {
        globals.add(bytes);
        if (globals.get(PaxRecords.PATH) != null || globals.get(PaxRecords.LINK_PATH) != null || globals.get(PaxRecords.SIZE) != null
                || globals.get(PaxRecords.SPARSE_MAP) != null) {
            throw new NumberFormatException("a global header gives all entries one path, size or map");
        }
        said.pax.add(bytes);
    }

    private static String untilNul(byte[] bytes) {
        var text = ByteText.of(bytes);
        int nul = text.indexOf(0);
        return nul < 0 ? text : text.substring(0, nul);
    }

    private TarEntry entry(TarHeader header, Said said) throws IOException {
        var path = one("name", said.name, said.pax.get("GNU.sparse.name") != null ? said.pax.get("GNU.sparse.name") : said.pax.get(PaxRecords.PATH),
                header.name());
        current = path;
        long size = said.pax.number(PaxRecords.SIZE, header.number("size", TarHeader.SIZE, TarHeader.LONG));
        var type = type(header.flag(), path, size);
        boolean hasContent = type == Type.FILE || header.flag() == 'D';
        expect(hasContent ? size : 0);
        var attributes = attributes(header, said.pax);
        var target = type == Type.HARD_LINK || type == Type.SYMBOLIC_LINK
                ? one("target", said.target, said.pax.get(PaxRecords.LINK_PATH), header.text(TarHeader.LINK, TarHeader.NAME_LENGTH)) : "";
        content = stored;
        if (type == Type.FILE) return file(header, said.pax, TarEntry.file(path, attributes, size));
        long major = type.isDevice() ? deviceNumber(header, "major", TarHeader.MAJOR, LARGEST_MAJOR) : 0;
        long minor = type.isDevice() ? deviceNumber(header, "minor", TarHeader.MINOR, LARGEST_MINOR) : 0;
        return new TarEntry(type, path, attributes, 0, target, major, minor, null);
    }

    /** GNU's way and that of pax to say a long text must say the same: programs differ in which they believe. */
    private String one(String what, String gnu, String pax, String header) {
        if (gnu != null && pax != null && !gnu.equals(pax)) throw new NumberFormatException("it has two " + what + "s, the other is " + ByteText.shown(pax));
        var text = gnu != null ? gnu : pax != null ? pax : header;
        if (text.indexOf(0) >= 0) throw new NumberFormatException("a NUL in its " + what);
        return text;
    }

    /** A file whose name ends in a slash was a directory before there was a flag for directories. */
    private static Type type(char flag, String path, long size) {
        boolean file = flag == 0 || flag == '0' || flag == '7' || flag == 'S';
        if (file && path.endsWith("/")) {
            if (size != 0) throw new NumberFormatException("a directory by its name, a file by its content");
            return Type.DIRECTORY;
        }
        if (file) return Type.FILE;
        if (flag == 'D') return Type.DIRECTORY;
        for (var type : Type.values()) {
            if (type.flag() == flag) return type;
        }
        throw new NumberFormatException("no kind of file that is known: '" + (flag > ' ' && flag < 0x7F ? "" + flag : "\\x" + Integer.toHexString(flag)) + "'");
    }

    private static long deviceNumber(TarHeader header, String what, int at, long largest) {
        long number = header.number(what + " number", at, TarHeader.SHORT);
        if (number < 0 || number > largest) throw new NumberFormatException("its " + what + " number is out of range: " + number);
        return number;
    }

    private static Attributes attributes(TarHeader header, PaxRecords pax) {
        long seconds = header.number("mtime", TarHeader.MTIME, TarHeader.LONG);
        Instant modified = pax.time(PaxRecords.MTIME, PaxRecords.instant("mtime", seconds, 0));
        int mode = (int) (header.number("mode", TarHeader.MODE, TarHeader.SHORT) & 07777);
        Map<String, byte[]> xattrs = pax.xattrs();
        return new Attributes(mode, id(header, pax, PaxRecords.UID, TarHeader.UID), id(header, pax, PaxRecords.GID, TarHeader.GID), modified, xattrs);
    }

    private static long id(TarHeader header, PaxRecords pax, String key, int at) {
        long id = pax.get(key) != null ? pax.number(key, 0) : header.number(key, at, TarHeader.SHORT);
        if (id < 0 || id > LARGEST_ID) throw new NumberFormatException("its " + key + " is out of range: " + id);
        return id;
    }

    private TarEntry file(TarHeader header, PaxRecords pax, TarEntry whole) throws IOException {
        if (header.flag() == 'S') return sparse(whole, oldMap(header), header.number("size", TarHeader.SPARSE_SIZE, TarHeader.LONG));
        long size = pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", -1));
        if (pax.get("GNU.sparse.major") != null) {
            if (pax.number("GNU.sparse.major", 0) != 1 || pax.number("GNU.sparse.minor", 0) != 0) {
                throw new NumberFormatException("a sparse file of a version that is not known");
            }
            return sparse(whole, SparseMap.before(stored), size);
        }
        return pax.get(PaxRecords.SPARSE_MAP) == null ? whole : sparse(whole, SparseMap.of(pax.get(PaxRecords.SPARSE_MAP)), size);
    }

    private SparseMap oldMap(TarHeader header) throws IOException {
        var map = new SparseMap();
        map.add(header, TarHeader.SPARSE, TarHeader.SPARSE_IN_HEADER);
        for (boolean more = header.is(TarHeader.SPARSE_FOLLOWS); more; ) {
            var block = block();
            if (block == null) throw new EOFException();
            map.add(block, 0, TarHeader.SPARSE_IN_BLOCK);
            more = block.is(TarHeader.SPARSE_FOLLOWS_IN_BLOCK);
        }
        return map;
    }

    private TarEntry sparse(TarEntry whole, SparseMap map, long size) {
        if (size < 0) throw new NumberFormatException("a sparse file without a size, or with a negative one");
        List<Extent> extents = map.checked(size, remaining);
        content = new SparseStream(stored, extents, size);
        return new TarEntry(whole.type(), whole.name(), whole.attributes(), size, "", 0, 0, extents);
    }

    /** What is stored of the current entry. */
    private final class StoredBytes extends InputStream {
        @Override public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override public int read(byte[] into, int at, int length) throws IOException {
            if (remaining == 0) return -1;
            int got = archive.read(into, at, (int) Math.min(length, remaining));
            if (got < 0) throw cut();
            remaining -= got;
            return got;
        }
    }
}
