package jrunc.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import jrunc.linux.StateException;

/**
 * The files in a tar archive, read where they lie: only the headers are read first. An archive that is compressed as a whole, as
 * {@code docker save | gzip} makes it, is decompressed into a file that has no name any more, and so goes with this process.
 */
final class ArchiveFiles implements ImageFiles {
    private static final int MOST_LINKS = 16;

    private final String name;
    private final FileChannel archive;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    /** Where the content of a file lies, in bytes from the archive's beginning. */
    private record Place(long at, long size) {}

    private ArchiveFiles(String name, FileChannel archive) {
        this.name = name;
        this.archive = archive;
    }

    /**
     * {@return the files of the archive}
     *
     * @param scratch for a decompressed copy
     * @throws InvalidImageException if it is no tar
     */
    static ArchiveFiles of(Path file, Scratch scratch) {
        try {
            var files = new ArchiveFiles(file.toString(), plain(file, scratch));
            try {
                files.readHeaders();
                return files;
            } catch (IOException | RuntimeException e) {
                files.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StateException("read " + file + ": " + e.getMessage(), e);
        }
    }

    private static FileChannel plain(Path file, Scratch scratch) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        var start = ByteBuffer.allocate(4);
        channel.read(start, 0);
        if (Compression.of(start.array()) == Compression.NONE) return channel;
        channel.close();
        Files.createDirectories(scratch.directory());
        var copy = Files.createTempFile(scratch.directory(), "archive-", ".tar");
        try (var bytes = new LimitedStream(Compression.plain(Files.newInputStream(file), file.toString()), file.toString(), scratch.limit())) {
            Files.copy(bytes, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return FileChannel.open(copy, StandardOpenOption.READ);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private void readHeaders() throws IOException {
        var stream = new Range(archive, 0, archive.size());
        var tar = new TarReader(stream, name);
        for (TarEntry entry; (entry = tar.next()) != null;) {
            var path = normal(entry.name());
            if (entry.type() == TarEntry.Type.FILE && entry.extents() == null) {
                places.put(path, new Place(stream.position, entry.size()));
                links.remove(path);
            } else if (entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
                int slash = path.lastIndexOf('/');
                links.put(path, normal(path.substring(0, slash + 1) + entry.target()));
            } else if (entry.type() == TarEntry.Type.HARD_LINK) {
                links.put(path, normal(entry.target()));
            }
        }
    }

    /** {@return the path without {@code .}, {@code ..} and empty parts: only names in this archive are ever meant} */
    private static String normal(String path) {
        var parts = new java.util.ArrayDeque<String>();
        for (var part : path.split("/")) {
            if (part.equals("..")) parts.pollLast();
            else if (!part.isEmpty() && !part.equals(".")) parts.addLast(part);
        }
        return String.join("/", parts);
    }

    private Place place(String path) {
        String at = normal(path);
        for (int i = 0; i < MOST_LINKS && links.containsKey(at); i++) at = links.get(at);
        return places.get(at);
    }

    @Override public String name() {
        return name;
    }

    @Override public boolean has(String path) {
        return place(path) != null;
    }

    @Override public long size(String path) {
        var place = place(path);
        return place == null ? 0 : place.size;
    }

    @Override public Blob blob(String path) {
        var place = place(path);
        if (place == null) throw new InvalidImageException(name, "no file " + path);
        return new Part(path, place);
    }

    @Override public void close() {
        try {
            archive.close();
        } catch (IOException e) {
            throw new StateException("close " + name + ": " + e.getMessage(), e);
        }
    }

    /** One file of the archive. */
    private final class Part implements Blob {
        private final String path;
        private final Place place;

        Part(String path, Place place) {
            this.path = path;
            this.place = place;
        }

        @Override public String name() {
            return path + " in " + name;
        }

        @Override public InputStream open() {
            return new BufferedInputStream(new Range(archive, place.at, place.size), Compression.BUFFER);
        }
    }

    /** Some of the bytes of a file, whose own position stays untouched. */
    private static final class Range extends InputStream {
        private final FileChannel file;
        private final long end;
        private long position;

        Range(FileChannel file, long at, long size) {
            this.file = file;
            this.position = at;
            this.end = at + size;
        }

        @Override public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override public int read(byte[] into, int at, int length) throws IOException {
            if (length == 0) return 0;
            if (position >= end) return -1;
            int got = file.read(ByteBuffer.wrap(into, at, (int) Math.min(length, end - position)), position);
            if (got > 0) position += got;
            return got;
        }

        @Override public long skip(long count) {
            long skipped = Math.max(0, Math.min(count, end - position));
            position += skipped;
            return skipped;
        }

        @Override public int available() {
            return (int) Math.min(Integer.MAX_VALUE, end - position);
        }
    }
}
