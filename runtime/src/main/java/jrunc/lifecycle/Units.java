package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jrunc.config.Config;
import jrunc.host.Host;
import jrunc.host.ServiceManager;
import jrunc.linux.JruncException;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.Bus;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Scope;
import jrunc.plan.SystemdCalls;
import jrunc.plan.UnitProperties;
import jrunc.tape.Listing;
import jrunc.tape.Tape;

/** {@code create} when systemd makes the cgroup: the runtime's tape stops where the container's process is there, and systemd moves it. */
final class Units {
    private final Player player;
    private final Caller caller;
    private Systemd systemd;

    /** @param player null if nothing is to be made: then systemd is not asked */
    Units(Player player, Caller caller) {
        this.player = player;
        this.caller = caller;
    }

    /** {@return what systemd says about itself} */
    ServiceManager manager(Host host, Scope scope) {
        if (player == null) return Systemd.assumed(host);
        systemd = Systemd.connect(host, player, caller, scope.unit());
        return systemd.manager();
    }

    /** {@return the config with the limits that systemd makes of it} */
    static Config rounded(Config config) {
        return config.with(config.linux().with(UnitProperties.rounded(config.linux().resources())));
    }

    /** Plays what was recorded, with systemd's part in its middle. If it fails, nothing is left. */
    Playback play(Creation creation) {
        try {
            return playAround(creation);
        } finally {
            systemd.close();
        }
    }

    private Playback playAround(Creation creation) {
        var tape = creation.outside().tape();
        var paused = player.play(tape);
        if (paused.report().isFailure()) throw creation.failure(paused);
        try {
            start(creation, paused.value(creation.outside().pid()));
        } catch (JruncException e) {
            player.giveUp(tape, paused);
            throw new CreationException(e, true);
        }
        var playback = player.goOn(tape, paused);
        if (!playback.report().isFailure()) return playback;
        systemd.stop();
        throw creation.failure(playback);
    }

    private void start(Creation creation, long pid) {
        var scope = Scope.of(creation.config(), creation.record().id(), creation.host());
        systemd.start(serial -> SystemdCalls.start(serial, scope, creation.config(), creation.record().id(), systemd.manager(), pid));
    }

    /** Stops the unit of a container that is removed. */
    static void stop(Host host, Player player, Caller caller, String unit) {
        var systemd = Systemd.connect(host, player, caller, unit);
        systemd.stop();
        systemd.close();
    }

    /** Sees at the pause of an exec's tape that the process is where the container is, and has the tape go on. */
    static Playback moved(Host host, Player player, Caller caller, ContainerRecord record, Tape tape, Playback paused, long pid) {
        try {
            if (!isIn(record.cgroup(), pid)) move(host, player, caller, record, pid);
        } catch (JruncException e) {
            player.giveUp(tape, paused);
            throw e;
        }
        return player.goOn(tape, paused);
    }

    private static boolean isIn(String cgroup, long pid) {
        try {
            return (Files.readString(Path.of("/proc/" + pid + "/cgroup")).strip() + "/").contains("0::" + cgroup + "/");
        } catch (IOException ended) {
            return true; // the tape says so
        }
    }

    private static void move(Host host, Player player, Caller caller, ContainerRecord record, long pid) {
        int unit = record.cgroup().indexOf("/" + record.unit()) + 1 + record.unit().length();
        var systemd = Systemd.connect(host, player, caller, record.unit());
        try {
            systemd.attach(record.cgroup().substring(unit), pid);
        } finally {
            systemd.close();
        }
    }

    /** {@return what is said to systemd for a container, at the pause of the runtime's tape} */
    static String explanation(Creation creation, Caller caller) {
        var host = creation.host();
        var scope = Scope.of(creation.config(), creation.record().id(), host);
        var tape = Bus.say(host, -1, "start the unit " + scope.unit(), java.util.List.of(
                SystemdCalls.start(1, scope, creation.config(), creation.record().id(), host.asked().systemd().orElseThrow(), 0)));
        return "\n## to systemd on " + Systemd.address(host, caller).shown() + ", where the runtime's tape pauses\n" + Listing.of(tape);
    }
}
