package jrunc.lifecycle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.Validation;
import jrunc.host.BundleFiles;
import jrunc.host.BundleReader;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.host.ImageLinks;
import jrunc.host.SubordinateIds;
import jrunc.plan.Cgroups;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.plan.HostTree;
import jrunc.plan.OwnUserNamespace;
import jrunc.plan.RootSource;
import jrunc.plan.Scope;
import jrunc.plan.StartProtocols;
import jrunc.plan.StateDirectory;

/**
 * All that a create is planned from: what was asked for, and what was read. The rest is pure.
 *
 * @param file   the bytes of config.json
 * @param config what they say, validated
 */
record Premises(Global global, Command.Create command, byte[] file, Config config, Found found) {
    /**
     * Reads the bundle and the host.
     *
     * @param units who speaks with systemd; null if jrunc makes the cgroup itself
     */
    static Premises read(Global global, Command.Create command, Units units, Host host) {
        return read(global, command, units, host, BundleReader.config(command.bundle(), ConfigParser.MAX_BYTES));
    }

    /** The same with the config's bytes. */
    static Premises read(Global global, Command.Create command, Units units, Host host, byte[] file) {
        var config = accepted(global, command, units, config(file, host));
        return new Premises(global, command, file, config, found(global, command, units, config, host));
    }

    /** The same without systemd, and with a config that was read before from the same bytes. */
    static Premises read(Global global, Command.Create command, Host host, byte[] file, Config config) {
        return new Premises(global, command, file, config, found(global, command, null, config, host));
    }

    /** {@return what is in the blanks of its tape} */
    Blanks blanks() {
        return Blanks.of(command.id(), command.pidFile(), found.host());
    }

    /** {@return the same with this in the blanks} */
    Premises with(Blanks blanks) {
        var place = found.place().map(known -> {
            var path = Cgroups.path(config, blanks.id(), found.host().cgroups().orElseThrow());
            return new CgroupTree.Place(path, HostReader.last(known.missing().size(), path));
        });
        return new Premises(global, command.with(blanks.id(), blanks.pidFile()), file, config,
                new Found(blanks.in(found.host()), found.bundle(), place, found.mayMake(), found.owner()));
    }

    /** {@return what the container is to be, of what is written} */
    private static Config accepted(Global global, Command.Create command, Units units, Config written) {
        Validation.require(written);
        var shown = command.ties().showInside() ? StartProtocols.in(written, command.ties(), StateDirectory.path(global, command.id())) : written;
        return units == null ? shown : Units.rounded(shown);
    }

    /** Reads all that the config makes worth knowing. */
    private static Found found(Global global, Command.Create command, Units units, Config config, Host read) {
        var answered = Questions.areIn(config) ? Questions.answered(read, config, command.id()) : read;
        var seen = HostTree.mayBeShared(config, answered) && HostReader.isWhole(answered.cgroups().get()) ? answered.with(answered.cgroups().get().asWhole()) : answered;
        var host = units == null ? seen : withSystemd(seen, config, command.id(), units);
        var bundle = BundleReader.read(command.bundle(), config.root().path(), sources(config), links(config), config.process().user().uid());
        var layers = source(global, command, config, bundle).layers();
        var place = place(global, config, host, command.id());
        boolean mayMake = place.isEmpty() || host.asked().systemd().isPresent() || !Cgroups.mayLackRight(host) || HostReader.mayMake(host.cgroups().orElseThrow(), place.get());
        return new Found(host, bundle.with(ImageLinks.follow(layers, places(config))), place, mayMake, Owner.named((int) host.uid(), Path.of("/etc/passwd")));
    }

    private static RootSource source(Global global, Command.Create command, Config config, BundleFiles bundle) {
        Optional<String> layer = command.overlay()
                ? Optional.of(StateDirectory.path(global, command.id()) + "/" + StateDirectory.OVERLAY) : Optional.empty();
        return RootSource.of(config, bundle.rootfs(), layer);
    }

    /** {@return what the container's root is made of} */
    RootSource source() {
        return source(global, command, config, found.bundle());
    }

    private static Host withSystemd(Host host, Config config, String id, Units units) {
        return host.with(host.asked().with(units.manager(host, Scope.of(config, id, host))));
    }

    /** {@return the config, with the user namespace that an ordinary user's may lack} */
    static Config config(byte[] file, Host host) {
        var config = ConfigParser.parse(file);
        boolean lacks = host.uid() != 0 && OwnUserNamespace.isIncomplete(config);
        return lacks ? OwnUserNamespace.complete(config, host, SubordinateIds.of(host.uid())) : config;
    }

    private static List<String> sources(Config config) {
        List<String> sources = new ArrayList<>();
        for (var mount : config.mounts()) {
            boolean bind = mount.type().orElse("").equals("bind") || mount.options().contains("bind") || mount.options().contains("rbind");
            if (bind) mount.source().ifPresent(sources::add);
        }
        return sources;
    }

    /** Sources whose own links are asked for. */
    private static List<String> links(Config config) {
        List<String> links = new ArrayList<>();
        for (var mount : config.mounts()) {
            if (mount.options().contains("copy-symlink") || mount.options().contains("src-nofollow")) mount.source().ifPresent(links::add);
        }
        return links;
    }

    /** {@return where its mounts are to be, as far as links are followed there} */
    static List<String> places(Config config) {
        List<String> places = new ArrayList<>();
        for (var mount : config.mounts()) {
            String place = mount.place();
            boolean link = mount.options().contains("copy-symlink"); // itself is never followed
            places.add(place);
            if (link) places.add(place.substring(0, Math.max(1, place.lastIndexOf('/'))));
        }
        return places;
    }

    private static Optional<CgroupTree.Place> place(Global global, Config config, Host host, String id) {
        if (global.cgroupManager() == Global.CgroupManager.DISABLED || host.cgroups().isEmpty()) return Optional.empty();
        var tree = host.cgroups().get();
        if (host.asked().systemd().isPresent()) return Optional.of(placeInScope(config, host, tree, id));
        var found = HostReader.place(tree, Cgroups.path(config, id, tree));
        return Optional.of(host.pid() == 0 && config.linux().cgroupsPath().isEmpty() ? found.made() : found);
    }

    /** The slices above the scope are systemd's. */
    private static CgroupTree.Place placeInScope(Config config, Host host, CgroupTree tree, String id) {
        var scope = Scope.of(config, id, host);
        String unit = scope.cgroup(host.asked().systemd().orElseThrow());
        var place = HostReader.place(tree, scope.containerCgroup(host.asked().systemd().orElseThrow()));
        List<String> missing = new ArrayList<>();
        for (var path : place.missing()) if (path.startsWith(unit)) missing.add(path);
        return new CgroupTree.Place(place.path(), missing);
    }
}
