package jrunc.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jrunc.host.CgroupProcesses;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.host.ProcessFile;
import jrunc.linux.Signal;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Freeze;
import jrunc.plan.Global;
import jrunc.plan.Kill;
import jrunc.tape.Listing;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#kill">runtime.md, Kill</a>. SIGKILL reaches a whole
 * container by {@code cgroup.kill}; for any other signal its processes are frozen, so that each that is there at one moment has it
 * and none that comes later.
 */
final class Killing {
    private final Global global;
    private final Containers containers;
    private final Command.Kill command;
    private final ContainerRecord record;

    Killing(Global global, Containers containers, Command.Kill command) {
        this.global = global;
        this.containers = containers;
        this.command = command;
        record = containers.find(command.id());
    }

    void play(Player player) {
        String status = containers.status(record);
        boolean stopped = status.equals("stopped");
        if (stopped && !command.all()) throw StateException.notRunning(command.id());
        boolean isAlone = !record.ownsCgroup() || !Files.isDirectory(Path.of(record.mountPoint() + record.cgroup()));
        if (stopped && isAlone) return;
        var host = HostReader.read();
        if (!isForEach()) {
            player.played(stopped ? rest(host) : one(host));
            return;
        }
        boolean freezes = !status.equals("paused") && !stopped;
        if (freezes) player.played(Freeze.pause(global, host, record));
        try {
            player.played(Kill.each(global, host, record, command.signal(), living(), freezes, command.await()));
        } catch (RuntimeException e) {
            if (freezes) player.play(Freeze.resume(global, host, record)); // what is over already is not said
            throw e;
        }
    }

    /** {@return what would be played} */
    String explanation() {
        var host = HostReader.read();
        if (!isForEach()) return "## the runtime\n" + Listing.of(one(host));
        return "## the runtime: freeze it\n" + Listing.of(Freeze.pause(global, host, record)) + "\n## the runtime: who is there now\n"
                + Listing.of(Kill.each(global, host, record, command.signal(), living(), true, command.await()));
    }

    private boolean isForEach() {
        boolean toOne = command.signal().number() == Signal.SIGKILL.number() || command.signal().number() == 0;
        return command.all() && !toOne && !record.cgroup().isEmpty();
    }

    private Tape one(Host host) {
        return Kill.of(global, host, record, command.signal(), command.all() || !record.ownPids(), command.await());
    }

    private Tape rest(Host host) {
        return Kill.rest(global, host, record, command.await());
    }

    private List<Kill.Living> living() {
        List<Kill.Living> living = new ArrayList<>();
        for (long pid : CgroupProcesses.pids(record.mountPoint() + record.cgroup())) {
            long startTime = ProcessFile.startTime(pid);
            if (startTime != ProcessFile.NONE) living.add(new Kill.Living(pid, startTime));
        }
        return living;
    }
}
