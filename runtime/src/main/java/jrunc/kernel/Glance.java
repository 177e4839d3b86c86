package jrunc.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;

/**
 * Looks at files of /proc and the like with no more system calls than it takes, for a JVM that lives long enough to have linked them. One
 * is used by one thread.
 */
public final class Glance implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int BUFFER = 1 << 13;
    private static final int PATH_MAX = 4096;
    private static final int STATX_INO = 0x100;
    private static final int STATX_SIZE = 0x200;
    private static final int STATX_MTIME = 0x40;
    private static final int INODE_AT = 0x20;
    private static final int DEVICE_AT = 0x88;
    private static final long OPENAT = Sys.OPENAT.number(Arch.host());
    private static final long READ = Sys.READ.number(Arch.host());
    private static final long CLOSE = Sys.CLOSE.number(Arch.host());
    private static final long READLINKAT = Sys.READLINKAT.number(Arch.host());
    private static final long STATX = Sys.STATX.number(Arch.host());

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = Trap.errno(arena);
    private final MemorySegment name = arena.allocate(PATH_MAX);
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);

    /** {@return the whole file} */
    public byte[] bytes(String path) throws IOException {
        long file = checked(path, call(OPENAT, AT_FDCWD, name(path), O_RDONLY_CLOEXEC, 0));
        try {
            byte[] all = new byte[0];
            while (true) {
                long got = call(READ, file, buffer.address(), BUFFER, 0);
                if (got == -Errno.EINTR.number()) continue;
                if (checked(path, got) == 0) return all;
                int before = all.length;
                all = Arrays.copyOf(all, before + (int) got);
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, all, before, (int) got);
            }
        } finally {
            call(CLOSE, file, 0, 0, 0);
        }
    }

    /** {@return the whole file, as UTF-8} */
    public String text(String path) throws IOException {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** {@return where a symbolic link leads, as it says it; what is no UTF-8 is replaced} */
    public String link(String path) throws IOException {
        long size = checked(path, call(READLINKAT, AT_FDCWD, name(path), buffer.address(), BUFFER));
        return new String(buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** Which file a path leads to. */
    public record Identity(long device, long inode) {}

    /** {@return which file {@code path} leads to, links followed} */
    public Identity identity(String path) throws IOException {
        checked(path, Trap.call(errno, STATX, AT_FDCWD, name(path), 0, STATX_INO, buffer.address(), 0));
        return new Identity(buffer.get(ValueLayout.JAVA_LONG, DEVICE_AT), buffer.get(ValueLayout.JAVA_LONG, INODE_AT));
    }

    /** {@return these words of what statx answers, links followed: of inode, size, device and the time of the last change of the content} */
    public List<Long> statx(String path, List<Integer> words) throws IOException {
        checked(path, Trap.call(errno, STATX, AT_FDCWD, name(path), 0, STATX_INO | STATX_SIZE | STATX_MTIME, buffer.address(), 0));
        List<Long> stat = new ArrayList<>();
        for (int word : words) stat.add(buffer.get(ValueLayout.JAVA_LONG, (long) word * Long.BYTES));
        return stat;
    }

    private long call(long number, long a0, long a1, long a2, long a3) {
        return Trap.call(errno, number, a0, a1, a2, a3, 0, 0);
    }

    private long name(String path) throws IOException {
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_MAX) throw new IOException(path + ": " + Errno.ENAMETOOLONG);
        MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
        name.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return name.address();
    }

    private static long checked(String path, long answer) throws IOException {
        if (answer < 0) throw new IOException(path + ": " + Errno.shown(answer));
        return answer;
    }

    @Override public void close() {
        arena.close();
    }
}
