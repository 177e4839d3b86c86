package jrunc.lifecycle;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.host.BundleReader;
import jrunc.host.HostReader;
import jrunc.image.BundleMaker;
import jrunc.image.ContainerTree;
import jrunc.image.Inspection;
import jrunc.image.LayerStore;
import jrunc.image.ProgressBar;
import jrunc.image.RegistryPull;
import jrunc.image.Sources;
import jrunc.plan.BundleRequest;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.RootSource;
import jrunc.plan.StateDirectory;

/** The command {@code bundle}: from an image to a bundle, and from a container back to an archive or an image. */
final class Bundling {
    private final Global global;
    private final Containers containers;
    private final Caller caller;
    private final Output out;
    private final Warnings warnings;

    Bundling(Global global, Containers containers, Caller caller, Output out, Warnings warnings) {
        this.global = global;
        this.containers = containers;
        this.caller = caller;
        this.out = out;
        this.warnings = warnings;
    }

    /** {@return the exit code} */
    int perform(BundleRequest request) {
        if (request instanceof BundleRequest.Make make) {
            for (var warning : new BundleMaker(make, sources(make.store(), make.plainHttp(), make.limits())).make()) warnings.warn(warning);
        } else if (request instanceof BundleRequest.Inspect inspect) {
            out.print(Inspection.of(inspect.source(), inspect.platform(), sources(inspect.store(), inspect.plainHttp(), inspect.limits())));
        } else if (request instanceof BundleRequest.Export export) {
            tree(containers.find(export.id())).export(Path.of(export.file()));
        } else {
            var commit = (BundleRequest.Commit) request;
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            out.print(tree(containers.find(commit.id())).commit(commit.layout(), here(), now) + '\n');
        }
        return 0;
    }

    /** The bundle's config.json says which ids are the container's; what its layers are was written down when it was made. */
    private ContainerTree tree(ContainerRecord record) {
        var written = Creation.config(BundleReader.config(record.bundle(), ConfigParser.MAX_BYTES), HostReader.read());
        var config = new Config(written.ociVersion(), written.root(), written.mounts(), written.process(), written.hostname(), written.domainname(),
                written.hooks(), record.annotations(), written.linux());
        String layer = StateDirectory.path(global, record.id()) + '/' + StateDirectory.OVERLAY;
        var thrownAway = Files.isDirectory(Path.of(layer)) ? Optional.of(layer) : Optional.<String>empty();
        return new ContainerTree(record.id(), record.bundle(), RootSource.of(config, record.rootfs(), thrownAway), config);
    }

    private Path here() {
        return Path.of(caller.directory());
    }

    private Sources sources(Optional<String> store, boolean plainHttp, BundleRequest.LayerLimits limits) {
        var progress = ProgressBar.on(new FileOutputStream(FileDescriptor.err));
        return new Sources(here(), store(store), limits, new RegistryPull.Puller(caller::variable, caller.uid(), plainHttp, progress));
    }

    private Path store(Optional<String> asked) {
        if (asked.isPresent()) return Path.of(asked.get());
        return LayerStore.base(caller.uid() == 0 && !caller.inUserNamespace(), caller.variable("XDG_DATA_HOME").orElse(null),
                caller.variable("HOME").orElse("/root"));
    }
}
