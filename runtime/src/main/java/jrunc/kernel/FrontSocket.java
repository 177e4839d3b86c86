package jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jrunc.linux.Errno;
import jrunc.linux.StateException;
import jrunc.linux.Sys;

/** The way to a front that has connected with a server. */
public final class FrontSocket implements FrontLine, AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int UCRED_SIZE = 12;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final short POLLIN = 1;

    private final Fd socket;

    FrontSocket(Fd socket) {
        this.socket = socket;
    }

    /**
     * Who has connected, as the kernel noted it then.
     *
     * @param pid in this process's pid namespace; 0 if it is in none that can be seen from here
     * @param uid the effective user id
     */
    public record Peer(int pid, int uid) {}

    /** {@return who has connected} */
    public Peer peer() {
        try (var arena = Arena.ofConfined()) {
            var room = arena.allocate(UCRED_SIZE + 4L, 8);
            var bytes = room.asByteBuffer().order(ByteOrder.nativeOrder()).putInt(UCRED_SIZE, UCRED_SIZE);
            Trap.orThrow("ask who has connected", Sys.GETSOCKOPT, socket.number(), SOL_SOCKET, SO_PEERCRED, room.address(), room.address() + UCRED_SIZE);
            return new Peer(bytes.getInt(0), bytes.getInt(4));
        }
    }

    /**
     * A descriptor of a process, by which it can be told later whether it is still there.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
     */
    public static Fd open(int pid) {
        return Fd.owning(Trap.orThrow("open process " + pid, Sys.PIDFD_OPEN, pid, 0));
    }

    /** {@return whether that process has ended} */
    public static boolean hasEnded(Fd pidfd) {
        try (var arena = Arena.ofConfined()) {
            var poll = arena.allocate(8, 8);
            poll.asByteBuffer().order(ByteOrder.nativeOrder()).putInt(pidfd.number()).putShort(POLLIN);
            return Trap.call(Sys.PPOLL, poll.address(), 1, arena.allocate(16, 8).address(), 0, 0) != 0;
        }
    }

    @Override
    public byte[] play(byte[] tape, byte[] slots, long exit) {
        try (var arena = Arena.ofConfined()) {
            var request = arena.allocate((long) REQUEST + tape.length + slots.length, 8);
            head(request, tape.length + slots.length, tape.length, exit);
            MemorySegment.copy(tape, 0, request, ValueLayout.JAVA_BYTE, REQUEST, tape.length);
            MemorySegment.copy(slots, 0, request, ValueLayout.JAVA_BYTE, (long) REQUEST + tape.length, slots.length);
            send(request);
            return receive(request, slots.length, exit != 0);
        }
    }

    /** Tells the front to exit with {@code code}, or {@link FrontLine#PLAIN}; one that has ended is not told. */
    public void end(int code) {
        try (var arena = Arena.ofConfined()) {
            var request = arena.allocate(REQUEST, 8);
            head(request, 0, code, 0);
            Trap.call(Sys.SENDTO, socket.number(), request.address(), REQUEST, MSG_NOSIGNAL, 0, 0);
        }
    }

    private static void head(MemorySegment request, long size, long second, long third) {
        request.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).putLong(size).putLong(second).putLong(third);
    }

    private void send(MemorySegment request) {
        long sent = 0;
        while (sent < request.byteSize()) {
            long more = Trap.call(Sys.SENDTO, socket.number(), request.address() + sent, request.byteSize() - sent, MSG_NOSIGNAL, 0, 0);
            if (more < 0 && more != -Errno.EINTR.number()) throw new StateException("play a tape: the front is gone: " + Errno.shown(more));
            sent += Math.max(0, more);
        }
    }

    /** Into the same memory: what was sent is not needed any more. */
    private byte[] receive(MemorySegment room, int size, boolean mayExit) {
        int read = 0;
        while (read < size) {
            long more = Trap.call(Sys.READ, socket.number(), room.address() + read, size - read);
            if (more == -Errno.EINTR.number()) continue;
            boolean isEnd = more == 0 || more == -Errno.ECONNRESET.number();
            if (isEnd && read == 0 && mayExit) throw new FrontEnded();
            if (more <= 0) throw new StateException("play a tape: the front has ended, or had no memory for it");
            read += (int) more;
        }
        return room.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override public void close() {
        socket.close();
    }
}
