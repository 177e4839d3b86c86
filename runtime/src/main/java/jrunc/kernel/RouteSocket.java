package jrunc.kernel;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * A socket that asks about the network namespace that this process is in.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class RouteSocket implements AutoCloseable {
    private static final long AF_NETLINK = 16;
    private static final long SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int HEADER = 16;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final short REQUEST_DUMP = 0x301;
    /** The kernel fills at most so much at once. */
    private static final int ROOM = 32 * 1024;

    private final Fd socket;

    private RouteSocket(Fd socket) {
        this.socket = socket;
    }

    /** Opens it: {@code socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE)}. */
    public static RouteSocket open() {
        return new RouteSocket(Fd.owning(Trap.orThrow("ask about network devices", Sys.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, 0)));
    }

    /** {@return all that a request of this type lists: each message without its header} */
    public List<byte[]> dump(int type) {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(ROOM, 8);
            var bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(0, HEADER + 16).putShort(4, (short) type).putShort(6, REQUEST_DUMP);
            Trap.orThrow("ask about network devices", Sys.WRITE, socket.number(), memory.address(), HEADER + 16);
            List<byte[]> messages = new ArrayList<>();
            while (true) {
                int size = (int) Trap.orThrow("read about network devices", Sys.READ, socket.number(), memory.address(), ROOM);
                for (int at = 0; at + HEADER <= size; at += bytes.getInt(at) + 3 & ~3) {
                    int kind = bytes.getShort(at + 4);
                    if (kind == NLMSG_DONE) return messages;
                    if (kind == NLMSG_ERROR) throw new SyscallException("ask about network devices", Sys.READ, bytes.getInt(at + HEADER));
                    var message = new byte[bytes.getInt(at) - HEADER];
                    bytes.get(at + HEADER, message);
                    messages.add(message);
                }
                if (size == 0) throw new SyscallException("read about network devices", Sys.READ, -Errno.EPIPE.number());
            }
        }
    }

    @Override public void close() {
        socket.close();
    }
}
