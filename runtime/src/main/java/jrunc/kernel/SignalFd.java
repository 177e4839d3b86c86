package jrunc.kernel;

import static jrunc.kernel.Trap.orThrow;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Signals read as data. They come here only if every thread has them blocked: in a JVM that means since before it started.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class SignalFd implements AutoCloseable {
    /** Size of {@code struct signalfd_siginfo}, whose first 32 bits are the number. */
    static final int SIGINFO_SIZE = 128;
    private static final long SFD_CLOEXEC = 0x80000;
    private static final long MASK_SIZE = 8;

    private final Fd fd;

    private SignalFd(Fd fd) {
        this.fd = fd;
    }

    /** {@return where these signals can be read: {@code signalfd4(-1, mask, 8, SFD_CLOEXEC)}} */
    public static SignalFd of(List<Signal> signals) {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_SIZE, 8);
            long bits = 0;
            for (var signal : signals) bits |= 1L << signal.number() - 1;
            mask.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).putLong(0, bits);
            return new SignalFd(Fd.owning(orThrow("listen for signals", Sys.SIGNALFD4, -1, mask.address(), MASK_SIZE, SFD_CLOEXEC)));
        }
    }

    /** {@return the descriptor, for polls} */
    public Fd fd() {
        return fd;
    }

    /** {@return the next signal, after waiting for it} */
    public Signal read() {
        try (var arena = Arena.ofConfined()) {
            var siginfo = arena.allocate(SIGINFO_SIZE, 8);
            long got;
            do {
                got = Trap.call(Sys.READ, fd.number(), siginfo.address(), SIGINFO_SIZE);
            } while (got == -Errno.EINTR.number());
            if (got < 0) throw new SyscallException("read a signal", Sys.READ, got);
            return new Signal(siginfo.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getInt(0));
        }
    }

    @Override public void close() {
        fd.close();
    }
}
