package jrunc.kernel;

import static jrunc.kernel.Trap.orThrow;
import static jrunc.linux.OpenFlag.O_CLOEXEC;
import static jrunc.linux.OpenFlag.O_RDONLY;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.Flag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/** Reads of the file tree, relative to a directory or, where that is null, to the working directory. */
public final class FileCalls {
    private static final int BUFFER = 32 * 1024;
    private static final int PATH_MAX = 4096;
    private static final int NAME_IN_DIRENT = 19;
    private static final int LENGTH_IN_DIRENT = 16;
    private static final long NS_GET_NSTYPE = 0xB703;

    private FileCalls() {}

    /**
     * Opens {@code path}, always with O_CLOEXEC.
     *
     * <p>{@code openat(directory, path, flags|O_CLOEXEC)}.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/openat.2.html">openat(2)</a>
     */
    public static Fd open(Fd directory, String path, OpenFlag... flags) {
        try (var arena = Arena.ofConfined()) {
            long bits = OpenFlag.bits(Arch.host(), flags) | O_CLOEXEC.value(Arch.host());
            return Fd.owning(orThrow("open " + path, Sys.OPENAT, number(directory), text(arena, path), bits));
        }
    }

    /** The same for a name that may be any bytes but NUL. */
    static Fd open(Fd directory, byte[] name, OpenFlag... flags) {
        try (var arena = Arena.ofConfined()) {
            long bits = OpenFlag.bits(Arch.host(), flags) | O_CLOEXEC.value(Arch.host());
            var path = arena.allocate(name.length + 1L);
            MemorySegment.copy(name, 0, path, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, name.length);
            return Fd.owning(orThrow("open a file of the tree", Sys.OPENAT, number(directory), path.address(), bits));
        }
    }

    /** {@return all bytes of a small file, such as those of /proc and cgroupfs, whose size nobody knows before} */
    public static byte[] read(Fd directory, String path) {
        try (var file = open(directory, path, O_RDONLY)) {
            return rest(path, file);
        }
    }

    /** {@return all bytes from where an open file is now} */
    static byte[] rest(String path, Fd file) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(BUFFER);
            var bytes = new ByteArrayOutputStream();
            for (int got = read(path, file, buffer); got > 0; got = read(path, file, buffer)) bytes.writeBytes(bytes(buffer, 0, got));
            return bytes.toByteArray();
        }
    }

    /** {@code read(file, buffer, size)}, again if a signal of the JVM's comes between. */
    private static int read(String path, Fd file, MemorySegment buffer) {
        long got;
        do {
            got = Trap.call(Sys.READ, file.number(), buffer.address(), buffer.byteSize());
        } while (got == -Errno.EINTR.number());
        if (got < 0) throw new SyscallException("read " + path, Sys.READ, got);
        return (int) got;
    }

    /**
     * {@return the names in an open directory, in the file system's order, without {@code .} and {@code ..}} They are bytes:
     * a name need not be UTF-8.
     *
     * <p>{@code getdents64(directory, buffer, size)}. {@code ENOENT}: the directory has been removed.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/getdents.2.html">getdents(2)</a>
     */
    public static List<byte[]> list(Fd directory, String path) {
        try (var arena = Arena.ofConfined()) {
            var names = new ArrayList<byte[]>();
            var buffer = arena.allocate(BUFFER, 8);
            while (true) {
                long got = orThrow("list " + path, Sys.GETDENTS64, directory.number(), buffer.address(), BUFFER);
                if (got == 0) return names;
                entries(buffer, (int) got, names);
            }
        }
    }

    private static void entries(MemorySegment buffer, int size, List<byte[]> names) {
        var entries = buffer.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < size; at += Short.toUnsignedInt(entries.getShort(at + LENGTH_IN_DIRENT))) {
            int end = at + NAME_IN_DIRENT;
            while (entries.get(end) != 0) end++;
            var name = bytes(buffer, at + NAME_IN_DIRENT, end - at - NAME_IN_DIRENT);
            boolean dots = name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
            if (!dots) names.add(name);
        }
    }

    /**
     * {@return where the symbolic link {@code path} leads, as it says it}
     *
     * <p>{@code readlinkat(directory, path, buffer, PATH_MAX)}. {@code EINVAL}: no symbolic link.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/readlink.2.html">readlink(2)</a>
     */
    public static byte[] readLink(Fd directory, String path) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(PATH_MAX);
            long size = orThrow("read link " + path, Sys.READLINKAT,
                    number(directory), text(arena, path), buffer.address(), PATH_MAX);
            return bytes(buffer, 0, (int) size);
        }
    }

    /**
     * {@return what the file system says about {@code path}, or nothing if there is no such file} With an empty path and
     * AT_EMPTY_PATH it is about the descriptor itself.
     *
     * <p>{@code statx(directory, path, flags, STATX_BASIC_STATS|STATX_MNT_ID, buffer)}, since Linux 4.11.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public static Optional<Statx> stat(Fd directory, String path, AtFlag... flags) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(Statx.SIZE, 8);
            long answer = Trap.call(Sys.STATX, number(directory), text(arena, path), Flag.bits(List.of(flags)), Statx.ASKED,
                    buffer.address());
            if (answer == -Errno.ENOENT.number() || answer == -Errno.ENOTDIR.number()) return Optional.empty();
            if (answer < 0) throw new SyscallException("look at " + path, Sys.STATX, answer);
            return Optional.of(Statx.of(buffer.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN)));
        }
    }

    /**
     * {@return the clone flag of the kind of namespace that a file of /proc/PID/ns is}
     *
     * <p>{@code ioctl(namespace, NS_GET_NSTYPE)}, since Linux 4.11. {@code ENOTTY}: the file is no namespace.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_nsfs.2.html">ioctl_nsfs(2)</a>
     */
    public static long namespaceType(Fd namespace, String path) {
        return orThrow("ask for the type of namespace " + path, Sys.IOCTL, namespace.number(), NS_GET_NSTYPE);
    }

    private static long number(Fd directory) {
        return directory == null ? AtFlag.AT_FDCWD : directory.number();
    }

    private static long text(Arena arena, String path) {
        if (path.indexOf(0) >= 0) throw new IllegalArgumentException("a NUL in a path");
        return arena.allocateFrom(path, StandardCharsets.UTF_8).address();
    }

    private static byte[] bytes(MemorySegment buffer, int at, int size) {
        var bytes = new byte[size];
        buffer.asByteBuffer().get(at, bytes);
        return bytes;
    }
}
