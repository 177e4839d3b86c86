package jrunc.plan;

import static jrunc.linux.Errno.EACCES;
import static jrunc.linux.Errno.ECANCELED;
import static jrunc.linux.Errno.ECHILD;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.EPIPE;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * {@code exec}, the runtime's side: the machine is started in the container's cgroup and given the container's first process by a
 * pidfd; when it says that only the exec is left, the process is written down, let go, and listened to until it has become the
 * user's program. No lock is held: whatever becomes of the container meanwhile, the kernel's answers to a pidfd are right.
 * <pre>
 *   runtime                             process (machine)
 *   clone3, execveat(machine)  ───────▶ join, clone itself into the pid namespace
 *   read(report) = {0, pid}    ◀─────── write(report)     by the one that has joined, which ends
 *   write(sync)                ───────▶ read(sync)        so that reports come one after another
 *                                       ... set-up: Entry ...
 *   read(report) = {0, 0}      ◀─────── ready: write(report)
 *   limits, pid file
 *   write(sync)                ───────▶ read(sync)        end of file here: the runtime died, so exit
 *   read(report) = end of file ◀─────── execve            or, on failure, why
 * </pre>
 */
public final class Exec {
    static final String SECTION = "exec";
    private static final int CLONE_ARGS_SIZE = 88;

    private final Config config;
    private final Host host;
    private final Command.Exec command;
    private final ContainerRecord record;
    private final NamedProcess first;
    private final List<Premise> kept;
    private final Optional<String> below;
    private final Recorder tape;
    private final Descriptors descriptors;
    private final Operand.Word init;
    private final Operand.Word cgroup;
    private final Operand.Word listen;
    private final Operand.Word report;
    private final Operand.Word sync;
    private final Operand.Word machine;
    private final Operand.Word console;
    private final Operand.Word receiver;
    private final Operand.Word pidfd;
    private final Operand.Word child;
    private final Operand.Word pid;
    private final Block answer;
    private final Block after;
    private final Optional<PidFile> pidFile;
    private final Optional<FilterListener> listener;
    private final Optional<CallersTerminal> terminal;

    /**
     * A recorded exec.
     *
     * @param answer where the process's own report is, if it failed
     * @param after  what came after that: a {@link ProgramHead}
     * @param pid    its number on the host, once it is known
     * @param pidfd  a descriptor of it
     * @param terminal in the foreground: its terminal and the caller's; nothing if it has none
     */
    public record Recorded(Tape tape, Block answer, Block after, Operand.Word pid, Operand.Word pidfd, Optional<CallersTerminal> terminal) {}

    private Exec(Config config, Host host, Command.Exec command, ContainerRecord record, NamedProcess first, List<Premise> kept, Optional<String> below) {
        this.config = config;
        this.host = host;
        this.command = command;
        this.record = record;
        this.first = first;
        this.kept = kept;
        this.below = below;
        tape = new Recorder(host.arch());
        descriptors = new Descriptors(command.preserveFds(), config.process().terminal());
        init = tape.variable(-1);
        cgroup = tape.variable(-1);
        listen = tape.variable(-1);
        report = tape.variable(-1);
        sync = tape.variable(-1);
        machine = tape.variable(-1);
        console = tape.variable(-1);
        receiver = tape.variable(-1);
        pidfd = tape.variable(0xFFFFFFFFL);
        child = tape.variable(0);
        pid = tape.variable(0);
        answer = tape.block(Report.SIZE);
        after = tape.block(ProgramHead.SIZE);
        pidFile = command.pidFile().isPresent() ? Optional.of(new PidFile(command.pidFile().get(), tape)) : Optional.empty();
        listener = config.linux().seccomp().isPresent() && SyscallFilter.hasListener(config)
                ? Optional.of(new FilterListener(config.linux().seccomp().get(), record, tape)) : Optional.empty();
        terminal = descriptors.terminal() && !command.detach() ? Optional.of(new CallersTerminal(tape)) : Optional.empty();
    }

    /**
     * @param config the container's, with the exec's process
     * @param first  the container's first process
     * @param kept   what must be so of a container that is known only when the tape plays
     * @param below  in which cgroup below the container's the process is to run, if not in that itself
     * @param elf    the machine with {@link Entry} on its tape
     */
    public static Recorded of(Global global, Config config, Host host, Command.Exec command, ContainerRecord record, NamedProcess first, List<Premise> kept, Optional<String> below, byte[] elf) {
        return new Exec(config, host, command, record, first, kept, below).record(global, elf);
    }

    private Recorded record(Global global, byte[] elf) {
        tape.section(SECTION);
        if (terminal.isPresent()) terminal.get().find();
        MachineProcess.checkPreserved(command.preserveFds(), tape);
        StateDirectory.see(global, record.id(), host.uid(), tape);
        first.open(init, tape);
        // Not before: one of the same id that has come meanwhile may be of another config, and the process that is held has ended then.
        var opened = kept.isEmpty() ? new Operand[0] : Unchanged.expect(kept, tape);
        if (!record.cgroup().isEmpty()) openCgroup();
        if (terminal.isPresent()) terminal.get().connect(console);
        else if (descriptors.terminal()) UnixSocket.connect("the console socket", command.consoleSocket().orElse(""), console, tape);
        if (command.pidfdSocket().isPresent()) UnixSocket.connect("the pidfd socket", command.pidfdSocket().get(), receiver, tape);
        if (listener.isPresent()) listener.get().connect();
        tape.section(SECTION);
        MachineProcess.load(elf, machine, tape);
        launch();
        if (Entry.staged(config)) takeOver();
        else tape.attempt("note the process", t -> t.set(pid, child));
        // The kernel may refuse it to an ordinary user to start a process in the container's cgroup; the user's own systemd may move it there.
        if (!record.unit().isEmpty() && Cgroups.mayLackRight(host)) {
            tape.attempt("let systemd move the process to the unit " + record.unit() + " if it is not there", Recorder::pause);
        }
        if (config.linux().intelRdt().isPresent() && host.asked().resctrl().isPresent()) {
            new IntelRdt(config.linux().intelRdt().get(), host.asked().resctrl().get(), record.id(), tape).join(pid);
            tape.section(SECTION);
        }
        if (listener.isPresent()) handOver(listener.get());
        awaitReport("wait until the process is ready");
        if (terminal.isPresent()) terminal.get().receive(command.processFile().isEmpty() || config.process().consoleSize().isEmpty()); // else the size is the first process's
        if (Limits.setByRuntime(config)) Limits.set(config.process(), pid, tape);
        tape.section(SECTION);
        if (pidFile.isPresent()) pidFile.get().write(pid);
        if (command.pidfdSocket().isPresent()) UnixSocket.sendPidfd(receiver, "setns", pidfd, tape);
        tape.attempt("let the process go on", t -> t.call(Sys.WRITE, sync, text("c"), imm(1)).forgive(EPIPE)); // who is killed now is as one that is killed later
        awaitExec();
        tape.attempt("close what only exec needed", t -> MachineProcess.leave(t, listen, sync, cgroup, init));
        tape.cleanUp(t -> undo(opened, t));
        return new Recorded(tape.finish(), answer, after, pid, pidfd, terminal);
    }

    /** The container's cgroup is the host's; what is below may be the container's own to arrange. */
    private void openCgroup() {
        String path = record.mountPoint() + record.cgroup();
        tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, Handover.at(), text(path),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup).on(ENOENT, Entry::failAsEnded));
        if (below.isEmpty()) return;
        tape.attempt("open the cgroup " + below.get() + " below the container's", t -> {
            var sub = InRoot.openBeneath(cgroup, text(InRoot.clean(below.get()).substring(1)), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC), t);
            t.close(cgroup);
            t.set(cgroup, sub);
        });
    }

    private void launch() {
        makePipe("make a pipe for the process's report", listen, report);
        var readEnd = tape.variable(-1);
        makePipe("make a pipe to the process", readEnd, sync);
        var before = config.process().execCPUAffinity().flatMap(affinity -> affinity.initial());
        var processors = before.isPresent() ? Limits.runOn(before.get(), tape) : null;
        tape.attempt("clone the process", t -> {
            clone(!record.cgroup().isEmpty(), readEnd, t);
        });
        if (processors != null) Limits.runOnAgain(processors, tape);
        tape.attempt("leave their ends to the process", t -> {
            MachineProcess.leave(t, readEnd, report, machine);
            if (descriptors.terminal()) MachineProcess.leave(t, console);
        });
    }

    /** An ordinary user may lack the right to move a process of this one's to the container's cgroup; as for runc it then stays here. */
    private void clone(boolean intoCgroup, Operand readEnd, Recorder t) {
        List<CloneFlag> flags = new ArrayList<>(List.of(CloneFlag.CLONE_PIDFD));
        if (intoCgroup) flags.add(CloneFlag.CLONE_INTO_CGROUP);
        var result = t.variable(0);
        var clone = t.call(Sys.CLONE3, words(flags(flags), new Operand.Address(pidfd.block(), 0), imm(0), imm(0), named(Signal.SIGCHLD.number(), "SIGCHLD"),
                imm(0), imm(0), imm(0), imm(0), imm(0), intoCgroup ? cgroup : imm(0)), imm(CLONE_ARGS_SIZE)).into(result);
        if (intoCgroup) clone.forgive(ENODEV, EACCES);
        clone.on(0, u -> MachineProcess.become(descriptors, descriptors.terminal() ? List.of(report, readEnd, init, machine, console)
                : List.of(report, readEnd, init, machine), u));
        if (intoCgroup) {
            t.when(result, -1, imm(-ENODEV.number()), Entry::failAsEnded); // the cgroup is being removed
            t.when(result, -1, imm(-EACCES.number()), u -> {
                if (Cgroups.mayLackRight(host)) clone(false, readEnd, u);
                else u.fail(EACCES);
            });
        }
        t.when(result, 1L << 63, imm(0), u -> u.set(child, result));
    }

    private void makePipe(String attempt, Operand.Word reading, Operand.Word writing) {
        var ends = tape.block(8);
        tape.attempt(attempt, t -> {
            t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC));
            t.low(ends.word(0)).into(reading);
            t.high(ends.word(0)).into(writing);
        });
    }

    /** From the one that has joined, which has cloned it as a child of the runtime. */
    private void takeOver() {
        awaitReport("wait for the process");
        tape.attempt("take over the process", t -> {
            t.set(pid, answer.word(1));
            t.call(Sys.WAITID, named(Create.P_PIDFD, "P_PIDFD"), pidfd, NULL, named(Create.WEXITED, "WEXITED"), NULL);
            t.close(pidfd);
            t.call(Sys.PIDFD_OPEN, pid, imm(0)).into(pidfd);
            t.call(Sys.WRITE, sync, text("t"), imm(1)).forgive(EPIPE); // if it has died, the next report does not come
        });
    }

    private void handOver(FilterListener agent) {
        awaitReport("wait until the process is about to load its seccomp filter");
        agent.handOver(SyscallFilter.listenerNumber(descriptors), pid, pidfd, listen, () -> awaitReport("wait until the seccomp filter is loaded"));
        tape.section(SECTION);
    }

    private void awaitReport(String attempt) {
        tape.attempt(attempt, t -> {
            var read = t.call(Sys.READ, listen, answer.address(), imm(Report.SIZE)).tries(255);
            t.when(read, -1, imm(0), this::sayIfEnded);
            t.expect(read, -1, imm(Report.SIZE), ECHILD); // end of file: it has died
            t.expect(answer.word(0), -1, imm(0), ECANCELED); // it says which cell failed
        });
    }

    private void awaitExec() {
        tape.attempt("wait until the process has become the program", t -> {
            var read = t.call(Sys.READ, listen, answer.address(), imm(Report.SIZE)).tries(255);
            t.unless(read, -1, imm(0), u -> u.call(Sys.READ, listen, after.address(), imm(ProgramHead.SIZE)).tries(255));
            t.expect(read, -1, imm(0), ECANCELED);
        });
    }

    /** Who dies of the end of the container's first process is reaped before that has ended. */
    private void sayIfEnded(Recorder t) {
        t.attempt("container not running", u -> {
            u.call(Sys.WAITID, named(Create.P_PIDFD, "P_PIDFD"), pidfd, NULL, named(Create.WEXITED, "WEXITED"), NULL).forgiveAll();
            var ended = u.call(Sys.PPOLL, Delete.untilReadable(init, u), imm(1), words(imm(1), imm(0)), NULL, imm(0)).tries(255);
            u.expect(ended, -1, imm(0), ESRCH);
        });
    }

    /** After a failure: the process ends when its pipe does, but the kill is sure. Whom it has cloned and not told of yet ends by the pipe. */
    private void undo(Operand[] opened, Recorder t) {
        t.section("after a failed exec");
        t.attempt("end the process", u -> {
            u.close(sync, report, machine);
            u.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)).forgiveAll();
            u.call(Sys.WAITID, named(Create.P_PIDFD, "P_PIDFD"), pidfd, NULL, named(Create.WEXITED, "WEXITED"), NULL).forgiveAll();
        });
        if (terminal.isPresent()) t.attempt("close the terminal", u -> terminal.get().close());
        if (pidFile.isPresent()) pidFile.get().remove(t);
        if (listener.isPresent()) t.attempt("close the seccomp listener", listener.get()::close);
        if (opened.length > 0) t.attempt("close what the look at the container has opened", u -> u.close(opened));
        t.attempt("close what exec has opened", u -> u.close(listen, console, receiver, cgroup, init, pidfd));
    }
}
