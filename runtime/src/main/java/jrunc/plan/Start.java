package jrunc.plan;

import static jrunc.linux.Errno.ECANCELED;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.List;
import java.util.Optional;
import jrunc.config.Hooks.Hook;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;

import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#start">runtime.md, Start</a>: a byte into the
 * container's fifo, then listen until its process has become the user's program, which closes the other fifo, or says why not.
 * A process that is gone can make neither hang: without a reader the first open fails, without a writer the read ends.
 */
public final class Start {
    private final ContainerRecord record;
    private final Recorder tape;
    private final Operand.Word listen;
    private final Operand.Word start;
    private final Operand.Word pidfd;
    private final Operand.Word started;
    private final Block answer;
    private final Block after;
    private final Optional<HookProcesses> hooks;
    private final Optional<Listening> listening;

    /**
     * A recorded start.
     *
     * @param answer      holds the report of the container's process if it failed
     * @param after       what came after that: a {@link HookOutcome} or a {@link ProgramHead}
     * @param hookOutcome how the runtime's hook that failed went; nothing if there is none to play
     * @param listening   where the container will say that it is ready, if somebody wants to know
     */
    public record Recorded(Tape tape, Block answer, Block after, Optional<Block> hookOutcome, Optional<Listening> listening) {}

    /** The container's {@link NotifySocket}, and its process, both open once the tape has played. */
    public record Listening(Operand.Word socket, Operand.Word pidfd) {}

    private Start(Host host, ContainerRecord record, boolean listens) {
        this.record = record;
        tape = new Recorder(host.arch());
        answer = tape.block(Report.SIZE);
        listen = tape.variable(-1);
        start = tape.variable(-1);
        after = tape.block(ProgramHead.SIZE);
        hooks = record.hasPoststart() ? Optional.of(new HookProcesses(Sys.CLONE3, tape)) : Optional.empty();
        pidfd = tape.variable(-1);
        started = tape.variable(0);
        listening = listens ? Optional.of(new Listening(tape.variable(-1), pidfd)) : Optional.empty();
    }

    /** Of a container that nobody awaits to be ready. */
    public static Recorded of(Global global, Host host, ContainerRecord record, List<Hook> poststart) {
        return of(global, host, record, poststart, false);
    }

    /**
     * @param poststart the hooks to play once the program runs
     * @param listens   whether the container's notify socket is to be made
     */
    public static Recorded of(Global global, Host host, ContainerRecord record, List<Hook> poststart, boolean listens) {
        return new Start(host, record, listens).record(global, host, poststart);
    }

    private Recorded record(Global global, Host host, List<Hook> poststart) {
        tape.section("runtime.md, Start");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        if (!poststart.isEmpty() || listening.isPresent()) NamedProcess.of(record).open(pidfd, tape);
        if (listening.isPresent()) NotifySocket.bind(directory, listening.get().socket(), tape);
        go(directory);
        if (!poststart.isEmpty()) {
            tape.attempt("note that it has started", t -> t.set(started, imm(1)));
            Hooks.poststart(poststart, record, hooks.orElseThrow(), tape);
            if (listening.isEmpty()) tape.attempt("close the container's process", t -> MachineProcess.leave(t, pidfd));
        }
        tape.cleanUp(t -> {
            t.close(listen, start, directory);
            if (listening.isPresent()) t.close(listening.get().socket());
            if (!poststart.isEmpty()) stop(t);
            else if (listening.isPresent()) t.close(pidfd);
        });
        return new Recorded(tape.finish(), answer, after, hooks.isPresent() ? Optional.of(hooks.get().outcome()) : Optional.empty(), listening);
    }

    private void go(Operand.Word directory) {
        tape.attempt("open the fifos of container " + record.id(), t -> openReport(directory, listen, t));
        tape.attempt("cannot start a container that has stopped", t -> openStart(directory, start, t));
        tape.attempt("tell the container's process to start", t -> tell(start, t));
        awaitStarted(directory, listen, answer.address(), after.address(), tape);
        // Before the hooks: one may want to act on the container, and the directory is the lock.
        tape.attempt("close the state of the container", t -> MachineProcess.leave(t, listen, start, directory));
    }

    static void openReport(Operand directory, Operand.Word listen, Recorder t) {
        t.call(Sys.OPENAT, directory, text(StateDirectory.REPORT), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(listen);
        t.call(Sys.FCNTL, listen, Handover.fcntl(FcntlCommand.F_SETFL), imm(0)); // only the open must not block
    }

    /** Fails without a reader. */
    static void openStart(Operand directory, Operand.Word start, Recorder t) {
        t.call(Sys.OPENAT, directory, text(StateDirectory.START), t.open(OpenFlag.O_WRONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(start);
    }

    static void tell(Operand start, Recorder t) {
        t.call(Sys.WRITE, start, text("s"), imm(1));
    }

    /**
     * Then the fifos have done their work.
     *
     * @param answer the address of {@link Report#SIZE} bytes
     * @param after  the address of {@link ProgramHead#SIZE} bytes
     */
    static void awaitStarted(Operand directory, Operand listen, Operand answer, Operand after, Recorder tape) {
        tape.attempt("wait until the container has started", t -> {
            var read = t.call(Sys.READ, listen, answer, imm(Report.SIZE)).tries(255);
            t.unless(read, -1, imm(0), u -> u.call(Sys.READ, listen, after, imm(ProgramHead.SIZE)).tries(255));
            t.expect(read, -1, imm(0), ECANCELED);
        });
        for (var fifo : new String[] {StateDirectory.START, StateDirectory.REPORT}) {
            tape.attempt("remove the fifo " + fifo, t -> t.call(Sys.UNLINKAT, directory, text(fifo), imm(0)).forgive(Errno.ENOENT));
        }
    }

    /** A poststart hook that fails ends the container, for good before start returns. */
    private void stop(Recorder t) {
        hooks.orElseThrow().undo(t);
        t.when(started, -1, imm(1), u -> {
            u.attempt("stop the container", v -> v.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)));
            if (!record.ownPids() && !record.cgroup().isEmpty()) Kill.killCgroup(record, u);
            u.attempt("wait until the container has stopped", v -> Delete.awaitEnd(pidfd, v));
        });
        t.attempt("close the container's process", u -> u.close(pidfd));
    }
}
