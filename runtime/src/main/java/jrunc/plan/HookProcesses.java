package jrunc.plan;

import static jrunc.linux.CloneFlag.CLONE_PIDFD;
import static jrunc.linux.Errno.ECANCELED;
import static jrunc.linux.Errno.EINTR;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENOSPC;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.linux.Errno.ETIMEDOUT;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jrunc.config.Hooks.Hook;
import jrunc.linux.FcntlCommand;
import jrunc.linux.MemfdFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The processes of hooks, one after the other, on one tape: each is cloned, gets its stdio and nothing else, and is waited for.
 *
 * <p>Its stdio is memory that the kernel keeps while somebody has it open: the state to read, and two files for what it says. So
 * a hook that says much, or leaves a process behind that holds its stdout, keeps nobody waiting, and there is nothing to drain.
 * How large they get is the hook's own affair: on the host it is the caller's program, in the container the memory is charged to
 * the container. A pipe that the exec closes tells whether there was an exec.
 */
final class HookProcesses {
    private static final int SEEK_SET = 0;
    private static final int SEEK_END = 2;
    private static final int SIG_SETMASK = 2;
    private static final long SIG_IGN = 1;
    private static final int SIGNALFD_SIGINFO = 128;
    /** Why a hook was killed. */
    private static final int TIMED_OUT = 1;
    private static final int INTERRUPTED = 2;
    private static final int SIGSET_SIZE = 8;
    private static final int CLONE_ARGS_SIZE = 64;
    private static final Operand NONE = named(0xFFFFFFFFL, "0xffffffff");
    /** Where the child's end of the pipe is, above its stdio. */
    private static final int SAY = 3;

    private final Recorder tape;
    private final Sys clone;
    private final Block outcome;
    private final Operand.Word state;
    private final Operand.Word output;
    private final Operand.Word errors;
    private final Operand.Word said;
    private final Operand.Word say;
    private final Operand.Word pidfd;
    private final Operand.Word child;
    private final Operand.Word signals;

    /**
     * @param clone {@code clone3} where the runtime is a JVM, which knows how to make that call; {@code clone} where the machine is the
     *     container's process: a seccomp profile that is in force may want its flags in a register, to look at them
     */
    HookProcesses(Sys clone, Recorder tape) {
        this.tape = tape;
        this.clone = clone;
        outcome = tape.block(HookOutcome.SIZE);
        state = tape.variable(-1);
        output = tape.variable(-1);
        errors = tape.variable(-1);
        said = tape.variable(-1);
        say = tape.variable(-1);
        pidfd = tape.variable(0xFFFFFFFFL);
        child = tape.variable(0);
        signals = tape.variable(-1);
    }

    /** {@return how the hook that failed went, see {@link HookOutcome}} */
    Block outcome() {
        return outcome;
    }

    /**
     * Plays one hook to its end; the tape fails if the hook does.
     *
     * @param name  what a person knows it by: {@code hooks.prestart[0] /its/path}
     * @param env   all of its environment
     * @param place the child's last cells before the exec: where it is to be
     */
    void play(String name, Hook hook, HookState.Json json, List<String> env, Consumer<Recorder> place) {
        tape.attempt(name, t -> {
            prepare(json, t);
            start(hook, env, place, t);
            await(name, hook, t);
            leave(t);
        });
    }

    private void prepare(HookState.Json json, Recorder t) {
        for (var file : List.of(state, output, errors)) {
            t.call(Sys.MEMFD_CREATE, text("hook"), flags(MemfdFlag.MFD_CLOEXEC, MemfdFlag.MFD_NOEXEC_SEAL)).into(file)
                    .on(EINVAL, u -> u.call(Sys.MEMFD_CREATE, text("hook"), flags(MemfdFlag.MFD_CLOEXEC)).into(file)); // before Linux 6.3
        }
        var written = t.call(Sys.WRITE, state, json.address(), json.length());
        t.expect(written, -1, json.length(), ENOSPC);
        t.call(Sys.LSEEK, state, imm(0), named(SEEK_SET, "SEEK_SET"));
        // A hook may open /dev/stderr, and so truncate it: what comes then must not stand behind a hole.
        for (var file : List.of(output, errors)) t.call(Sys.FCNTL, file, Handover.fcntl(FcntlCommand.F_SETFL), t.open(OpenFlag.O_APPEND));
        var ends = t.scratch(8);
        t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC));
        t.low(ends.word(0)).into(said);
        t.high(ends.word(0)).into(say);
        if (clone == Sys.CLONE3) listen(t);
    }

    /** The front has blocked all signals. Who waits for a hook must hear that it is to end, unless its caller wants that ignored. */
    private void listen(Recorder t) {
        var mask = t.scratch(8);
        var action = t.scratch(32);
        t.set(mask.word(0), named(bit(Signal.SIGTERM), "SIGTERM"));
        t.call(Sys.RT_SIGACTION, imm(Signal.SIGINT.number()), NULL, action.address(), imm(SIGSET_SIZE));
        t.unless(action.word(0), -1, named(SIG_IGN, "SIG_IGN"),
                u -> u.set(mask.word(0), named(bit(Signal.SIGTERM) | bit(Signal.SIGINT), "SIGTERM|SIGINT")));
        t.call(Sys.SIGNALFD4, imm(-1), mask.address(), imm(SIGSET_SIZE), named(Foreground.SFD_CLOEXEC, "SFD_CLOEXEC")).into(signals);
    }

    private static long bit(Signal signal) {
        return 1L << signal.number() - 1;
    }

    private void start(Hook hook, List<String> env, Consumer<Recorder> place, Recorder t) {
        var signal = named(Signal.SIGCHLD.number(), "SIGCHLD");
        var inMemory = new Operand.Address(pidfd.block(), 0);
        var cloned = clone == Sys.CLONE3
                ? t.call(clone, words(flags(CLONE_PIDFD), inMemory, imm(0), imm(0), signal, imm(0), imm(0), imm(0)), imm(CLONE_ARGS_SIZE))
                : t.call(clone, named(CLONE_PIDFD.value() | signal.value(), "CLONE_PIDFD|SIGCHLD"), NULL, inMemory, NULL, imm(0));
        cloned.into(child).on(0, u -> become(hook, env, place, u));
        t.close(say);
        t.set(say, imm(-1));
    }

    /** The child: a session of its own, so a group that can be killed and no terminal; nothing open but its stdio. */
    private void become(Hook hook, List<String> env, Consumer<Recorder> place, Recorder u) {
        u.set(Tape.CLEAN_UP, imm(0));
        u.set(Tape.REPORT_FD, say);
        List<Operand> moved = new ArrayList<>(); // first out of the way, for one may stand where another belongs
        for (var fd : List.of(state, output, errors, say)) moved.add(u.call(Sys.FCNTL, fd, Handover.fcntl(FcntlCommand.F_DUPFD_CLOEXEC), imm(SAY + 1)));
        u.set(Tape.REPORT_FD, moved.get(SAY));
        for (int i = 0; i <= SAY; i++) u.call(Sys.DUP3, moved.get(i), imm(i), i == SAY ? u.open(OpenFlag.O_CLOEXEC) : imm(0));
        u.set(Tape.REPORT_FD, imm(SAY));
        u.call(Sys.CLOSE_RANGE, imm(SAY + 1), named(0xFFFFFFFFL, "~0U"), imm(0));
        u.call(Sys.SETSID);
        if (clone == Sys.CLONE3) Handover.resetSignals(u); // the machine has done so already
        place.accept(u);
        u.call(Sys.RT_SIGPROCMASK, named(SIG_SETMASK, "SIG_SETMASK"), words(imm(0)), NULL, imm(SIGSET_SIZE));
        u.call(Sys.EXECVE, text(hook.path()), strings(hook.args().isEmpty() ? List.of(hook.path()) : hook.args()), strings(env));
    }

    private void await(String name, Hook hook, Recorder t) {
        // The child's report if it could not exec, else the end of the file, for the exec has closed it.
        var failed = t.call(Sys.READ, said, outcome.address(), imm(jrunc.tape.Report.SIZE)).tries(255);
        var late = t.variable(0);
        if (clone == Sys.CLONE3 || hook.timeout().isPresent()) endIfLate(hook, late, t);
        t.call(Sys.WAITID, named(Create.P_PIDFD, "P_PIDFD"), pidfd, new Operand.Address(outcome, HookOutcome.SIGINFO), named(Create.WEXITED, "WEXITED"), NULL)
                .tries(255);
        t.unless(failed, -1, imm(0), u -> {
            var errno = u.own(Call.Own.SUBTRACT, imm(0), outcome.word(1));
            u.own(Call.Own.COMPARE, imm(0), imm(-1), imm(1), errno);
        });
        t.unless(outcome.wordAt(HookOutcome.STATUS), 0xFFFFFFFFL, imm(0), u -> {
            var tail = readTail(errors, u);
            u.when(tail, -1, imm(0), v -> readTail(output, v)); // as good as nothing: some complain on stdout
            hook.timeout().ifPresent(seconds -> u.attempt(name + ": not done after " + seconds + " s, so it was killed",
                    v -> v.when(late, -1, imm(TIMED_OUT), w -> w.fail(ETIMEDOUT))));
            if (clone == Sys.CLONE3) u.attempt(name + ": killed, for a signal has told jrunc to end", v -> v.when(late, -1, imm(INTERRUPTED), w -> w.fail(EINTR)));
            u.fail(ECANCELED);
        });
    }

    /**
     * Waits so long, by a clock that nobody sets, or until a signal comes; then kills the hook and whoever it has started and is
     * still of its group.
     */
    private void endIfLate(Hook hook, Operand.Word late, Recorder t) {
        var left = t.scratch(16); // the kernel writes back what is left, so that asking again does not wait longer
        if (hook.timeout().isPresent()) {
            t.set(left.word(0), imm(hook.timeout().getAsLong()));
            t.set(left.word(1), imm(0));
        }
        int others = clone == Sys.CLONE3 ? 1 : 0;
        var polled = t.block(16); // struct pollfd, twice: int fd, short events, short revents
        t.own(Call.Own.ADD, pidfd, named(Delete.POLLIN << 32, "POLLIN<<32")).into(polled.word(0));
        if (others != 0) t.own(Call.Own.ADD, signals, named(Delete.POLLIN << 32, "POLLIN<<32")).into(polled.word(1));
        var ready = t.call(Sys.PPOLL, polled.address(), imm(1 + others), hook.timeout().isPresent() ? left.address() : NULL, NULL, imm(0)).tries(255);
        var ended = Foreground.revents(polled.word(0), t);
        t.when(ended, -1, imm(0), u -> {
            u.set(late, imm(INTERRUPTED));
            u.when(ready, -1, imm(0), v -> v.set(late, imm(TIMED_OUT)));
            // Taken: the hooks that come after a failure are not interrupted, too.
            if (others != 0) u.when(late, -1, imm(INTERRUPTED), v -> v.call(Sys.READ, signals, v.scratch(SIGNALFD_SIGINFO).address(), imm(SIGNALFD_SIGINFO)));
            var group = u.own(Call.Own.SUBTRACT, imm(0), child);
            u.call(Sys.KILL, group, named(Signal.SIGKILL.number(), "SIGKILL")).forgive(ESRCH);
        });
    }

    private Operand readTail(Operand file, Recorder t) {
        t.call(Sys.LSEEK, file, imm(-HookOutcome.TAIL_SIZE), named(SEEK_END, "SEEK_END")).on(EINVAL, // it is shorter
                u -> u.call(Sys.LSEEK, file, imm(0), named(SEEK_SET, "SEEK_SET")));
        return t.call(Sys.READ, file, new Operand.Address(outcome, HookOutcome.TAIL), imm(HookOutcome.TAIL_SIZE));
    }

    private void leave(Recorder t) {
        MachineProcess.leave(t, state, output, errors, said);
        if (clone == Sys.CLONE3) MachineProcess.leave(t, signals);
        t.close(pidfd);
        t.set(pidfd, NONE);
    }

    /** After a failure: ends a hook that still runs, which only a failure of the tape itself can leave behind. */
    void undo(Recorder t) {
        t.attempt("end the hook that has failed", u -> {
            u.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)).forgiveAll();
            u.call(Sys.WAITID, named(Create.P_PIDFD, "P_PIDFD"), pidfd, NULL, named(Create.WEXITED, "WEXITED"), NULL).forgiveAll();
            u.close(state, output, errors, said, say, signals, pidfd);
        });
    }
}
