package jrunc.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jrunc.kernel.Fd;
import jrunc.kernel.Pidfd;
import jrunc.kernel.Poll;
import jrunc.kernel.SignalFd;
import jrunc.linux.Signal;

/**
 * {@code run} in the foreground: every signal that reaches jrunc goes on to the container's process, and its end is jrunc's.
 * The front has blocked the signals before there was a JVM, so none is lost and none hits a thread of the JVM.
 */
final class Foreground implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final Pidfd process;
    private final SignalFd signals;

    /** @param pidfd of the container's process, a child of this one */
    Foreground(long pidfd) {
        process = Pidfd.owning(Fd.owning(pidfd));
        signals = SignalFd.of(forwarded());
    }

    /** All but those that cannot be caught, those that a fault of this process makes, and the news of its children. */
    private static List<Signal> forwarded() {
        List<Signal> signals = new ArrayList<>();
        for (int number = 1; number <= Signal.MAX; number++) {
            boolean kept = switch (number) {
                case 4, 5, 7, 8, 9, 11, 17, 19, 31, 32, 33 -> true; // ILL TRAP BUS FPE KILL SEGV CHLD STOP SYS, and libc's own
                default -> false;
            };
            if (!kept) signals.add(new Signal(number));
        }
        return signals;
    }

    /** {@return the container's exit code, or 128 and the signal that ended it} */
    int await() {
        while (true) {
            var readable = Poll.readable(List.of(process.fd(), signals.fd()), LONG);
            if (readable.get(0)) return process.await().exitCode();
            if (readable.get(1)) process.send(signals.read());
        }
    }

    @Override public void close() {
        signals.close();
        process.close();
    }
}
