package jrunc.lifecycle;

import jrunc.config.Config;
import jrunc.host.Host;
import jrunc.host.ServiceManager;
import jrunc.linux.JruncException;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.Bus;
import jrunc.plan.Scope;
import jrunc.plan.SystemdCalls;
import jrunc.plan.UnitProperties;
import jrunc.tape.Listing;

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

    /** {@return what is said to systemd for a container, at the pause of the runtime's tape} */
    static String explanation(Creation creation, Caller caller) {
        var host = creation.host();
        var scope = Scope.of(creation.config(), creation.record().id(), host);
        var tape = Bus.say(host, -1, "start the unit " + scope.unit(), java.util.List.of(
                SystemdCalls.start(1, scope, creation.config(), creation.record().id(), host.asked().systemd().orElseThrow(), 0)));
        return "\n## to systemd on " + Systemd.address(host, caller).shown() + ", where the runtime's tape pauses\n" + Listing.of(tape);
    }
}
