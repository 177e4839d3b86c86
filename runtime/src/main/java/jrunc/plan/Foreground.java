package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * {@code run} in the foreground: every signal that reaches jrunc goes on to the container's process, and its end is jrunc's. The
 * front has blocked the signals before anything else, so none is lost: they are read as data.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class Foreground {
    private static final long SFD_CLOEXEC = 0x80000;
    private static final int MASK_SIZE = 8;
    private static final long POLLIN = 1;
    private static final int POLLFD_EVENTS = 32;
    private static final int POLLFD_REVENTS = 48;
    private static final int SIGINFO_SIZE = 128;
    private static final long P_PIDFD = 3;
    private static final long WEXITED = 4;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final long CLD_EXITED = 1;
    private static final int KILLED = 128;

    private Foreground() {}

    /**
     * Where the signals are read.
     *
     * @param signals the descriptor, once the tape has played
     */
    public record Listening(Tape tape, Operand.Word signals) {}

    /** {@return the tape that opens the descriptor} */
    public static Listening listen(Host host) {
        var tape = new Recorder(host.arch());
        var signals = tape.variable(-1);
        tape.section("run, in the foreground");
        tape.attempt("listen for signals", t -> t.call(Sys.SIGNALFD4, imm(-1), words(named(forwarded(), "~[faults CHLD]")), imm(MASK_SIZE),
                named(SFD_CLOEXEC, "SFD_CLOEXEC")).into(signals));
        return new Listening(tape.finish(), signals);
    }

    /** All but those that cannot be caught, those that a fault of this process makes, and the news of its children. */
    private static long forwarded() {
        long mask = 0;
        for (int number = 1; number <= Signal.MAX; number++) {
            boolean kept = switch (number) {
                case 4, 5, 7, 8, 9, 11, 17, 19, 31, 32, 33 -> true; // ILL TRAP BUS FPE KILL SEGV CHLD STOP SYS, and libc's own
                default -> false;
            };
            if (!kept) mask |= 1L << number - 1;
        }
        return mask;
    }

    /**
     * One wait.
     *
     * @param ended  1 once the container's process has ended
     * @param status how: its exit code, or the signal
     * @param code   whether it was an exit or a signal, as waitid says
     */
    public record Waiting(Tape tape, Operand.Word ended, Operand.Word status, Operand.Word code) {
        /** {@return the exit code by which shells and OCI runtimes pass it on: 128 and more for signals} */
        public static int exitCode(long status, long code) {
            return (int) code == CLD_EXITED ? (int) status : KILLED + (int) status;
        }
    }

    /** {@return the tape that waits until a signal has come, and passes it on, or until the process has ended} */
    public static Waiting await(Host host, long pidfd, long signals) {
        var tape = new Recorder(host.arch());
        var ended = tape.variable(0);
        var siginfo = tape.block(SIGINFO_SIZE);
        var polled = tape.block(16);
        tape.section("run, in the foreground");
        tape.attempt("wait for the container's process", t -> {
            t.set(polled.word(0), pollIn(pidfd));
            t.set(polled.word(1), pollIn(signals));
            t.call(Sys.PPOLL, polled.address(), imm(2), NULL, NULL, imm(MASK_SIZE)).tries(255);
            t.unless(revents(polled.word(0), t), -1, imm(0), u -> {
                u.call(Sys.WAITID, named(P_PIDFD, "P_PIDFD"), imm(pidfd), siginfo.address(), named(WEXITED, "WEXITED"), NULL);
                u.set(ended, imm(1));
            });
        });
        tape.attempt("pass a signal on to the container's process", t -> t
                .when(ended, -1, imm(0), u -> u.unless(revents(polled.word(1), u), -1, imm(0), v -> passOn(pidfd, signals, siginfo, v))));
        return new Waiting(tape.finish(), ended, siginfo.word(SI_STATUS / 8), siginfo.word(SI_CODE / 8));
    }

    private static void passOn(long pidfd, long signals, Block siginfo, Recorder t) {
        t.call(Sys.READ, imm(signals), siginfo.address(), imm(SIGINFO_SIZE));
        var number = t.own(Call.Own.BITS, siginfo.word(0), imm(0), named(0xFFFFFFFFL, "0xffffffff"));
        t.call(Sys.PIDFD_SEND_SIGNAL, imm(pidfd), number, NULL, imm(0)).forgive(Errno.ESRCH); // it may have ended just now
    }

    /** {@code struct pollfd {int fd; short events, revents;}} */
    private static Operand pollIn(long fd) {
        return named(fd | POLLIN << POLLFD_EVENTS, "{" + fd + ", POLLIN}");
    }

    private static Operand revents(Operand pollfd, Recorder t) {
        return t.own(Call.Own.BITS, pollfd, imm(POLLFD_REVENTS), named(0xFFFF, "0xffff"));
    }
}
