package jrunc.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Calls that fill a tree of files: of one thread, and many in a row, so the memory that they need is allocated once. Each answers as the
 * kernel does: a result, or {@code -errno}. Names are bytes, one in each char (ISO 8859-1), and all are relative to a descriptor.
 */
public final class TreeCalls implements AutoCloseable {
    /** How much of a file's content goes to the kernel at once, in bytes. */
    public static final int PIECE = 256 * 1024;
    /** The longest path that the kernel takes, with the NUL at its end. */
    public static final int PATH_MAX = 4096;
    private static final int XATTR_SIZE_MAX = 64 * 1024;
    private static final long LOCK_SH = 1;
    private static final long LOCK_EX = 2;
    private static final long LOCK_NB = 4;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = Trap.errno(arena);
    private final Room path = new Room(arena, PATH_MAX + 32);
    private final Room other = new Room(arena, PATH_MAX + 32);
    private final Room struct = new Room(arena, Statx.SIZE);
    private final Room piece = new Room(arena, PIECE);
    private final Arch arch = Arch.host();
    private final long created = OpenFlag.bits(arch, OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_EXCL, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC);
    private final int[] numbers = new int[Sys.values().length];

    public TreeCalls() {
        for (var sys : Sys.values()) numbers[sys.ordinal()] = sys.number(arch);
    }

    /** Memory that the kernel is told the address of. Filled as a buffer: through a segment's var handles it takes a JVM longer to get quick. */
    private static final class Room {
        private final ByteBuffer bytes;
        private final long address;

        Room(Arena arena, long size) {
            var segment = arena.allocate(size, Long.BYTES);
            bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());
            address = segment.address();
        }
    }

    @Override public void close() {
        arena.close();
    }

    private long call(Sys sys, long a0, long a1, long a2, long a3, long a4) {
        return Trap.call(errno, numbers[sys.ordinal()], a0, a1, a2, a3, a4, 0);
    }

    /** {@return the address of {@code text} with a NUL after it; it is no longer than PATH_MAX, and whoever asks has looked for NULs in it} */
    private static long put(Room where, String text) {
        var bytes = text.getBytes(ISO_8859_1);
        where.bytes.put(0, bytes).put(bytes.length, (byte) 0);
        return where.address;
    }

    /** {@return whether {@code name} can be a path at all: neither too long nor with a NUL in it} */
    public static boolean isPath(String name) {
        return name.length() < PATH_MAX && name.indexOf(0) < 0;
    }

    /**
     * Opens what is below {@code directory}: {@code openat2(directory, path, {flags|O_CLOEXEC, 0, resolve})}.
     *
     * @return the descriptor, for {@link Fd#owning}. {@code -EXDEV}: the path leads out; {@code -ELOOP}: a symbolic link that is not allowed
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public long openAt2(Fd directory, String name, long resolve, OpenFlag... flags) {
        struct.bytes.putLong(0, OpenFlag.bits(arch, flags) | OpenFlag.O_CLOEXEC.value(arch)).putLong(8, 0).putLong(16, resolve);
        long result;
        do {
            result = call(Sys.OPENAT2, directory.number(), put(path, name), struct.address, 24, 0);
        } while (result == -Errno.EAGAIN.number() || result == -Errno.EINTR.number());
        return result;
    }

    /** Makes a file that was not there: {@code openat(directory, name, O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600)}. */
    public long create(Fd directory, String name) {
        return call(Sys.OPENAT, directory.number(), put(path, name), created, 0600, 0);
    }

    /** {@code mkdirat(directory, name, mode)}; the umask is taken from the mode. */
    public long makeDirectory(Fd directory, String name, int mode) {
        return call(Sys.MKDIRAT, directory.number(), put(path, name), mode, 0, 0);
    }

    /** {@code mknodat(directory, name, mode, makedev(major, minor))}: a device, a fifo; mode has the type. */
    public long makeNode(Fd directory, String name, long mode, long major, long minor) {
        long device = minor & 0xFF | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
        return call(Sys.MKNODAT, directory.number(), put(path, name), mode, device, 0);
    }

    /** {@code symlinkat(target, directory, name)}. */
    public long makeSymbolicLink(String target, Fd directory, String name) {
        return call(Sys.SYMLINKAT, put(other, target), directory.number(), put(path, name), 0, 0);
    }

    /** {@code linkat(from, old, directory, name, 0)}: one more name; a symbolic link is not followed. */
    public long makeHardLink(Fd from, String old, Fd directory, String name) {
        return call(Sys.LINKAT, from.number(), put(other, old), directory.number(), put(path, name), 0);
    }

    /** {@code write(file, bytes + at, length)} until all is written. */
    public long write(Fd file, byte[] bytes, int at, int length) {
        piece.bytes.put(0, bytes, at, length);
        for (int done = 0; done < length; ) {
            long written = call(Sys.WRITE, file.number(), piece.address + done, length - done, 0, 0);
            if (written == -Errno.EINTR.number()) continue;
            if (written <= 0) return written;
            done += (int) written;
        }
        return length;
    }

    /** {@code lseek(file, offset, SEEK_SET)}: what is written next goes there, and what is left out is a hole. */
    public long seek(Fd file, long offset) {
        return call(Sys.LSEEK, file.number(), offset, 0, 0, 0);
    }

    /** {@code ftruncate(file, size)}. */
    public long resize(Fd file, long size) {
        return call(Sys.FTRUNCATE, file.number(), size, 0, 0, 0);
    }

    /** {@code fchown(file, uid, gid)}, which takes the bits set-user-id and set-group-id and security.capability away. */
    public long own(Fd file, long uid, long gid) {
        return call(Sys.FCHOWN, file.number(), uid, gid, 0, 0);
    }

    /** {@code fchownat(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW)}. */
    public long own(Fd directory, String name, long uid, long gid) {
        return call(Sys.FCHOWNAT, directory.number(), put(path, name), uid, gid, AtFlag.AT_SYMLINK_NOFOLLOW.value());
    }

    /** {@code fchmod(file, mode)}. */
    public long permit(Fd file, int mode) {
        return call(Sys.FCHMOD, file.number(), mode, 0, 0, 0);
    }

    /** {@code fchmodat(directory, name, mode)}, which follows a symbolic link: the caller knows that it is none. */
    public long permit(Fd directory, String name, int mode) {
        return call(Sys.FCHMODAT, directory.number(), put(path, name), mode, 0, 0);
    }

    /** {@code utimensat(file, NULL, {time, time}, 0)}. */
    public long stamp(Fd file, Instant time) {
        return call(Sys.UTIMENSAT, file.number(), 0, times(time), 0, 0);
    }

    /** {@code utimensat(directory, name, {time, time}, AT_SYMLINK_NOFOLLOW)}. */
    public long stamp(Fd directory, String name, Instant time) {
        return call(Sys.UTIMENSAT, directory.number(), put(path, name), times(time), AtFlag.AT_SYMLINK_NOFOLLOW.value(), 0);
    }

    private long times(Instant time) {
        for (int at = 0; at < 32; at += 16) struct.bytes.putLong(at, time.getEpochSecond()).putLong(at + 8, time.getNano());
        return struct.address;
    }

    /** {@code fsetxattr(file, attribute, value, size, 0)}. */
    public long attribute(Fd file, String attribute, byte[] value) {
        if (!isAttribute(attribute, value)) return -Errno.E2BIG.number();
        return call(Sys.FSETXATTR, file.number(), put(other, attribute), value(value), value.length, 0);
    }

    /** {@code lsetxattr("/proc/self/fd/DIRECTORY/name", attribute, value, size, 0)}: there is no such call that takes a directory before Linux 6.13. */
    public long attribute(Fd directory, String name, String attribute, byte[] value) {
        if (!isAttribute(attribute, value)) return -Errno.E2BIG.number();
        return call(Sys.LSETXATTR, put(path, throughProc(directory, name)), put(other, attribute), value(value), value.length, 0);
    }

    /** {@return whether the file has the attribute: {@code fgetxattr(file, attribute, NULL, 0)}} */
    public boolean hasAttribute(Fd file, String attribute) {
        long size = call(Sys.FGETXATTR, file.number(), put(other, attribute), 0, 0, 0);
        if (size < 0 && size != -Errno.ENODATA.number() && size != -Errno.EOPNOTSUPP.number()) {
            throw new SyscallException("ask for attribute " + attribute, Sys.FGETXATTR, size);
        }
        return size >= 0;
    }

    private static String throughProc(Fd directory, String name) {
        return "/proc/self/fd/" + directory.number() + "/" + name;
    }

    private static boolean isAttribute(String attribute, byte[] value) {
        return value.length <= XATTR_SIZE_MAX && attribute.length() < PATH_MAX && attribute.indexOf(0) < 0;
    }

    private long value(byte[] value) {
        piece.bytes.put(0, value);
        return piece.address;
    }

    /** {@code unlinkat(directory, name, 0)}. */
    public long remove(Fd directory, String name) {
        return call(Sys.UNLINKAT, directory.number(), put(path, name), 0, 0, 0);
    }

    /** {@code unlinkat(directory, name, AT_REMOVEDIR)}. {@code -ENOTEMPTY}: something is in it. */
    public long removeDirectory(Fd directory, String name) {
        return call(Sys.UNLINKAT, directory.number(), put(path, name), AtFlag.AT_REMOVEDIR.value(), 0, 0);
    }

    /** {@code renameat(from, old, to, name)}. */
    public long move(Fd from, String old, Fd to, String name) {
        return call(Sys.RENAMEAT, from.number(), put(other, old), to.number(), put(path, name), 0);
    }

    /** {@return what {@code name} is, no symbolic link followed, or nothing if it is not there} */
    public Optional<Statx> look(Fd directory, String name) {
        long flags = AtFlag.AT_SYMLINK_NOFOLLOW.value() | (name.isEmpty() ? AtFlag.AT_EMPTY_PATH.value() : 0);
        long answer = call(Sys.STATX, directory.number(), put(path, name), flags, Statx.ASKED, struct.address);
        if (answer == -Errno.ENOENT.number()) return Optional.empty();
        if (answer < 0) throw new SyscallException("look at " + name, Sys.STATX, answer);
        return Optional.of(Statx.of(struct.bytes));
    }

    /**
     * {@code flock(file, LOCK_EX)}, or with LOCK_NB: nobody else may have it locked, in this process or another, until the descriptor is closed.
     *
     * @param wait false: {@code -EAGAIN} if somebody has it now
     */
    public long lock(Fd file, boolean wait) {
        long result;
        do {
            result = call(Sys.FLOCK, file.number(), wait ? LOCK_EX : LOCK_EX | LOCK_NB, 0, 0, 0);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** {@code flock(file, LOCK_SH)}: others may have it locked so, too, but nobody by {@link #lock}, who is waited for. */
    public long lockWithOthers(Fd file) {
        long result;
        do {
            result = call(Sys.FLOCK, file.number(), LOCK_SH, 0, 0, 0);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** Closes it: as {@link Fd#close}. */
    public void close(Fd file) {
        call(Sys.CLOSE, file.release(), 0, 0, 0, 0);
    }
}
