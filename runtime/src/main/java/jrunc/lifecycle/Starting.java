package jrunc.lifecycle;

import java.util.List;
import java.util.Optional;
import jrunc.config.Hooks;
import jrunc.host.HostReader;
import jrunc.kernel.FrontPipe;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.FrontTape;
import jrunc.plan.Global;
import jrunc.plan.NotifySocket;
import jrunc.plan.Start;
import jrunc.plan.StateDirectory;
import jrunc.tape.Listing;

/** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#start">runtime.md, Start</a>. */
final class Starting {
    private final Global global;
    private final Containers containers;
    private final Command.Start command;

    Starting(Global global, Containers containers, Command.Start command) {
        this.global = global;
        this.containers = containers;
        this.command = command;
    }

    String explanation() {
        return "## the runtime\n" + Listing.of(planned(containers.find(command.id())).tape());
    }

    /** {@return how to hear that the container is ready, if somebody wants to know} */
    Optional<Readiness> play(Player player) {
        var record = containers.find(command.id());
        switch (containers.status(record)) {
            case "created" -> {}
            case "stopped" -> {
                String stopped = "cannot start a container that has stopped";
                throw LostToMemory.before(record, stopped + ": ").orElse(new StateException(FailureCode.CONTAINER_NOT_RUNNING, stopped));
            }
            case "creating" -> throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "cannot start a container that is still being created");
            case "paused" -> throw new StateException(FailureCode.CONTAINER_PAUSED, "cannot start a container in the paused state");
            default -> throw new StateException(FailureCode.CONTAINER_NOT_STOPPED, "cannot start an already running container");
        }
        var recorded = planned(record);
        var playback = player.play(recorded.tape());
        if (playback.report().isFailure()) {
            throw FailedStart.of(record, recorded, playback);
        }
        var killed = LostToMemory.atStart(record);
        if (killed.isPresent()) throw killed.get();
        if (recorded.listening().isEmpty()) return Optional.empty();
        var listening = recorded.listening().get();
        return Optional.of(new Readiness(command.notifySocket().orElseThrow(), playback.value(listening.socket()), playback.value(listening.pidfd()), record.pid()));
    }

    /** The front has told the container's process to start; this says what that has answered, or, if it became its program, why it ended at once. */
    static void byFront(ContainerRecord record) {
        byte[] answer = FrontPipe.answer(FrontTape.ANSWER);
        if (FailedStart.isIn(answer)) throw FailedStart.of(record, answer);
        var killed = LostToMemory.atStart(record);
        if (killed.isPresent()) throw killed.get();
    }

    private Start.Recorded planned(ContainerRecord record) {
        List<Hooks.Hook> poststart = record.hasPoststart() ? KeptHooks.of(global, record).poststart() : List.of();
        return Start.of(global, HostReader.read(), record, poststart, listens());
    }

    /** Only a container that was created with such a socket has a place for it. */
    private boolean listens() {
        return command.notifySocket().isPresent() && java.nio.file.Files.isDirectory(java.nio.file.Path.of(NotifySocket.directory(StateDirectory.path(global, command.id()))));
    }
}
