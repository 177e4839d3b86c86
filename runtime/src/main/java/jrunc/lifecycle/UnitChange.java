package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jrunc.host.Host;
import jrunc.host.ServiceManager;
import jrunc.linux.JruncException;
import jrunc.machine.Player;
import jrunc.plan.Bus;
import jrunc.plan.SystemdCalls;
import jrunc.plan.UnitProperties;
import jrunc.plan.Update;
import jrunc.tape.Listing;

/** What {@code update} has to tell systemd before it writes the files, so that a daemon-reload keeps it; taken back if they cannot be written. */
final class UnitChange {
    private final Host host;
    private final Player player;
    private final Caller caller;
    private final String unit;
    private final Update.Change change;
    private List<List<?>> before = List.of();
    private Systemd systemd;

    UnitChange(Host host, Player player, Caller caller, String unit, Update.Change change) {
        this.host = host;
        this.player = player;
        this.caller = caller;
        this.unit = unit;
        this.change = change;
    }

    private List<List<?>> properties(ServiceManager manager) {
        return UnitProperties.changed(change.kept(), change.asked(), manager);
    }

    /** Gives the unit its new properties, all or none. */
    void play() {
        systemd = Systemd.connect(host, player, caller, unit);
        var properties = properties(systemd.manager());
        if (properties.isEmpty()) return;
        Set<String> names = new LinkedHashSet<>();
        for (var property : properties) names.add((String) property.getFirst());
        before = systemd.read(new ArrayList<>(names));
        try {
            systemd.set(properties);
        } catch (JruncException e) {
            end(true);
            throw e;
        }
    }

    /** Ends the conversation. {@code back}: after the unit has got back what it had. */
    void end(boolean back) {
        if (back && !before.isEmpty()) systemd.set(before);
        systemd.close();
    }

    /** {@return what would be said} */
    String explanation() {
        var tape = Bus.say(host, -1, "change the limits of the unit " + unit, List.of(SystemdCalls.set(1, unit, properties(Systemd.assumed(host)))));
        return "\n## to systemd on " + Systemd.address(host, caller).shown() + "\n" + Listing.of(tape);
    }
}
