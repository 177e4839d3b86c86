package jrunc.plan;

import static jrunc.linux.Errno.ENXIO;
import static jrunc.plan.TerminalCalls.TCGETS;
import static jrunc.plan.TerminalCalls.TCSETS;
import static jrunc.plan.TerminalCalls.TERMIOS_SIZE;
import static jrunc.plan.TerminalCalls.TIOCGWINSZ;
import static jrunc.plan.TerminalCalls.TIOCSWINSZ;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import jrunc.linux.FcntlCommand;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The terminal from which jrunc was called, and the container's, whose other end jrunc holds in the foreground: it comes out of the
 * container the way a console socket's caller gets it, over a pair of sockets of which the container's process has one.
 */
public final class CallersTerminal {
    /** c_oflag is the upper half of the first word of struct termios. */
    private static final Operand.Imm NOT_ONLCR = named(~(4L << 32), "~ONLCR");

    private final Recorder tape;
    private final Operand.Word callers;
    private final Operand.Word opened;
    private final Operand.Word near;
    private final Operand.Word leader;

    /** Records nothing yet. */
    CallersTerminal(Recorder tape) {
        this.tape = tape;
        callers = tape.variable(-1);
        opened = tape.variable(-1);
        near = tape.variable(-1);
        leader = tape.variable(-1);
    }

    /** {@return where the descriptor of the caller's terminal is, once the tape has played} */
    public Operand.Word callers() {
        return callers;
    }

    /** {@return where jrunc's end of the container's terminal is, once the tape has played} */
    public Operand.Word leader() {
        return leader;
    }

    /** Most often all of stdio is the caller's terminal; if all of it leads elsewhere there may still be one that controls jrunc. */
    void find() {
        tape.attempt("cannot allocate tty: neither stdin, stdout, stderr nor /dev/tty is a terminal; give it one, or detach and set "
                + "--console-socket, or set process.terminal to false", t -> {
            var termios = t.scratch(TERMIOS_SIZE);
            for (int fd = 2; fd >= 0; fd--) {
                int stdio = fd;
                t.when(callers, -1, imm(-1), u -> u.call(Sys.IOCTL, imm(stdio), TCGETS, termios.address()).forgiveAll()
                        .onSuccess(v -> v.set(callers, imm(stdio))));
            }
            t.when(callers, -1, imm(-1), u -> {
                u.call(Sys.OPENAT, Handover.at(), text("/dev/tty"), u.open(OpenFlag.O_RDWR, OpenFlag.O_NOCTTY, OpenFlag.O_CLOEXEC)).into(opened).forgiveAll();
                u.expect(opened, 1L << 63, imm(0), ENXIO);
                u.set(callers, opened);
            });
        });
    }

    /** The far end becomes {@code far}, which is handed to the container's process. */
    void connect(Operand.Word far) {
        tape.attempt("make a pair of sockets for the container's terminal", t -> {
            var ends = t.block(8);
            t.call(Sys.SOCKETPAIR, UnixSocket.AF_UNIX, UnixSocket.STREAM, imm(0), ends.address());
            t.low(ends.word(0)).into(near);
            t.high(ends.word(0)).into(far);
        });
    }

    /**
     * When the container's process has sent it. The program has not run yet, so that it finds the right size.
     *
     * @param resize whether it gets the size of the caller's terminal
     */
    void receive(boolean resize) {
        tape.attempt("receive the container's terminal", t -> {
            UnixSocket.receive(near, leader, t);
            MachineProcess.leave(t, near);
        });
        tape.attempt("make the container's terminal ready", t -> {
            t.call(Sys.FCNTL, leader, Handover.fcntl(FcntlCommand.F_SETFL), t.open(OpenFlag.O_RDWR, OpenFlag.O_NONBLOCK));
            var termios = t.scratch(TERMIOS_SIZE);
            t.call(Sys.IOCTL, leader, TCGETS, termios.address());
            t.own(Call.Own.BITS, termios.word(0), imm(0), NOT_ONLCR).into(termios.word(0)); // a line's end is the caller's terminal's affair
            t.call(Sys.IOCTL, leader, TCSETS, termios.address());
        });
        if (resize) tape.attempt("give the container's terminal the size of the caller's", t -> resize(callers, leader, t));
    }

    /** A size is nothing to fail for. */
    static void resize(Operand from, Operand to, Recorder t) {
        var size = t.scratch(8);
        t.call(Sys.IOCTL, from, TIOCGWINSZ, size.address()).forgiveAll().onSuccess(u -> u.call(Sys.IOCTL, to, TIOCSWINSZ, size.address()).forgiveAll());
    }

    /** After a failure. */
    void close() {
        tape.close(opened, near, leader);
    }
}
