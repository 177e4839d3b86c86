package jrunc.kernel;

import static jrunc.kernel.Trap.orThrow;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.time.Duration;
import jrunc.linux.Errno;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * A process that cannot be mistaken for another one, whatever becomes of its pid.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class Pidfd implements AutoCloseable {
    private static final long P_PIDFD = 3;
    private static final long WEXITED = 4;
    private static final int SIGINFO_SIZE = 128;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;

    private final Fd fd;

    private Pidfd(Fd fd) {
        this.fd = fd;
    }

    /** {@return the process that this descriptor, made by CLONE_PIDFD or pidfd_open, stands for} */
    public static Pidfd owning(Fd fd) {
        return new Pidfd(fd);
    }

    /**
     * {@return the process that has this pid now}
     *
     * <p>{@code pidfd_open(pid, 0)}, since Linux 5.3; O_CLOEXEC is set without asking. {@code ESRCH}: there is none.
     */
    public static Pidfd open(long pid) {
        return new Pidfd(Fd.owning(orThrow("open process " + pid, Sys.PIDFD_OPEN, pid, 0)));
    }

    /** {@return the descriptor, for polls and operands} */
    public Fd fd() {
        return fd;
    }

    /**
     * Sends a signal; {@return whether the process was there to get it}
     *
     * <p>{@code pidfd_send_signal(fd, signal, NULL, 0)}, since Linux 5.1. {@code ESRCH}: it has been waited for.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>
     */
    public boolean send(Signal signal) {
        long answer = Trap.call(Sys.PIDFD_SEND_SIGNAL, fd.number(), signal.number(), 0, 0);
        if (answer == -Errno.ESRCH.number()) return false;
        if (answer < 0) throw new SyscallException("send " + signal, Sys.PIDFD_SEND_SIGNAL, answer);
        return true;
    }

    /** {@return whether it has ended within {@code most}, waited for or not} */
    public boolean endsWithin(Duration most) {
        return Poll.isReadable(fd, most);
    }

    /**
     * Waits for the end of a child of this process and takes its status.
     *
     * <p>{@code waitid(P_PIDFD, fd, info, WEXITED, NULL)}, since Linux 5.4. {@code ECHILD}: it is nobody's child here, or has
     * been waited for.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>
     */
    public Ended await() {
        try (var arena = Arena.ofConfined()) {
            var siginfo = arena.allocate(SIGINFO_SIZE, 8);
            long answer;
            do {
                answer = Trap.call(Sys.WAITID, P_PIDFD, fd.number(), siginfo.address(), WEXITED, 0);
            } while (answer == -Errno.EINTR.number());
            if (answer < 0) throw new SyscallException("wait for a process", Sys.WAITID, answer);
            var fields = siginfo.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            return new Ended(fields.getInt(SI_CODE) != Ended.CLD_EXITED, fields.getInt(SI_STATUS));
        }
    }

    @Override public void close() {
        fd.close();
    }

    /**
     * How a process ended.
     *
     * @param killed whether by a signal
     * @param status its exit code, or the signal
     */
    public record Ended(boolean killed, int status) {
        private static final int CLD_EXITED = 1;

        /** {@return the exit code by which shells and OCI runtimes pass it on: 128 and more for signals} */
        public int exitCode() {
            return killed ? 128 + status : status;
        }
    }
}
