package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jrunc.config.ConfigParser;
import jrunc.config.Hooks.Hook;
import jrunc.config.InvalidConfigException;
import jrunc.host.Host;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.HookOutcome;
import jrunc.plan.Hooks;
import jrunc.plan.StateDirectory;

/** The hooks that come after create, from the config as it was then: what has become of the bundle since does not matter. */
final class KeptHooks {
    private final ContainerRecord record;
    private final jrunc.config.Hooks hooks;

    private KeptHooks(ContainerRecord record, jrunc.config.Hooks hooks) {
        this.record = record;
        this.hooks = hooks;
    }

    /** {@return the hooks of a container that is there; none if its create was killed before any hook could run} */
    static KeptHooks of(Global global, ContainerRecord record) {
        try {
            var config = Files.readAllBytes(Path.of(StateDirectory.path(global, record.id()), StateDirectory.CONFIG));
            return new KeptHooks(record, ConfigParser.parse(config).hooks());
        } catch (NoSuchFileException e) {
            return new KeptHooks(record, jrunc.config.Hooks.NONE);
        } catch (IOException | InvalidConfigException e) {
            throw new StateException("read the kept config of container " + record.id() + ": " + e.getMessage(), e);
        }
    }

    /** {@return the hooks of a container that could not be made} */
    static KeptHooks of(Creation creation) {
        return new KeptHooks(creation.record(), creation.config().hooks());
    }

    List<Hook> poststart() {
        return hooks.poststart();
    }

    /** {@return a tape for each of the poststop hooks} */
    List<Hooks.Recorded> poststop(Host host) {
        List<Hooks.Recorded> tapes = new ArrayList<>();
        for (int i = 0; i < hooks.poststop().size(); i++) tapes.add(Hooks.poststop(hooks.poststop(), i, host, record));
        return tapes;
    }

    /** Plays the poststop hooks, each whatever became of the others: the container is gone, and a failure changes nothing about that. */
    void playPoststop(Host host, Player player, Warnings warnings) {
        for (var recorded : poststop(host)) {
            var playback = player.play(recorded.tape());
            var report = playback.report();
            if (!report.isFailure()) continue;
            warnings.warn(HookOutcome.words(recorded.tape().cell(report.cell()).attempt(), report.result(), playback.bytes(recorded.outcome())));
        }
    }
}
