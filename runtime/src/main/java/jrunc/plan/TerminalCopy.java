package jrunc.plan;

import static jrunc.linux.Errno.EAGAIN;
import static jrunc.linux.Errno.EIO;
import static jrunc.linux.Errno.ENOTTY;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Copies between the caller's terminal, raw meanwhile, and the container's. Each direction has one buffer, which is filled only when it is
 * empty, so nothing is lost, and neither direction ever waits for the other. When nobody in the container has its terminal
 * open, poll(2) would say so for ever; epoll says it once, and again when that changes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
final class TerminalCopy {
    /** A terminal gives no more at once. */
    private static final int SIZE = 4096;
    /** Once the process has ended, the kernel holds less of what it wrote than so many buffers; others may write on for ever. */
    private static final int LAST_BUFFERS = 64;
    private static final long POLLOUT = 4;
    private static final long SIGN = 1L << 63;
    private static final Operand.Imm NEGATIVE = named(SIGN, "1<<63");
    private static final Operand.Imm AGAIN = named(-EAGAIN.number(), "-EAGAIN");
    private static final Operand.Imm EPOLL_CLOEXEC = named(0x80000, "EPOLL_CLOEXEC");
    private static final Operand.Imm EPOLL_CTL_ADD = named(1, "EPOLL_CTL_ADD");
    private static final Operand.Imm EDGES = named(1 | 4 | 0x2000 | 1L << 31, "EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET");

    private final Recorder tape;
    private final Operand callers;
    private final Operand given;
    private final Operand.Word leader;
    private final Operand.Word epoll;
    private final Operand.Word stdout;
    private final Operand.Word reopened;
    private final Operand.Word input;
    private final RawMode mode;
    private final Operand.Word readable;
    private final Operand.Word writable;
    private final Buffer in;
    private final Buffer out;

    /** What was read and is not written yet. */
    private record Buffer(Block bytes, Operand.Word from, Operand.Word left) {
        static Buffer on(Recorder tape) {
            return new Buffer(tape.block(SIZE), tape.variable(0), tape.variable(0));
        }

        void whenEmpty(Recorder t, java.util.function.Consumer<Recorder> cells) {
            t.when(left, -1, imm(0), cells);
        }

        void unlessEmpty(Recorder t, java.util.function.Consumer<Recorder> cells) {
            t.unless(left, -1, imm(0), cells);
        }

        /** {@code left} is negative if it failed. */
        void fill(Operand descriptor, Recorder t) {
            t.set(from, bytes.address());
            t.call(Sys.READ, descriptor, bytes.address(), imm(SIZE)).into(left).forgiveAll();
        }

        /** {@return how much of it, or why not} */
        Operand.Word flush(Operand descriptor, Recorder t) {
            var written = t.variable(0);
            t.call(Sys.WRITE, descriptor, from, left).into(written).forgiveAll();
            t.when(written, SIGN, imm(0), u -> {
                u.own(Call.Own.ADD, from, written).into(from);
                u.own(Call.Own.SUBTRACT, left, written).into(left);
            });
            return written;
        }
    }

    TerminalCopy(Foreground.Terminals terminals, Recorder tape) {
        this.tape = tape;
        callers = terminals.callers();
        mode = new RawMode(callers, terminals.saved(), tape);
        leader = tape.variable(-1);
        epoll = tape.variable(-1);
        stdout = tape.variable(1);
        reopened = tape.variable(-1);
        input = tape.variable(Foreground.POLLIN << Foreground.POLLFD_EVENTS);
        readable = tape.variable(1);
        writable = tape.variable(1);
        in = Buffer.on(tape);
        out = Buffer.on(tape);
        given = terminals.leader();
    }

    /** @param polled where the wait is told what to wait for; the third to the fifth entry are this one's */
    void begin(Block polled) {
        tape.attempt("reopen stdout if it is a terminal, for writing without waiting", t -> {
            var ignored = t.scratch(TerminalCalls.TERMIOS_SIZE);
            t.call(Sys.IOCTL, stdout, TerminalCalls.TCGETS, ignored.address()).forgiveAll().onSuccess(u -> u
                    .call(Sys.IOCTL, stdout, TerminalCalls.TIOCGPTN, ignored.address()).forgive(EIO).on(ENOTTY, v -> v // no leader: its name means another one
                            .call(Sys.OPENAT, Handover.at(), text("/proc/self/fd/1"), v.open(OpenFlag.O_WRONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_NOCTTY, OpenFlag.O_CLOEXEC))
                            .into(reopened).forgiveAll().onSuccess(w -> w.set(stdout, reopened))));
        });
        tape.attempt("listen to the container's terminal", t -> {
            t.set(leader, given);
            t.call(Sys.EPOLL_CREATE1, EPOLL_CLOEXEC).into(epoll);
            t.call(Sys.EPOLL_CTL, epoll, EPOLL_CTL_ADD, leader, words(EDGES, imm(0)));
            Foreground.pollIn(epoll, polled.word(2), t);
        });
        mode.set();
    }

    /** Before each wait: what to wait for, and whether to wait at all. */
    void ask(Block polled, Operand.Word timeout) {
        tape.attempt("see which terminal can be read or written", t -> {
            t.set(polled.word(3), Foreground.NOBODY);
            t.set(polled.word(4), Foreground.NOBODY);
            t.set(timeout, NULL);
            in.whenEmpty(t, u -> u.set(polled.word(3), input));
            in.unlessEmpty(t, u -> u.when(writable, -1, imm(1), v -> v.set(timeout, words(imm(0), imm(0)))));
            out.unlessEmpty(t, u -> awaitRoom(polled.word(4), u));
            out.whenEmpty(t, u -> u.when(readable, -1, imm(1), v -> {
                awaitRoom(polled.word(4), v);
                v.set(timeout, words(imm(0), imm(0)));
            }));
        });
    }

    /** Plays the cells only if nothing that was read here is still to be written: the next tape would not know of it. */
    void ifQuiet(Recorder t, java.util.function.Consumer<Recorder> cells) {
        in.whenEmpty(t, u -> out.whenEmpty(u, cells));
    }

    /** Polls {@code socket} in {@code pollfd} only while nothing waits to be written that another tape would not know of. */
    void askIfQuiet(Operand socket, Operand.Word pollfd) {
        tape.attempt("see which terminal can be read or written", t -> {
            t.set(pollfd, Foreground.NOBODY);
            in.whenEmpty(t, u -> out.whenEmpty(u, v -> v.when(leader, SIGN, imm(0), w -> Foreground.pollIn(socket, pollfd, w))));
        });
    }

    /** {@return how the caller's terminal was set, once the tape has played} */
    Block saved() {
        return mode.saved();
    }

    private void awaitRoom(Operand.Word pollfd, Recorder t) {
        t.own(Call.Own.ADD, stdout, named(POLLOUT << Foreground.POLLFD_EVENTS, "POLLOUT<<32")).into(pollfd);
    }

    /** After each wait. */
    void copy(Block polled) {
        tape.attempt("copy what the container says", t -> {
            t.unless(Foreground.revents(polled.word(2), t), -1, imm(0), u -> {
                u.call(Sys.EPOLL_PWAIT, epoll, u.scratch(16).address(), imm(1), imm(0), NULL, imm(8)).tries(255);
                u.set(readable, imm(1));
                u.set(writable, imm(1));
            });
            out.whenEmpty(t, u -> u.when(readable, -1, imm(1), this::readLeader));
            out.unlessEmpty(t, u -> u.unless(Foreground.revents(polled.word(4), u), -1, imm(0), v -> {
                var written = out.flush(stdout, v);
                v.when(written, SIGN, NEGATIVE, w -> w.unless(written, -1, AGAIN, x -> hangUp(polled, x)));
            }));
        });
        tape.attempt("copy what the caller types", t -> {
            t.unless(Foreground.revents(polled.word(3), t), -1, imm(0), this::readStdin);
            in.unlessEmpty(t, u -> u.when(writable, -1, imm(1), v -> {
                var written = in.flush(leader, v);
                v.when(written, SIGN, NEGATIVE, w -> w.set(writable, imm(0)));
            }));
        });
    }

    private void readLeader(Recorder t) {
        out.fill(leader, t);
        t.when(out.left, SIGN, NEGATIVE, u -> u.set(out.left, imm(0)));
        out.whenEmpty(t, u -> u.set(readable, imm(0)));
    }

    private void readStdin(Recorder t) {
        in.fill(imm(0), t);
        in.whenEmpty(t, u -> u.set(input, Foreground.NOBODY));
        t.when(in.left, SIGN, NEGATIVE, u -> {
            u.unless(in.left, -1, AGAIN, v -> v.set(input, Foreground.NOBODY));
            u.set(in.left, imm(0));
        });
    }

    /** Nobody hears the container any more: the kernel tells its processes, by SIGHUP, as soon as this end is closed. */
    private void hangUp(Block polled, Recorder t) {
        for (var entry : new Operand.Word[] {polled.word(2), input}) t.set(entry, Foreground.NOBODY);
        for (var none : new Operand.Word[] {readable, writable, in.left, out.left}) t.set(none, imm(0));
        MachineProcess.leave(t, epoll, leader);
    }

    void resize() {
        CallersTerminal.resize(callers, leader, tape);
    }

    /** The process has ended; what it has written is still to come. */
    void drain() {
        var more = tape.variable(1);
        var buffers = tape.variable(LAST_BUFFERS);
        var polled = tape.block(8);
        tape.attempt("copy the last that the container has said", t -> t.repeat(Foreground.FOR_EVER, more, u -> {
            u.set(more, imm(0));
            out.whenEmpty(u, v -> v.unless(buffers, -1, imm(0), w -> {
                readLeader(w);
                w.own(Call.Own.SUBTRACT, buffers, imm(1)).into(buffers);
            }));
            out.unlessEmpty(u, v -> {
                awaitRoom(polled.word(0), v);
                v.call(Sys.PPOLL, polled.address(), imm(1), NULL, NULL, imm(8)).tries(255);
                var written = out.flush(stdout, v);
                v.set(more, imm(1));
                v.when(written, SIGN, NEGATIVE, w -> w.unless(written, -1, AGAIN, x -> x.set(more, imm(0))));
            });
        }));
    }

    /** When the process has ended, and after a failure. */
    void end() {
        mode.restore();
        tape.attempt("close the container's terminal", t -> MachineProcess.leave(t, leader));
    }

    /** What only this tape has opened. */
    void leave() {
        tape.attempt("close what only the foreground needed", t -> MachineProcess.leave(t, epoll, reopened));
    }
}
