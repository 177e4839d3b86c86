package jrunc.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.host.BundleFiles;
import jrunc.host.BundleReader;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.host.ImageLinks;
import jrunc.linux.Namespace;
import jrunc.machine.Elf;
import jrunc.plan.Cgroups;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Create;
import jrunc.plan.Global;
import jrunc.plan.RootSource;
import jrunc.plan.SetUp;
import jrunc.tape.Tape;

/** What {@code create} records for a plain bundle: all that is read for it, and the two tapes. */
record Recording(byte[] file, Config config, Host host, BundleFiles bundle, RootSource source, Optional<CgroupTree.Place> place, Command.Create command) {
    private static final Global GLOBAL = new Global(Global.DEFAULT_ROOT, Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO,
            Global.CgroupManager.CGROUPFS);

    /** Reads the bundle and the host. */
    static Recording read(String bundle, String id) {
        var command = new Command.Create(id, bundle, Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false);
        byte[] file = BundleReader.config(bundle, ConfigParser.MAX_BYTES);
        var config = ConfigParser.parse(file);
        var host = HostReader.read();
        var files = BundleReader.read(bundle, config.root().path(), List.of(), List.of(), config.process().user().uid());
        var source = RootSource.of(config, files.rootfs(), Optional.empty());
        var places = config.mounts().stream().map(mount -> mount.place()).toList();
        return new Recording(file, config, host, files.with(ImageLinks.follow(source.layers(), places)), source,
                host.cgroups().map(tree -> HostReader.place(tree, Cgroups.path(config, id, tree))), command);
    }

    /** {@return what the container's process plays} */
    Tape inside() {
        return SetUp.of(config, host, bundle, source, command);
    }

    /** {@return what the runtime plays, with the container's side in it} */
    Create.Recorded outside(Tape inside) {
        return Create.of(GLOBAL, config, host, place, command, record(), Elf.of(inside), file, Optional.empty());
    }

    private ContainerRecord record() {
        return new ContainerRecord(0, 0, config.ociVersion(), command.id(), bundle.path(), bundle.rootfs(), host.now(), host.pid(), host.startTime(),
                place.isPresent() ? host.cgroups().orElseThrow().mountPoint() : "", place.map(CgroupTree.Place::path).orElse(""),
                place.map(CgroupTree.Place::missing).orElse(List.of()), config.linux().namespace(Namespace.PID).isPresent(), "", List.of(),
                config.annotations(), Map.of());
    }
}
