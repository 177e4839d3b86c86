package jrunc.kernel;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Waits until descriptors can be read.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class Poll {
    /** {@code struct pollfd {int fd; short events, revents;}} */
    static final int POLLFD_SIZE = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final short POLLIN = 1;
    private static final int TIMESPEC_SIZE = 16;

    private Poll() {}

    /** {@return whether {@code fd} can be read, or has ended, within {@code most}} */
    public static boolean isReadable(Fd fd, Duration most) {
        return !readable(List.of(fd), most).isEmpty();
    }

    /**
     * {@return the places in {@code fds} of those that can be read, or have ended or failed; none after {@code most}}
     *
     * <p>{@code ppoll(fds, number, timeout, NULL, 8)}; a null time means for ever. A signal of the JVM's begins the time anew.
     */
    public static BitSet readable(List<Fd> fds, Duration most) {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate((long) fds.size() * POLLFD_SIZE + TIMESPEC_SIZE, 8);
            var fields = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            int timeout = fds.size() * POLLFD_SIZE;
            for (int i = 0; i < fds.size(); i++) fields.putInt(i * POLLFD_SIZE, fds.get(i).number()).putShort(i * POLLFD_SIZE + EVENTS, POLLIN);
            long answer;
            do {
                if (most != null) fields.putLong(timeout, most.toSeconds()).putLong(timeout + 8, most.toNanosPart());
                answer = Trap.call(Sys.PPOLL, memory.address(), fds.size(), most == null ? 0 : memory.address() + timeout, 0, 8);
            } while (answer == -Errno.EINTR.number());
            if (answer < 0) throw new SyscallException("wait for descriptors", Sys.PPOLL, answer);
            var ready = new BitSet();
            for (int i = 0; i < fds.size(); i++) ready.set(i, fields.getShort(i * POLLFD_SIZE + REVENTS) != 0);
            return ready;
        }
    }
}
