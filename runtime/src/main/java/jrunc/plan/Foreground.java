package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import java.util.Optional;
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
 * In the foreground: every signal that reaches jrunc goes on to the container's process, what comes to one terminal goes on to the
 * other, and the end of that process is jrunc's. The front has blocked the signals before anything else, so none is lost: they are
 * read as data. All of it is one tape, which turns in a circle by itself until the end: no JVM needs to live for what it does last.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class Foreground {
    /** A tape that only ends when its work is done. */
    static final long FOR_EVER = Long.MAX_VALUE;
    static final long POLLIN = 1;
    static final int POLLFD_EVENTS = 32;
    static final Operand.Imm NOBODY = named(0xFFFFFFFFL, "{-1}");
    private static final int POLLFD_REVENTS = 48;
    static final long SFD_CLOEXEC = 0x80000;
    static final int MASK_SIZE = 8;
    static final int SIGINFO_SIZE = 128;
    private static final Operand.Imm P_ALL = named(0, "P_ALL");
    private static final Operand.Imm P_PID = named(1, "P_PID");
    private static final Operand.Imm P_PIDFD = named(3, "P_PIDFD");
    private static final Operand.Imm WEXITED = named(4, "WEXITED");
    private static final Operand.Imm LOOK = named(1 | 4 | 0x01000000, "WNOHANG|WEXITED|WNOWAIT");
    private static final Operand.Imm PR_SET_CHILD_SUBREAPER = named(36, "PR_SET_CHILD_SUBREAPER");
    private static final Operand.Imm CHLD = named(Signal.SIGCHLD.number(), "SIGCHLD");
    private static final Operand.Imm WINCH = named(Signal.SIGWINCH.number(), "SIGWINCH");
    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final long CLD_EXITED = 1;
    private static final int KILLED = 128;

    private final Recorder tape;
    private final Attended process;
    private final Optional<TerminalCopy> terminal;
    private final Operand.Word signals;
    private final Operand.Word more;
    private final Operand.Word ended;
    private final Block siginfo;
    private final Block polled;
    private final Operand.Word exit;
    private final Operand.Word timeout;
    private final Optional<Heard> heard;

    /**
     * The process that is waited for, a child of jrunc's.
     *
     * @param pid     its number
     * @param orphans whether what it leaves without a parent becomes a child of jrunc's, and is reaped
     */
    public record Attended(Operand pidfd, Operand pid, boolean orphans) {}

    /**
     * The terminals to copy between.
     *
     * @param leader  jrunc's end of the container's
     * @param callers the one from which jrunc was called
     * @param saved   how it was set, if it is set to raw mode already
     */
    public record Terminals(Operand leader, Operand callers, Optional<byte[]> saved) {
        /** The first to be copied. */
        public Terminals(Operand leader, Operand callers) {
            this(leader, callers, Optional.empty());
        }

        /** {@return the same, in raw mode already} */
        public Terminals with(byte[] before) {
            return new Terminals(leader, callers, Optional.of(before));
        }
    }

    /**
     * What has come to the container's {@link NotifySocket}, which ends a wait that may go on.
     *
     * @param length of the text; 0 if nothing has come
     */
    public record Heard(Operand socket, Block text, Operand.Word length) {}

    /**
     * The whole wait.
     *
     * @param ended  whether it has: 0 if only a message was heard
     * @param exit   the exit code by which shells and OCI runtimes pass on how it ended: 128 and more for signals
     * @param saved  how the caller's terminal was set before, if there is one
     * @param heard  the message, if one was listened for
     */
    public record Waiting(Tape tape, Operand.Word ended, Operand.Word exit, Optional<Block> saved, Optional<Heard> heard) {}

    private Foreground(Host host, Attended process, Optional<Terminals> terminals, Optional<Operand> notify) {
        this.process = process;
        tape = new Recorder(host.arch());
        signals = tape.variable(-1);
        more = tape.variable(1);
        siginfo = tape.block(SIGINFO_SIZE);
        polled = tape.block(6 * 8);
        heard = notify.isPresent() ? Optional.of(new Heard(notify.get(), tape.block(NotifySocket.LONGEST), tape.variable(0))) : Optional.empty();
        ended = tape.variable(0);
        exit = tape.variable(0);
        timeout = tape.variable(0);
        terminal = terminals.isPresent() ? Optional.of(new TerminalCopy(terminals.get(), tape)) : Optional.empty();
    }

    /** Before anything of the container runs: what it leaves without a parent becomes a child of the process that plays this. */
    static void adopt(Recorder tape) {
        tape.attempt("become the parent of the container's orphans",
                t -> t.call(Sys.PRCTL, PR_SET_CHILD_SUBREAPER, imm(1), imm(0), imm(0), imm(0)));
    }

    /** {@return the tape that passes everything on until the process has ended} */
    public static Waiting attend(Host host, Attended process, Optional<Terminals> terminals) {
        return attend(host, process, terminals, Optional.empty());
    }

    /**
     * {@return the tape that does so, or until something has come to the container's notify socket} Then the terminals stay as they
     * are, to be handed to the next such tape.
     */
    public static Waiting attend(Host host, Attended process, Optional<Terminals> terminals, Optional<Operand> notify) {
        return new Foreground(host, process, terminals, notify).attend();
    }

    private Waiting attend() {
        tape.section("run, in the foreground");
        tape.attempt("listen for signals", t -> t.call(Sys.SIGNALFD4, imm(-1), words(named(heard(), shown())), imm(MASK_SIZE),
                named(SFD_CLOEXEC, "SFD_CLOEXEC")).into(signals));
        if (terminal.isPresent()) terminal.get().begin(polled);
        tape.attempt("wait for the container's process", t -> {
            pollIn(process.pidfd, polled.word(0), t);
            pollIn(signals, polled.word(1), t);
            if (heard.isPresent()) prepareToHear(t);
        });
        tape.attempt("wait for the container's process", t -> t.repeat(FOR_EVER, more, this::turn));
        if (heard.isEmpty()) finish(tape);
        else tape.when(ended, -1, imm(1), this::finish);
        leave(tape);
        tape.cleanUp(t -> {
            if (terminal.isPresent()) terminal.get().end();
            leave(t);
        });
        return new Waiting(tape.finish(), ended, exit, terminal.map(TerminalCopy::saved), heard);
    }

    private void finish(Recorder t) {
        if (terminal.isEmpty()) return;
        terminal.get().drain();
        terminal.get().end();
    }

    private void prepareToHear(Recorder t) {
        if (terminal.isEmpty()) for (int i = 2; i < 5; i++) t.set(polled.word(i), NOBODY);
        pollIn(heard.get().socket, polled.word(5), t);
    }

    /** One wait and all that it has brought. */
    private void turn(Recorder t) {
        if (terminal.isPresent()) terminal.get().ask(polled, timeout);
        if (terminal.isPresent() && heard.isPresent()) terminal.get().askIfQuiet(heard.get().socket, polled.word(5));
        t.attempt("wait for the container's process", u -> {
            int count = heard.isPresent() ? 6 : terminal.isPresent() ? 5 : 2;
            u.call(Sys.PPOLL, polled.address(), imm(count), timeout, NULL, imm(MASK_SIZE)).tries(255);
        });
        t.attempt("pass a signal on to the container's process", u -> u.unless(revents(polled.word(1), u), -1, imm(0), this::passOn));
        if (terminal.isPresent()) terminal.get().copy(polled);
        t.attempt("wait for the container's process", u -> u.unless(revents(polled.word(0), u), -1, imm(0), v -> {
            v.call(Sys.WAITID, P_PIDFD, process.pidfd, siginfo.address(), WEXITED, NULL);
            v.set(more, imm(0));
            v.set(ended, imm(1));
            v.low(siginfo.word(SI_STATUS / 8)).into(exit);
            v.unless(siginfo.word(SI_CODE / 8), 0xFFFFFFFFL, named(CLD_EXITED, "CLD_EXITED"), w -> w.own(Call.Own.ADD, exit, imm(KILLED)).into(exit));
        }));
        if (heard.isPresent()) hear(heard.get(), t);
    }

    /** Also when it has ended: the message may have come last. */
    private void hear(Heard message, Recorder t) {
        t.attempt("wait until the container says that it is ready", u -> {
            var here = u.variable(0);
            u.set(here, ended);
            u.unless(revents(polled.word(5), u), -1, imm(0), v -> {
                if (terminal.isEmpty()) v.set(here, imm(1));
                else terminal.get().ifQuiet(v, w -> w.set(here, imm(1))); // else it is still there in the next turn
            });
            u.when(here, -1, imm(1), v -> {
                NotifySocket.receive(message.socket, message.text, message.length, v);
                v.set(more, imm(0));
            });
        });
    }

    private void passOn(Recorder t) {
        t.call(Sys.READ, signals, siginfo.address(), imm(SIGINFO_SIZE));
        var number = t.variable(0);
        t.low(siginfo.word(0)).into(number);
        t.when(number, -1, CHLD, this::reap);
        if (terminal.isPresent()) t.when(number, -1, WINCH, _ -> terminal.get().resize());
        t.unless(number, -1, CHLD, u -> u.unless(number, -1, WINCH, v -> v
                // It may have ended just now, or have become another user; either way there is nobody to tell.
                .call(Sys.PIDFD_SEND_SIGNAL, process.pidfd, number, NULL, imm(0)).forgive(Errno.ESRCH, Errno.EPERM)));
    }

    /** The process that is attended is only looked at: how it ended is asked for elsewhere. */
    private void reap(Recorder t) {
        var pid = t.variable(0);
        var others = t.variable(1);
        t.repeat(FOR_EVER, others, u -> {
            u.set(others, imm(0));
            u.set(siginfo.word(SI_PID / 8), imm(0));
            u.call(Sys.WAITID, P_ALL, imm(0), siginfo.address(), LOOK, NULL).forgive(Errno.ECHILD);
            u.low(siginfo.word(SI_PID / 8)).into(pid);
            u.unless(pid, -1, imm(0), v -> v.unless(pid, -1, process.pid, w -> {
                w.call(Sys.WAITID, P_PID, pid, NULL, WEXITED, NULL);
                w.set(others, imm(1));
            }));
        });
    }

    private void leave(Recorder t) {
        if (terminal.isPresent()) terminal.get().leave();
        t.attempt("close what only the foreground needed", u -> MachineProcess.leave(u, signals));
    }

    /** All but those that cannot be caught, and those that a fault of this process makes. */
    private long heard() {
        long mask = 0;
        for (int number = 1; number <= Signal.MAX; number++) {
            boolean kept = switch (number) {
                case 4, 5, 7, 8, 9, 11, 19, 31, 32, 33 -> true; // ILL TRAP BUS FPE KILL SEGV STOP SYS, and libc's own
                case 17 -> !process.orphans;
                case 28 -> terminal.isEmpty();
                default -> false;
            };
            if (!kept) mask |= 1L << number - 1;
        }
        return mask;
    }

    private String shown() {
        return "~[faults" + (process.orphans ? "" : " CHLD") + (terminal.isPresent() ? "" : " WINCH") + "]";
    }

    /** {@code struct pollfd {int fd; short events, revents;}} */
    static void pollIn(Operand fd, Operand.Word pollfd, Recorder t) {
        t.own(Call.Own.ADD, fd, named(POLLIN << POLLFD_EVENTS, "POLLIN<<32")).into(pollfd);
    }

    static Operand revents(Operand pollfd, Recorder t) {
        return t.own(Call.Own.BITS, pollfd, imm(POLLFD_REVENTS), named(0xFFFF, "0xffff"));
    }
}
