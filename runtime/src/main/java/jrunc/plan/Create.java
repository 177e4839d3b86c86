package jrunc.plan;

import static jrunc.linux.Errno.ECANCELED;
import static jrunc.linux.Errno.ECHILD;
import static jrunc.linux.Errno.EPIPE;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.bytes;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FileType;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#create">runtime.md, Create</a>, the runtime's
 * side: claim the id, write down what will be made, make the cgroup, start the machine in it, wait until it is ready, write
 * down its process, let it go on.
 *
 * <p>Killed at any moment this leaves a record from which {@code delete --force} removes all there is: the container's process
 * ends by itself when the runtime's end of the pipe {@code sync} closes.
 */
public final class Create {
    static final long P_PIDFD = 3;
    static final long WEXITED = 4;
    private static final int CLONE_ARGS_SIZE = 88;

    private final Global global;
    private final Config config;
    private final Command.Create command;
    private final ContainerRecord record;
    private final Host host;
    private final Optional<CgroupTree.Place> place;
    /** Whether systemd makes the cgroup, and puts the container's process there. */
    private final boolean scoped;
    private final Recorder tape;
    private final Descriptors descriptors;

    private final Operand.Word root;
    private final Operand.Word claimed;
    private final Operand.Word directory;
    private final Operand.Word base;
    private final Operand.Word cgroup;
    private final Operand.Word filter;
    private final Operand.Word listen;
    private final Operand.Word report;
    private final Operand.Word start;
    private final Operand.Word sync;
    private final Operand.Word machine;
    private final Operand.Word console;
    private final Operand.Word receiver;
    private final Operand.Word pidfd;
    private final Operand.Word child;
    private final Operand.Word pid;
    /** Read once the process is ready. */
    private Operand.Word startTime;
    private final RecordFile recordFile;
    private final Optional<PidFile> pidFile;
    private final Block answer;
    private final Optional<NetDevices> netDevices;
    private final Optional<HookProcesses> hooks;
    private final Optional<MapPrograms> mapPrograms;
    private final Optional<FilterListener> listener;
    private final Optional<IntelRdt> intelRdt;
    private final Optional<CallersTerminal> terminal;
    private final Optional<OutOfMemory> memory;

    /**
     * A recorded create.
     *
     * @param answer where the container's process's own report is, if it failed
     * @param pid    its process id on the host, once it is known
     * @param pidfd  a descriptor of it
     * @param startTime of it, in clock ticks since boot
     * @param hookOutcome how the hook that failed went, the runtime's or the container's; nothing if there is none to play
     * @param said   what the program that was to write an id map has said if it failed, text and zeros; nothing if none is to
     * @param terminal in the foreground: the container's terminal and the caller's; nothing if it has none
     * @param memory after a failure: whether there was too little of it; nothing if it has no limit
     */
    public record Recorded(Tape tape, Block answer, Operand.Word pid, Operand.Word pidfd, Operand.Word startTime, Optional<Block> hookOutcome, Optional<Block> said,
            Optional<CallersTerminal> terminal, Optional<OutOfMemory> memory) {
        /** {@return the same with another tape} */
        public Recorded with(Tape other) {
            return new Recorded(other, answer, pid, pidfd, startTime, hookOutcome, said, terminal, memory);
        }
    }

    private Create(Global global, Config config, Host host, Optional<CgroupTree.Place> place, Command.Create command, ContainerRecord record) {
        this.global = global;
        this.config = config;
        this.command = command;
        this.record = record;
        this.host = host;
        this.place = place;
        scoped = host.asked().systemd().isPresent();
        tape = new Recorder(host.arch());
        descriptors = new Descriptors(command.preserveFds(), config.process().terminal());
        root = tape.variable(-1);
        claimed = tape.variable(-1);
        directory = tape.variable(-1);
        recordFile = new RecordFile(record, directory, tape);
        base = tape.variable(-1);
        cgroup = tape.variable(-1);
        filter = tape.variable(-1);
        listen = tape.variable(-1);
        report = tape.variable(-1);
        start = tape.variable(-1);
        sync = tape.variable(-1);
        machine = tape.variable(-1);
        console = descriptors.terminal() ? tape.variable(-1) : null;
        receiver = command.pidfdSocket().isPresent() ? tape.variable(-1) : null;
        pidfd = tape.variable(0xFFFFFFFFL);
        child = tape.variable(0);
        pid = tape.variable(0);
        pidFile = command.pidFile().map(path -> new PidFile(path, tape));
        answer = tape.block(Report.SIZE);
        netDevices = config.linux().netDevices().isEmpty() ? Optional.empty() : Optional.of(new NetDevices(config.linux(), host, tape));
        boolean some = !config.hooks().isEmpty() && (Hooks.awaitRuntime(config.hooks()) || !config.hooks().createContainer().isEmpty());
        listener = config.linux().seccomp().isPresent() && SyscallFilter.hasListener(config)
                ? Optional.of(new FilterListener(config.linux().seccomp().orElseThrow(), record, tape)) : Optional.empty();
        hooks = some ? Optional.of(new HookProcesses(Sys.CLONE3, tape)) : Optional.empty();
        mapPrograms = IdMaps.needPrograms(config.linux(), host) ? Optional.of(new MapPrograms(config.linux(), host, "the container's process", tape)) : Optional.empty();
        intelRdt = config.linux().intelRdt().isPresent() && host.asked().resctrl().isPresent()
                ? Optional.of(new IntelRdt(config.linux().intelRdt().get(), host.asked().resctrl().get(), command.id(), tape)) : Optional.empty();
        memory = place.isPresent() && OutOfMemory.mayBe(config) ? Optional.of(new OutOfMemory(tape)) : Optional.empty();
        terminal = descriptors.terminal() && command.ties().foreground() ? Optional.of(new CallersTerminal(tape)) : Optional.empty();
    }

    /**
     * @param elf        the machine with the container's side on its tape
     * @param configFile the bytes of config.json, which are kept
     * @param page       what the front needs to know, as {@link FrontPage} says it; nothing if it has to ask a JVM
     */
    public static Recorded of(Global global, Config config, Host host, Optional<CgroupTree.Place> place, Command.Create command,
            ContainerRecord record, byte[] elf, byte[] configFile, Optional<byte[]> page) {
        var create = new Create(global, config, host, place, command, record);
        return create.record(elf, configFile, page);
    }

    private Recorded record(byte[] elf, byte[] configFile, Optional<byte[]> page) {
        if (terminal.isPresent()) findTerminal(terminal.get());
        mapPrograms.ifPresent(MapPrograms::find);
        StateDirectory.claim(global, command.id(), host, root, claimed, directory, tape);
        recordFile.begin();
        if (command.overlay()) makeLayer();
        if (command.ties().notifySocket().isPresent()) NotifySocket.makeDirectory(directory, tape);
        if (!scoped) place.ifPresent(where -> Cgroups.make(config, host, where, base, cgroup, tape));
        if (intelRdt.isPresent()) prepare(intelRdt.get());
        tape.section("runtime.md, Create");
        MachineProcess.checkPreserved(command.preserveFds(), tape);
        openFifos();
        if (listener.isPresent()) connect(listener.get());
        if (terminal.isPresent()) terminal.get().connect(console);
        else if (descriptors.terminal()) UnixSocket.connect("the console socket", command.consoleSocket().orElse(""), console, tape);
        if (receiver != null) UnixSocket.connect("the pidfd socket", command.pidfdSocket().orElseThrow(), receiver, tape);
        MachineProcess.load(elf, machine, tape);
        if (command.ties().subreaper()) Foreground.adopt(tape);
        launch();
        StateDirectory.write(StateDirectory.CONFIG, bytes(configFile), imm(configFile.length), directory, tape);
        if (place.isPresent() && !scoped) Cgroups.loadFilter(config, host, filter, tape);
        tape.section("runtime.md, Create");
        if (Namespaces.staged(config)) takeOver();
        else tape.attempt("note the container's process", t -> t.set(pid, child));
        if (intelRdt.isPresent()) join(intelRdt.get());
        mapPrograms.ifPresent(this::map);
        if (scoped) enterScope();
        if (netDevices.isPresent()) {
            awaitReport("wait for the container's netlink socket");
            netDevices.get().move(pidfd, pid, answer.word(1), sync, tape);
        }
        if (hooks.isPresent() && Hooks.awaitRuntime(config.hooks())) playHooks();
        if (listener.isPresent()) handOver(listener.get());
        awaitReport("wait until the container's process is ready");
        if (terminal.isPresent()) terminal.get().receive(config.process().consoleSize().isEmpty());
        if (place.isPresent() && !scoped) Cgroups.attachFilter(filter, cgroup, tape);
        if (Limits.setByRuntime(config)) Limits.set(config.process(), pid, tape);
        tape.section("runtime.md, Create");
        writeDown(page);
        if (receiver != null) UnixSocket.sendPidfd(receiver, "standard", pidfd, tape);
        letGo();
        tape.cleanUp(this::undo);
        return new Recorded(tape.finish(), answer, pid, pidfd, startTime, hooks.isPresent() ? Optional.of(hooks.get().outcome()) : Optional.empty(),
                mapPrograms.map(MapPrograms::said), terminal, memory);
    }

    private void findTerminal(CallersTerminal callers) {
        tape.section("run, in the foreground");
        callers.find();
    }

    private void makeLayer() {
        tape.attempt("make the container's throw-away layer", t -> t.call(Sys.MKDIRAT, directory, text(StateDirectory.OVERLAY), Operand.octal(0700)));
    }

    private void openFifos() {
        for (var name : List.of(StateDirectory.REPORT, StateDirectory.START)) {
            tape.attempt("make the fifo " + name + " of the container's state", t -> t.call(Sys.MKNODAT, directory, text(name),
                    named(FileType.S_IFIFO.value() | 0600, "S_IFIFO|0600"), imm(0)));
        }
        tape.attempt("open the fifos of the container's state", t -> {
            t.call(Sys.OPENAT, directory, text(StateDirectory.REPORT), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(listen);
            t.call(Sys.FCNTL, listen, Handover.fcntl(FcntlCommand.F_SETFL), imm(0)); // only the open must not block
            t.call(Sys.OPENAT, directory, text(StateDirectory.REPORT), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC)).into(report);
            t.call(Sys.OPENAT, directory, text(StateDirectory.START), t.open(OpenFlag.O_RDWR, OpenFlag.O_CLOEXEC)).into(start);
        });
    }

    private void launch() {
        var ends = tape.block(8);
        tape.attempt("make a pipe to the container's process", t -> t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC)));
        var readEnd = tape.low(ends.word(0));
        tape.high(ends.word(0)).into(sync);
        boolean staged = Namespaces.staged(config);
        List<CloneFlag> flags = new ArrayList<>(staged ? List.of() : Namespaces.made(config.linux(), host));
        flags.add(CloneFlag.CLONE_PIDFD);
        boolean into = place.isPresent() && !scoped;
        if (into) flags.add(CloneFlag.CLONE_INTO_CGROUP);
        tape.attempt("clone the container's process", t -> t
                .call(Sys.CLONE3, words(Operand.flags(flags), new Operand.Address(pidfd.block(), 0), imm(0), imm(0), named(Signal.SIGCHLD.number(), "SIGCHLD"),
                        imm(0), imm(0), imm(0), imm(0), imm(0), into ? cgroup : imm(0)), imm(CLONE_ARGS_SIZE))
                .into(child).on(0, u -> MachineProcess.become(descriptors, descriptors.terminal() ? List.of(report, readEnd, start, machine, console)
                        : List.of(report, readEnd, start, machine), u)));
        tape.attempt("leave their ends to the container's process", t -> {
            t.close(readEnd);
            MachineProcess.leave(t, report, start, machine);
            if (descriptors.terminal()) MachineProcess.leave(t, console);
        });
    }

    /** From the stage, which has cloned it. */
    private void takeOver() {
        awaitReport("wait for the container's process");
        tape.attempt("take over the container's process", t -> {
            t.set(pid, answer.word(1));
            t.call(Sys.WAITID, named(P_PIDFD, "P_PIDFD"), pidfd, NULL, named(WEXITED, "WEXITED"), NULL);
            t.close(pidfd);
            t.call(Sys.PIDFD_OPEN, pid, imm(0)).into(pidfd);
        });
    }

    private static void prepare(IntelRdt groups) {
        groups.makeGroup();
        groups.limit();
        groups.makeMonitor();
    }

    private void join(IntelRdt groups) {
        groups.join(pid);
        tape.section("runtime.md, Create");
    }

    private void map(MapPrograms programs) {
        programs.write(pid);
        tape.attempt("tell the container's process that its ids are mapped", t -> t.call(Sys.WRITE, sync, text("m"), imm(1)));
        tape.section("runtime.md, Create");
    }

    private void enterScope() {
        tape.attempt("let systemd start the unit " + record.unit() + " with the container's process in it", Recorder::pause);
        new ScopeCgroup(config, host, command.id(), tape).enter(base, cgroup, pid);
        tape.section("runtime.md, Create");
        ScopeCgroup.release(sync, tape);
    }

    private void connect(FilterListener agent) {
        agent.connect();
        tape.section("runtime.md, Create");
    }

    private void handOver(FilterListener agent) {
        awaitReport("wait until the container's process is about to load its seccomp filter");
        agent.handOver(SyscallFilter.listenerNumber(descriptors), pid, pidfd, listen, () -> awaitReport("wait until the seccomp filter is loaded"));
        tape.section("runtime.md, Create");
    }

    private void playHooks() {
        awaitReport("wait until the container's process is ready for the hooks");
        Hooks.playBeforePivot(config.hooks(), HookState.of(record), pid, hooks.orElseThrow(), tape);
        tape.section("runtime.md, Create");
        tape.attempt("tell the container's process that the hooks have run",
                t -> t.call(Sys.WRITE, sync, text("h"), imm(1)).forgive(EPIPE)); // if it has died, its report says why
    }

    private void awaitReport(String attempt) {
        tape.attempt(attempt, t -> {
            var read = t.call(Sys.READ, listen, answer.address(), imm(Report.SIZE)).tries(255);
            t.expect(read, -1, imm(Report.SIZE), ECHILD);          // end of file: it has died
            if (!config.hooks().createContainer().isEmpty()) {
                t.unless(answer.word(0), -1, imm(0), u -> u.call(Sys.READ, listen, hooks.orElseThrow().outcome().address(), imm(HookOutcome.SIZE)).tries(255));
            }
            t.expect(answer.word(0), -1, imm(0), ECANCELED); // it says which cell failed
        });
    }

    private void writeDown(Optional<byte[]> page) {
        startTime = tape.variable(0);
        tape.attempt("read the start time of the container's process",
                t -> t.set(startTime, NamedProcess.readStartTime(t.path("/proc/", pid, "/stat"), t)));
        recordFile.complete(pid, startTime);
        if (page.isPresent()) FrontPage.write(page.get(), pid, startTime, directory, tape);
        if (pidFile.isPresent()) pidFile.get().write(pid);
    }

    private void letGo() {
        tape.attempt("let the container's process go on", t -> t.call(Sys.WRITE, sync, text("c"), imm(1)));
        if (netDevices.isPresent()) netDevices.get().close(tape);
        tape.attempt("close what only create needed", t -> MachineProcess.leave(t, listen, sync, base, cgroup, directory, root));
    }

    /** After a failure: the process ends when its pipe does, but the kill is sure. */
    private void undo(Recorder t) {
        t.section("after a failed create");
        if (hooks.isPresent()) hooks.get().undo(t);
        if (netDevices.isPresent()) netDevices.get().undo(t);
        if (listener.isPresent()) t.attempt("close the seccomp listener", listener.get()::close);
        t.attempt("end the container's process", u -> {
            u.close(sync, report, start, machine);
            if (descriptors.terminal()) u.close(console);
            if (terminal.isPresent()) terminal.get().close();
            if (receiver != null) u.close(receiver);
            u.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)).forgiveAll();
        });
        Cgroups.kill(cgroup, t);
        t.attempt("reap the container's process", u -> u
                .call(Sys.WAITID, named(P_PIDFD, "P_PIDFD"), pidfd, NULL, named(WEXITED, "WEXITED"), NULL).forgiveAll());
        if (memory.isPresent()) memory.get().look(cgroup, t);
        if (!scoped) place.ifPresent(where -> { // only what was not there before; a unit's cgroup is systemd's to remove
            if (where.missing().contains(where.path())) Cgroups.remove(where.path(), base, t);
            Cgroups.removeIfUnused(where.missing(), base, t);
        });
        if (intelRdt.isPresent()) intelRdt.get().undo(t);
        if (pidFile.isPresent()) pidFile.get().remove(t);
        t.when(claimed, -1, imm(0), u -> {
            if (command.ties().notifySocket().isPresent()) NotifySocket.removeDirectory(directory, u);
            StateDirectory.remove(command.id(), root, directory, u);
        });
        mapPrograms.ifPresent(programs -> programs.close(t));
        t.attempt("close what create has opened", u -> u.close(listen, base, cgroup, filter, directory, root, pidfd));
    }
}
