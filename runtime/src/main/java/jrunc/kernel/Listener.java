package jrunc.kernel;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import jrunc.linux.Errno;
import jrunc.linux.StateException;
import jrunc.linux.Sys;

/**
 * A Unix socket at which fronts connect.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class Listener implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int STREAM_CLOEXEC = 1 | 02000000;
    private static final int CLOEXEC = 02000000;
    private static final int BACKLOG = 128;
    private static final int OWN_ONLY = 0177;
    private static final short POLLIN = 1;
    private static final int LONGEST_PATH = 107;

    private final Fd socket;

    private Listener(Fd socket) {
        this.socket = socket;
    }

    /** {@return one that somebody else has opened, as systemd does} */
    public static Listener inherited(int number) {
        return new Listener(Fd.owning(number));
    }

    /**
     * Listens at {@code path}, where nobody but this user can connect. What a listener that has ended has left there is removed.
     *
     * @param bound becomes true just before the socket is there, for whoever is to remove it: a signal may come at any time
     * @throws StateException if somebody listens there
     */
    public static Listener at(String path, AtomicBoolean bound) {
        if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) throw new StateException("listen at " + path + ": the path has more than " + LONGEST_PATH + " bytes");
        var socket = Fd.owning(Trap.orThrow("make a socket", Sys.SOCKET, AF_UNIX, STREAM_CLOEXEC, 0));
        try (var arena = Arena.ofConfined()) {
            var bytes = path.getBytes(StandardCharsets.UTF_8);
            var address = arena.allocate(2 + bytes.length + 1L, 2);
            address.asByteBuffer().order(ByteOrder.nativeOrder()).putShort((short) AF_UNIX).put(bytes);
            long connected = Trap.call(Sys.CONNECT, socket.number(), address.address(), address.byteSize());
            if (connected == 0) throw new StateException("listen at " + path + ": somebody listens there already");
            long text = address.address() + 2;
            if (connected == -Errno.ECONNREFUSED.number()) Trap.orThrow("remove the old " + path, Sys.UNLINKAT, -100, text, 0);
            long mask = Trap.call(Sys.UMASK, OWN_ONLY);
            bound.set(true);
            try {
                Trap.orThrow("bind " + path, Sys.BIND, socket.number(), address.address(), address.byteSize());
            } catch (RuntimeException e) {
                bound.set(false);
                throw e;
            } finally {
                Trap.call(Sys.UMASK, mask);
            }
            Trap.orThrow("listen at " + path, Sys.LISTEN, socket.number(), BACKLOG);
            return new Listener(socket);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** {@return whether somebody connects within so many milliseconds} */
    public boolean await(long milliseconds) {
        try (var arena = Arena.ofConfined()) {
            var poll = arena.allocate(8, 8);
            var time = arena.allocate(16, 8);
            poll.asByteBuffer().order(ByteOrder.nativeOrder()).putInt(socket.number()).putShort(POLLIN);
            time.asByteBuffer().order(ByteOrder.nativeOrder()).putLong(milliseconds / 1000).putLong(milliseconds % 1000 * 1_000_000);
            long ready = Trap.call(Sys.PPOLL, poll.address(), 1, time.address(), 0, 0);
            return ready == 1 || ready == -Errno.EINTR.number() && await(milliseconds);
        }
    }

    /** {@return the next connection} */
    public FrontSocket accept() {
        return new FrontSocket(Fd.owning(Trap.orThrow("accept a connection", Sys.ACCEPT4, socket.number(), 0, 0, CLOEXEC)));
    }

    @Override public void close() {
        socket.close();
    }
}
