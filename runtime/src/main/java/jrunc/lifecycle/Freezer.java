package jrunc.lifecycle;

import jrunc.host.HostReader;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Freeze;
import jrunc.plan.Global;
import jrunc.tape.Listing;
import jrunc.tape.Tape;

/** The commands {@code pause} and {@code resume}, in runc's words. */
final class Freezer {
    private final Global global;
    private final Containers containers;
    private final ContainerRecord record;

    Freezer(Global global, Containers containers, String id) {
        this.global = global;
        this.containers = containers;
        record = containers.find(id);
    }

    void pause(Player player) {
        String status = containers.status(record);
        if (!status.equals("running") && !status.equals("created")) throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "container not running: " + record.id() + " is " + status);
        player.played(freeze());
    }

    void resume(Player player) {
        String status = containers.status(record);
        if (!status.equals("paused")) throw new StateException(FailureCode.CONTAINER_NOT_PAUSED, "container not paused: " + record.id() + " is " + status);
        player.played(thaw());
    }

    /** {@return what would be played} */
    String explanation(boolean pauses) {
        return "## the runtime\n" + Listing.of(pauses ? freeze() : thaw());
    }

    private Tape freeze() {
        needCgroup();
        return Freeze.pause(global, HostReader.read(), record);
    }

    private Tape thaw() {
        needCgroup();
        return Freeze.resume(global, HostReader.read(), record);
    }

    private void needCgroup() {
        if (record.cgroup().isEmpty()) {
            throw new StateException(FailureCode.CANNOT_BE_APPLIED, "container " + record.id() + " has no cgroup that could be frozen; it was made with --cgroup-manager disabled, "
                    + "or by a user to whom no cgroup is delegated");
        }
    }
}
