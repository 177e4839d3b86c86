package jrunc.kernel;

import static jrunc.linux.OpenFlag.O_CLOEXEC;
import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_NOFOLLOW;
import static jrunc.linux.OpenFlag.O_NONBLOCK;
import static jrunc.linux.OpenFlag.O_PATH;
import static jrunc.linux.OpenFlag.O_RDONLY;
import static jrunc.linux.ResolveFlag.RESOLVE_BENEATH;
import static jrunc.linux.ResolveFlag.RESOLVE_NO_SYMLINKS;
import static jrunc.linux.ResolveFlag.RESOLVE_NO_XDEV;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.Flag;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Reads a directory tree that somebody else may change meanwhile, such as the writable layer of a container that runs: each path is
 * looked up from the top, through no symbolic link and into no other mount. Paths are bytes, one char each; the top is "".
 */
public final class TreeReader implements AutoCloseable {
    private static final int LONGEST_XATTR = 64 * 1024;
    private static final int BUFFER = 64 * 1024;
    private static final Arch ARCH = Arch.host();

    private final String name;
    private final Fd top;

    /** @param top absolute; that path itself is the host's, so links in it are followed */
    public TreeReader(String top) {
        this.name = top;
        this.top = FileCalls.open(null, top, O_PATH, O_DIRECTORY);
    }

    /** What there is to know of one file, but for its content. */
    public record Found(Statx stat, Instant modified, long links) {}

    /** {@return what the file is; nothing if there is none} A symbolic link is itself. */
    public Optional<Found> stat(String path) {
        var file = open(path, O_PATH, O_NOFOLLOW);
        if (file.isEmpty()) return Optional.empty();
        try (var opened = file.get(); var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(StatxField.SIZE, 8);
            Trap.orThrow("look at " + shown(path), Sys.STATX, opened.number(), arena.allocateFrom("").address(),
                    Flag.bits(List.of(AtFlag.AT_EMPTY_PATH)), Statx.ASKED, buffer.address());
            var struct = buffer.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            var modified = Instant.ofEpochSecond(struct.getLong(StatxField.STX_MTIME), struct.getInt(StatxField.STX_MTIME + 8));
            return Optional.of(new Found(Statx.of(struct), modified, Integer.toUnsignedLong(struct.getInt(StatxField.STX_NLINK.offset()))));
        }
    }

    /** {@return the names in a directory, in no order; none if it is not there any more} */
    public List<String> list(String path) {
        List<String> names = new ArrayList<>();
        var found = open(path, O_RDONLY, O_DIRECTORY, O_NOFOLLOW);
        if (found.isEmpty()) return names;
        try (var directory = found.get()) {
            for (var bytes : FileCalls.list(directory, shown(path))) names.add(new String(bytes, StandardCharsets.ISO_8859_1));
            return names;
        }
    }

    /** {@return what a symbolic link says} */
    public String target(String path) {
        try (var link = openOrThrow(path, O_PATH, O_NOFOLLOW)) {
            return new String(FileCalls.readLink(link, ""), StandardCharsets.ISO_8859_1);
        }
    }

    /** {@return the content of a regular file; the caller closes it} */
    public InputStream content(String path) {
        var file = openOrThrow(path, O_RDONLY, O_NOFOLLOW, O_NONBLOCK);
        return new Content(file, shown(path));
    }

    /**
     * {@return the extended attributes, as far as this process may see them, by name; none if the file is not there any more}
     *
     * <p>{@code llistxattr("/proc/self/fd/N", ...)}: the descriptor is of the file itself, be it a symbolic link. {@code ENODATA}: gone
     * meanwhile. {@code EOPNOTSUPP}: the file system has none.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/xattr.7.html">xattr(7)</a>
     */
    public Map<String, byte[]> xattrs(String path) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        var there = open(path, O_PATH, O_NOFOLLOW);
        if (there.isEmpty()) return found;
        try (var file = there.get(); var arena = Arena.ofConfined()) {
            long place = arena.allocateFrom("/proc/self/fd/" + file.number()).address();
            var buffer = arena.allocate(LONGEST_XATTR);
            long size = Trap.call(Sys.LISTXATTR, place, buffer.address(), LONGEST_XATTR);
            if (size == -Errno.EOPNOTSUPP.number()) return found;
            if (size < 0) throw new SyscallException("list the attributes of " + shown(path), Sys.LISTXATTR, size);
            var names = new String(bytes(buffer, (int) size), StandardCharsets.ISO_8859_1);
            for (int start = 0; start < names.length();) {
                int end = names.indexOf(0, start);
                put(names.substring(start, end), place, buffer, found, path, arena);
                start = end + 1;
            }
            return found;
        }
    }

    private void put(String attribute, long place, MemorySegment buffer, Map<String, byte[]> found, String path, Arena arena) {
        var bytes = arena.allocateFrom(attribute, StandardCharsets.ISO_8859_1);
        long size = Trap.call(Sys.GETXATTR, place, bytes.address(), buffer.address(), LONGEST_XATTR);
        if (size == -Errno.ENODATA.number()) return;
        if (size < 0) throw new SyscallException("read attribute " + attribute + " of " + shown(path), Sys.GETXATTR, size);
        found.put(attribute, bytes(buffer, (int) size));
    }

    private Fd openOrThrow(String path, OpenFlag... flags) {
        var file = open(path, flags);
        if (file.isEmpty()) throw new SyscallException("open " + shown(path), Sys.OPENAT2, -Errno.ENOENT.number());
        return file.get();
    }

    /**
     * <p>{@code openat2(top, path, {flags|O_CLOEXEC, 0, RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_XDEV}, 24)}, since Linux 5.6.
     * {@code EAGAIN}: something was renamed meanwhile.
     */
    private Optional<Fd> open(String path, OpenFlag... flags) {
        try (var arena = Arena.ofConfined()) {
            long bits = OpenFlag.bits(ARCH, flags) | O_CLOEXEC.value(ARCH);
            long resolve = Flag.bits(List.of(RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV));
            var how = arena.allocateFrom(ValueLayout.JAVA_LONG, bits, 0, resolve);
            var text = arena.allocateFrom(path.isEmpty() ? "." : path, StandardCharsets.ISO_8859_1);
            long answer;
            do {
                answer = Trap.call(Sys.OPENAT2, top.number(), text.address(), how.address(), how.byteSize());
            } while (answer == -Errno.EAGAIN.number() || answer == -Errno.EINTR.number());
            if (answer == -Errno.ENOENT.number() || answer == -Errno.ENOTDIR.number()) return Optional.empty();
            if (answer < 0) throw new SyscallException("open " + shown(path), Sys.OPENAT2, answer);
            return Optional.of(Fd.owning(answer));
        }
    }

    private String shown(String path) {
        return name + '/' + new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(MemorySegment buffer, int size) {
        var bytes = new byte[size];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, size);
        return bytes;
    }

    @Override public void close() {
        top.close();
    }

    /** An open file's bytes, read by read(2). */
    private static final class Content extends InputStream {
        private final Fd file;
        private final String name;
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment buffer = arena.allocate(BUFFER);

        Content(Fd file, String name) {
            this.file = file;
            this.name = name;
        }

        @Override public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override public int read(byte[] into, int at, int length) {
            if (length == 0) return 0;
            long got;
            do {
                got = Trap.call(Sys.READ, file.number(), buffer.address(), Math.min(length, BUFFER));
            } while (got == -Errno.EINTR.number());
            if (got < 0) throw new SyscallException("read " + name, Sys.READ, got);
            if (got == 0) return -1;
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, at, (int) got);
            return (int) got;
        }

        @Override public void close() {
            file.close();
            arena.close();
        }
    }
}
