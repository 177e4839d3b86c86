package jrunc.lifecycle;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.IdMapping;
import jrunc.host.BundleReader;
import jrunc.host.HostReader;
import jrunc.image.BundleMaker;
import jrunc.image.BundleRemoval;
import jrunc.image.ContainerTree;
import jrunc.image.Inspection;
import jrunc.image.LayerStore;
import jrunc.image.MappedIds;
import jrunc.image.ProgressBar;
import jrunc.image.Pruning;
import jrunc.image.RegistryPull;
import jrunc.image.Sources;
import jrunc.linux.StateException;
import jrunc.linux.UsageException;
import jrunc.machine.Player;
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
        if (OwnIds.owner().isPresent()) OwnIds.settle();
        else if (isOfAllIds(request)) enterOwnIds();
        if (request instanceof BundleRequest.Make make) {
            var ids = OwnIds.owner().isPresent() ? Optional.of(MappedIds.here()) : Optional.<MappedIds>empty();
            for (var warning : new BundleMaker(make, sources(make.store(), make.plainHttp(), make.limits()), ids).make()) warnings.warn(warning);
        } else if (request instanceof BundleRequest.Inspect inspect) {
            out.print(Inspection.of(inspect.source(), inspect.platform(), sources(inspect.store(), inspect.plainHttp(), inspect.limits())));
        } else if (request instanceof BundleRequest.Export export) {
            tree(containers.find(export.id())).export(Path.of(export.file()));
        } else if (request instanceof BundleRequest.Prune prune) {
            var done = Pruning.of(store(prune.store()).normalize(), mounted(), prune.dryRun());
            out.print(done.lines());
            if (done.failure() != null) throw done.failure();
        } else if (request instanceof BundleRequest.Remove remove) {
            checkUnused(remove.directory());
            BundleRemoval.remove(Path.of(remove.directory()));
        } else {
            var commit = (BundleRequest.Commit) request;
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            out.print(tree(containers.find(commit.id())).commit(commit.layout(), here(), now) + '\n');
        }
        return 0;
    }

    /** {@return what an ordinary user's request plays} */
    String explanation(BundleRequest request) {
        var ids = isOfAllIds(request) ? OwnIds.of(caller, global, "explain") : Optional.<OwnIds>empty();
        if (ids.isEmpty()) throw new UsageException("explain bundle: it only reads and writes files, and plays no tape");
        return ids.get().explanation();
    }

    /** {@return whether it works on files of any owner: all but what reads an image, or makes a bundle without one} */
    private static boolean isOfAllIds(BundleRequest request) {
        return !(request instanceof BundleRequest.Inspect) && !(request instanceof BundleRequest.Make make && make.source().equals(BundleMaker.SCRATCH));
    }

    /** Without ids that were granted the work is done by this user, and for this user. */
    private void enterOwnIds() {
        var ids = OwnIds.of(caller, global, null);
        if (ids.isPresent()) ids.get().enter(new Player(caller.front()));
    }

    /** The bundle's config.json says which ids are the container's; what its layers are was written down when it was made. */
    private ContainerTree tree(ContainerRecord record) {
        var written = seen(Premises.config(BundleReader.config(record.bundle(), ConfigParser.MAX_BYTES), HostReader.read()));
        var config = new Config(written.ociVersion(), written.root(), written.mounts(), written.process(), written.hostname(), written.domainname(),
                written.hooks(), record.annotations(), written.linux());
        String layer = StateDirectory.path(global, record.id()) + '/' + StateDirectory.OVERLAY;
        var thrownAway = Files.isDirectory(Path.of(layer)) ? Optional.of(layer) : Optional.<String>empty();
        return new ContainerTree(record.id(), record.bundle(), RootSource.of(config, record.rootfs(), thrownAway), config);
    }

    /** {@return a config with the ids of the host as they are here} In a user's own ids that user is root, and what has no maps has these. */
    private static Config seen(Config config) {
        if (OwnIds.owner().isEmpty()) return config;
        var here = MappedIds.here();
        var linux = config.linux();
        return config.with(linux.with(linux.namespaces(), IdMapping.through(here.uids(), linux.uidMappings()), IdMapping.through(here.gids(), linux.gidMappings())));
    }

    private long user() {
        return OwnIds.owner().orElse(caller.uid());
    }

    /** {@return the layers of all containers that are recorded} One whose record cannot be read may mount any: then there is an error. */
    private Set<String> mounted() {
        Set<String> layers = new HashSet<>();
        for (var id : containers.ids()) {
            var record = containers.read(id);
            var list = record.isPresent() ? record.get().annotations().get(RootSource.LOWERDIR) : null;
            if (list != null) layers.addAll(RootSource.parted(list));
        }
        return layers;
    }

    private void checkUnused(String bundle) {
        for (var id : containers.ids()) {
            var record = containers.read(id);
            if (record.isPresent() && record.get().bundle().equals(bundle)) throw new StateException("remove bundle " + bundle + ": container " + id + " is made of it; delete that first");
        }
    }

    private Path here() {
        return Path.of(caller.directory());
    }

    private Sources sources(Optional<String> store, boolean plainHttp, BundleRequest.LayerLimits limits) {
        var progress = ProgressBar.on(new FileOutputStream(FileDescriptor.err));
        return new Sources(here(), store(store), limits, new RegistryPull.Puller(caller::variable, user(), plainHttp, progress));
    }

    private Path store(Optional<String> asked) {
        if (asked.isPresent()) return Path.of(asked.get());
        return LayerStore.base(caller.uid() == 0 && !caller.inUserNamespace(), caller.variable("XDG_DATA_HOME").orElse(null),
                caller.variable("HOME").orElse("/root"));
    }
}
