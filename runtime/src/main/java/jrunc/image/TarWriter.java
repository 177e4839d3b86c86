package jrunc.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import jrunc.image.TarEntry.Type;

/**
 * Writes a tar stream, entry after entry: ustar, and pax records for what that cannot say. Pure: bytes go out and nothing else. The same entries
 * always become the same bytes.
 */
public final class TarWriter implements AutoCloseable {
    /** What fits into seven octal digits. */
    private static final long LARGEST_SHORT = 07777777;
    /** What fits into eleven. */
    private static final long LARGEST_LONG = 077777777777L;
    private static final byte[] ZEROS = new byte[2 * TarHeader.BLOCK];

    private final OutputStream archive;
    private String current = "";
    private long remaining;
    private int padding;
    private boolean closed;

    public TarWriter(OutputStream archive) {
        this.archive = archive;
    }

    /**
     * Begins an entry; if it has content, {@link TarEntry#stored} bytes must follow before the next: of a sparse file its extents, one after
     * another. A directory's name gets its slash here if it has none.
     */
    public void add(TarEntry entry) throws IOException {
        finishEntry();
        boolean directory = entry.type() == Type.DIRECTORY && !entry.name().endsWith("/");
        var name = directory ? entry.name() + "/" : entry.name();
        var map = entry.extents() == null ? new byte[0] : map(entry);
        long size = map.length + entry.stored();
        var records = records(entry, name, size);
        if (!records.isEmpty()) writeRecords(name, records);
        archive.write(header(entry, name, size));
        archive.write(map);
        current = name;
        remaining = entry.stored();
        padding = (int) (-size & TarHeader.BLOCK - 1);
    }

    /** A piece of the content of the entry that was added last. */
    public void write(byte[] from, int at, int length) throws IOException {
        if (length > remaining) throw new IllegalStateException("more content than its entry says: " + ByteText.shown(current));
        archive.write(from, at, length);
        remaining -= length;
    }

    /** Writes the end of the archive, and closes the stream below; without the end if the last entry lacks content. */
    @Override public void close() throws IOException {
        if (closed) return;
        closed = true;
        try (archive) {
            if (remaining > 0) return;
            finishEntry();
            archive.write(ZEROS);
        }
    }

    private void finishEntry() throws IOException {
        if (remaining > 0) throw new IllegalStateException("less content than its entry says: " + ByteText.shown(current));
        archive.write(ZEROS, 0, padding);
        padding = 0;
    }

    private static Map<String, String> records(TarEntry entry, String name, long size) {
        var records = new TreeMap<String, String>();
        var attributes = entry.attributes();
        if (prefixLength(name) < 0) text(records, PaxRecords.PATH, name);
        if (!isAscii(entry.target()) || entry.target().length() > TarHeader.NAME_LENGTH) text(records, PaxRecords.LINK_PATH, entry.target());
        if (size > LARGEST_LONG) records.put(PaxRecords.SIZE, "" + size);
        if (attributes.uid() > LARGEST_SHORT) records.put(PaxRecords.UID, "" + attributes.uid());
        if (attributes.gid() > LARGEST_SHORT) records.put(PaxRecords.GID, "" + attributes.gid());
        if (!isWholeSecond(attributes.modified())) records.put(PaxRecords.MTIME, seconds(attributes.modified()));
        for (var xattr : attributes.xattrs().entrySet()) records.put(PaxRecords.SCHILY_XATTR + xattr.getKey(), ByteText.of(xattr.getValue()));
        if (entry.extents() != null) {
            records.remove(PaxRecords.PATH);
            text(records, "GNU.sparse.name", name);
            records.put("GNU.sparse.major", "1");
            records.put("GNU.sparse.minor", "0");
            records.put("GNU.sparse.realsize", "" + entry.size());
        }
        return records;
    }

    /** pax texts are UTF-8, unless a record before them says that they are any bytes; its name sorts before theirs. */
    private static void text(Map<String, String> records, String key, String text) {
        records.put(key, text);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(ByteText.bytes(text)));
        } catch (CharacterCodingException e) {
            records.put("hdrcharset", "BINARY");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7E) return false;
        }
        return true;
    }

    private static boolean isWholeSecond(Instant time) {
        return time.getNano() == 0 && time.getEpochSecond() >= 0 && time.getEpochSecond() <= LARGEST_LONG;
    }

    /** {@return seconds as pax writes them: a decimal number, of which the sign is about all} */
    private static String seconds(Instant time) {
        long seconds = time.getEpochSecond();
        int nanoseconds = time.getNano();
        boolean negative = seconds < 0;
        if (negative && nanoseconds > 0) {
            seconds++;
            nanoseconds = 1_000_000_000 - nanoseconds;
        }
        var part = nanoseconds == 0 ? "" : "." + ("" + (1_000_000_000 + nanoseconds)).substring(1);
        return (negative ? "-" : "") + Math.abs(seconds) + part;
    }

    /** {@return how many chars of {@code name} go into the prefix, -1 if it fits into no header} */
    private static int prefixLength(String name) {
        if (!isAscii(name)) return -1;
        if (name.length() <= TarHeader.NAME_LENGTH) return 0;
        int slash = name.indexOf('/', name.length() - TarHeader.NAME_LENGTH - 1);
        return slash > 0 && slash <= TarHeader.PREFIX_LENGTH && slash < name.length() - 1 ? slash : -1;
    }

    private void writeRecords(String name, Map<String, String> records) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var charset = records.remove("hdrcharset");
        if (charset != null) bytes.write(record("hdrcharset", charset));
        for (var record : records.entrySet()) bytes.write(record(record.getKey(), record.getValue()));
        var header = new Header();
        header.text(TarHeader.NAME, TarHeader.NAME_LENGTH, "PaxHeaders/" + (isAscii(name) ? name : "name"));
        header.number(TarHeader.MODE, TarHeader.SHORT, 0644);
        header.number(TarHeader.SIZE, TarHeader.LONG, bytes.size());
        archive.write(header.finish('x'));
        bytes.writeTo(archive);
        archive.write(ZEROS, 0, -bytes.size() & TarHeader.BLOCK - 1);
    }

    /** {@return the record with its length before it, which counts its own digits} */
    private static byte[] record(String key, String value) {
        int rest = key.length() + value.length() + 3;
        int length = rest + 1;
        while (length != rest + ("" + length).length()) length = rest + ("" + length).length();
        return ByteText.bytes(length + " " + key + "=" + value + "\n");
    }

    private static byte[] header(TarEntry entry, String name, long size) {
        var header = new Header();
        int prefix = prefixLength(name);
        boolean sparse = entry.extents() != null;
        if (prefix > 0 && !sparse) header.text(TarHeader.PREFIX, TarHeader.PREFIX_LENGTH, name.substring(0, prefix));
        var shown = prefix < 0 && !isAscii(name) ? "name" : name;
        header.text(TarHeader.NAME, TarHeader.NAME_LENGTH, sparse ? "GNUSparseFile/" + shown : prefix > 0 ? name.substring(prefix + 1) : shown);
        header.text(TarHeader.LINK, TarHeader.NAME_LENGTH, isAscii(entry.target()) ? entry.target() : "target");
        var attributes = entry.attributes();
        header.number(TarHeader.MODE, TarHeader.SHORT, attributes.mode());
        header.number(TarHeader.UID, TarHeader.SHORT, Math.min(attributes.uid(), LARGEST_SHORT));
        header.number(TarHeader.GID, TarHeader.SHORT, Math.min(attributes.gid(), LARGEST_SHORT));
        header.number(TarHeader.SIZE, TarHeader.LONG, Math.min(size, LARGEST_LONG));
        header.number(TarHeader.MTIME, TarHeader.LONG, Math.clamp(attributes.modified().getEpochSecond(), 0, LARGEST_LONG));
        if (entry.type().isDevice()) {
            header.number(TarHeader.MAJOR, TarHeader.SHORT, entry.major());
            header.number(TarHeader.MINOR, TarHeader.SHORT, entry.minor());
        }
        return header.finish(entry.type().flag());
    }

    /** {@return what stands before a sparse file's content, in GNU's version 1.0: see {@link SparseMap#before}} */
    private static byte[] map(TarEntry entry) {
        var lines = new StringBuilder().append(entry.extents().size()).append('\n');
        for (var extent : entry.extents()) lines.append(extent.offset()).append('\n').append(extent.length()).append('\n');
        var bytes = ByteText.bytes(lines.toString());
        return Arrays.copyOf(bytes, bytes.length + (-bytes.length & TarHeader.BLOCK - 1));
    }

    /** A header block that is being filled. */
    private static final class Header {
        private final byte[] block = new byte[TarHeader.BLOCK];

        /** Puts text there, cut off if it is longer: then a pax record has all of it. */
        private void text(int at, int width, String text) {
            var bytes = ByteText.bytes(text);
            System.arraycopy(bytes, 0, block, at, Math.min(width, bytes.length));
        }

        private void number(int at, int width, long value) {
            for (int i = at + width - 2; i >= at; i--, value >>= 3) block[i] = (byte) ('0' + (value & 7));
        }

        private byte[] finish(char flag) {
            block[TarHeader.FLAG] = (byte) flag;
            text(TarHeader.MAGIC, 6, "ustar");
            text(TarHeader.MAGIC + 6, 2, "00");
            Arrays.fill(block, TarHeader.CHECKSUM, TarHeader.CHECKSUM + TarHeader.SHORT, (byte) ' ');
            long sum = 0;
            for (byte b : block) sum += b & 0xFF;
            number(TarHeader.CHECKSUM, TarHeader.SHORT - 1, sum);
            block[TarHeader.CHECKSUM + 6] = 0;
            return block;
        }
    }
}
