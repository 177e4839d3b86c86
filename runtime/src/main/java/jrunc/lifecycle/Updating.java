package jrunc.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.ConfigWriter;
import jrunc.config.InvalidConfigException;
import jrunc.config.JsonWriter;
import jrunc.config.Resources;
import jrunc.config.Validation;
import jrunc.config.Violation;
import jrunc.host.Asked;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.host.Resctrl;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.IntelRdt;
import jrunc.plan.StateDirectory;
import jrunc.plan.UnitProperties;
import jrunc.plan.Update;
import jrunc.tape.Listing;
import jrunc.tape.TapeException;

/**
 * The command {@code update}: reads what is asked for, locks the container, looks at what its cgroup's files say, and plays the
 * transaction. What was asked for is kept, so that later commands know it.
 */
final class Updating {
    private static final String STANDARD_INPUT = "-";
    private static final long UNKNOWN = -1;

    private final Global global;
    private final Containers containers;
    private final Command.Update command;
    private final Warnings warnings;
    private final Caller caller;
    private final ContainerRecord record;

    Updating(Global global, Containers containers, Command.Update command, Warnings warnings, Caller caller) {
        this.global = global;
        this.containers = containers;
        this.command = command;
        this.warnings = warnings;
        this.caller = caller;
        record = containers.find(command.id());
    }

    void play(Player player) {
        String status = containers.status(record);
        if (status.equals("stopped") || status.equals("creating")) throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "container not running: " + record.id() + " is " + status);
        for (var flag : command.ignored()) warnings.note("setting " + flag + " is ignored and will be removed", false);
        var host = HostReader.read();
        var lock = Update.lock(global, host, record);
        long directory = player.played(lock.tape()).value(lock.directory());
        var planned = planned(host, directory, player);
        var unit = record.unit().isEmpty() ? null : new UnitChange(host, player, caller, record.unit(), planned.change);
        var recorded = planned.recorded;
        if (unit != null) unlockedIfFailed(host, directory, player, unit::play);
        var playback = player.play(recorded.tape());
        if (unit != null) unit.end(playback.report().isFailure());
        if (!playback.report().isFailure()) return;
        long left = playback.value(recorded.left());
        var cell = recorded.tape().cell(playback.report().cell());
        throw new TapeException(FailureCode.SYSTEM_CALL, recorded.tape().words(playback.report())
                + (left == 0 ? "; every limit is as it was" : "; " + left + " of the limits could not be set back"), cell, playback.report().result());
    }

    /** @param change what it is about */
    private record Planned(Update.Change change, Update.Recorded recorded) {}

    private static void unlockedIfFailed(Host host, long directory, Player player, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            player.play(Update.unlock(host, directory));
            throw e;
        }
    }

    /** {@return what would be played} */
    String explanation() {
        var host = HostReader.read();
        var planned = planned(host, UNKNOWN);
        String systemd = record.unit().isEmpty() ? "" : new UnitChange(host, null, caller, record.unit(), planned.change).explanation();
        return "## the runtime: lock it\n" + Listing.of(Update.lock(global, host, record).tape()) + systemd + "\n## the runtime: change it\n"
                + Listing.of(planned.recorded.tape());
    }

    private Planned planned(Host host, long directory, Player player) {
        try {
            return planned(host, directory);
        } catch (RuntimeException e) {
            player.play(Update.unlock(host, directory));
            throw e;
        }
    }

    private Planned planned(Host host, long directory) {
        var config = config();
        var asked = record.unit().isEmpty() ? asked() : UnitProperties.rounded(config.linux().resources(), asked());
        var change = new Update.Change(config.linux().resources(), asked, schema(config));
        refuse(change, host);
        var now = now(change.files());
        var json = new JsonWriter("");
        ConfigWriter.write(Update.kept(config, change, command.l3CacheSchema(), command.memBwSchema()), json);
        return new Planned(change, Update.of(host, record, directory, change, now, enables(change.lacking(now)), json.utf8()));
    }

    private Config config() {
        var file = Path.of(StateDirectory.path(global, record.id()), StateDirectory.CONFIG);
        try {
            return ConfigParser.parse(Files.readAllBytes(file));
        } catch (IOException | InvalidConfigException e) {
            throw new StateException("read the kept config of container " + record.id() + ": " + e.getMessage(), e);
        }
    }

    private Resources asked() {
        if (command.file().isEmpty()) return command.limits();
        String file = command.file().get();
        try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file))) {
            return ConfigParser.parseResources(in.readNBytes(ConfigParser.MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            throw new StateException("read " + file + ": no such file or directory", e);
        } catch (IOException e) {
            throw new StateException("read " + (file.equals(STANDARD_INPUT) ? "standard input" : file) + ": " + e.getMessage(), e);
        } catch (InvalidConfigException e) {
            throw new StateException(e.getMessage().replace("invalid config.json", "invalid resources"), e);
        }
    }

    private void refuse(Update.Change change, Host host) {
        List<Violation> refused = new ArrayList<>(Validation.of(change.after()));
        boolean compares = change.after().memory().checkBeforeUpdate() && change.asked().memory().limit().isPresent();
        refused.addAll(change.refusals(compares ? host.with(new Asked(false, false, Set.of(), memoryInUse())) : host));
        if (record.cgroup().isEmpty() && !change.files().isEmpty()) throw new StateException(FailureCode.CANNOT_BE_APPLIED, "container " + record.id() + " has no cgroup that could be limited");
        if (refused.isEmpty()) return;
        var line = new StringBuilder("cannot update container ").append(record.id());
        for (int i = 0; i < refused.size(); i++) line.append(i == 0 ? ": " : "; ").append(refused.get(i).shown());
        throw new StateException(FailureCode.CANNOT_BE_APPLIED, line.toString());
    }

    private OptionalLong memoryInUse() {
        var now = now(Set.of("memory.current")).get("memory.current");
        return now == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(now.strip()));
    }

    private Map<String, String> now(Set<String> files) {
        Map<String, String> now = new LinkedHashMap<>();
        for (var file : files) {
            var text = read(record.mountPoint() + record.cgroup() + "/" + file);
            if (text.isPresent()) now.put(file, text.get());
        }
        return now;
    }

    private static Optional<String> read(String path) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of(path)), StandardCharsets.UTF_8));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StateException("read " + path + ": " + e.getMessage(), e);
        }
    }

    /** Where the controllers end on the way down to the container's cgroup. */
    private List<Update.Enable> enables(Set<String> controllers) {
        List<Update.Enable> enables = new ArrayList<>();
        for (var controller : controllers) {
            for (int slash = 0; slash >= 0; slash = record.cgroup().indexOf('/', slash + 1)) {
                String above = record.cgroup().substring(0, slash);
                var enabled = read(record.mountPoint() + above + "/cgroup.subtree_control").orElse("");
                if (!(" " + enabled.strip() + " ").contains(" " + controller + " ")) enables.add(new Update.Enable(above.isEmpty() ? "" : above.substring(1), controller));
            }
        }
        return enables;
    }

    private Optional<Update.Schema> schema(Config config) {
        if (command.l3CacheSchema().isEmpty() && command.memBwSchema().isEmpty()) return Optional.empty();
        if (config.linux().intelRdt().isEmpty()) {
            throw new StateException(FailureCode.CANNOT_BE_APPLIED, "container " + record.id() + " has no group of resctrl; linux.intelRdt in config.json gives it one when it is created");
        }
        var rdt = config.linux().intelRdt().get();
        var resctrl = Resctrl.read(IntelRdt.group(rdt, record.id()), record.id());
        if (resctrl.isEmpty()) throw new StateException(FailureCode.CANNOT_BE_APPLIED, "Intel RDT is not enabled: resctrl is not mounted on this host");
        return Optional.of(IntelRdt.changed(rdt, resctrl.get(), record.id(), command.l3CacheSchema(), command.memBwSchema()));
    }
}
