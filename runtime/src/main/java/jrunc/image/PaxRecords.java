package jrunc.image;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The records of pax headers, {@code length key=value\n} each: what the header after them cannot say, or says too roughly. Keys and values are
 * {@link ByteText}. A record with no value takes back what was said before.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03">pax Extended Header</a>
 */
final class PaxRecords {
    static final String PATH = "path";
    static final String LINK_PATH = "linkpath";
    static final String SIZE = "size";
    static final String UID = "uid";
    static final String GID = "gid";
    static final String MTIME = "mtime";
    static final String SCHILY_XATTR = "SCHILY.xattr.";
    static final String SPARSE_MAP = "GNU.sparse.map";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
    private static final String SPARSE_OFFSET = "GNU.sparse.offset";
    private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
    private static final int NANOSECOND_DIGITS = 9;

    private final Map<String, String> records;

    PaxRecords() {
        records = new LinkedHashMap<>();
    }

    private PaxRecords(Map<String, String> records) {
        this.records = new LinkedHashMap<>(records);
    }

    /** {@return the same records, to which others can be added without changing these} */
    PaxRecords copy() {
        return new PaxRecords(records);
    }

    /**
     * Adds what {@code bytes} say. Version 0.0 of GNU's sparse files says its offsets and lengths one by one; they are made the list of
     * version 0.1.
     *
     * @throws NumberFormatException if they are no records
     */
    void add(byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            int space = at;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9') space++;
            if (space == bytes.length || bytes[space] != ' ' || space == at || space - at > 8) throw malformed();
            int end = at + Integer.parseInt(text(bytes, at, space));
            int equals = space + 1;
            while (equals < bytes.length && bytes[equals] != '=') equals++;
            if (end > bytes.length || equals >= end || equals == space + 1 || bytes[end - 1] != '\n') throw malformed();
            put(text(bytes, space + 1, equals), text(bytes, equals + 1, end - 1));
            at = end;
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static NumberFormatException malformed() {
        return new NumberFormatException("its pax header is not made of records");
    }

    private void put(String key, String value) {
        if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
            records.merge(SPARSE_MAP, value, (before, next) -> before + "," + next);
        } else {
            records.put(key, value);
        }
    }

    /** {@return what {@code key} says, or null if it says nothing} */
    String get(String key) {
        var value = records.get(key);
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * {@return the number that {@code key} says, or {@code otherwise}}
     *
     * @throws NumberFormatException that names the key, if it is none
     */
    long number(String key, long otherwise) {
        var value = get(key);
        return value == null ? otherwise : number("pax " + key, value);
    }

    static long number(String what, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new NumberFormatException("its " + what + " is no number: " + ByteText.shown(value));
        }
    }

    /**
     * {@return the time that {@code key} says in seconds and any part of one, or {@code otherwise}} What is smaller than a nanosecond is cut off.
     *
     * @throws NumberFormatException that names the key, if it is none
     */
    Instant time(String key, Instant otherwise) {
        var value = get(key);
        if (value == null) return otherwise;
        int point = value.indexOf('.');
        var whole = point < 0 ? value : value.substring(0, point);
        var part = point < 0 ? "" : value.substring(point + 1);
        long seconds = whole.isEmpty() || whole.equals("-") ? 0 : number("pax " + key, whole);
        long nanoseconds = part.isEmpty() ? 0 : number("pax " + key, (part + "0".repeat(NANOSECOND_DIGITS)).substring(0, NANOSECOND_DIGITS));
        if (nanoseconds < 0) throw new NumberFormatException("its pax " + key + " is no time: " + ByteText.shown(value));
        return instant(key, seconds, value.startsWith("-") ? -nanoseconds : nanoseconds);
    }

    static Instant instant(String what, long seconds, long nanoseconds) {
        if (seconds < Instant.MIN.getEpochSecond() + 1 || seconds > Instant.MAX.getEpochSecond() - 1) {
            throw new NumberFormatException("its " + what + " is no time: " + seconds);
        }
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }

    /** {@return the extended attributes, as star, GNU tar and Go write them, or libarchive} */
    Map<String, byte[]> xattrs() {
        Map<String, byte[]> xattrs = null;
        for (var record : records.entrySet()) {
            var key = record.getKey();
            boolean plain = key.startsWith(SCHILY_XATTR);
            if (!plain && !key.startsWith(LIBARCHIVE_XATTR)) continue;
            if (xattrs == null) xattrs = new HashMap<>();
            if (plain) xattrs.put(key.substring(SCHILY_XATTR.length()), ByteText.bytes(record.getValue()));
            else xattrs.putIfAbsent(decoded(key.substring(LIBARCHIVE_XATTR.length())), base64(key, record.getValue()));
        }
        return xattrs == null ? Map.of() : xattrs;
    }

    private static byte[] base64(String key, String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new NumberFormatException("its pax " + ByteText.shown(key) + " is no base64");
        }
    }

    /** {@return a name in which {@code %xx} stands for a byte, as in URLs} */
    private static String decoded(String name) {
        var decoded = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean escape = name.charAt(i) == '%' && i + 2 < name.length() && Character.digit(name.charAt(i + 1), 16) >= 0
                    && Character.digit(name.charAt(i + 2), 16) >= 0;
            decoded.append(escape ? (char) Integer.parseInt(name, i + 1, i + 3, 16) : name.charAt(i));
            if (escape) i += 2;
        }
        return decoded.toString();
    }
}
