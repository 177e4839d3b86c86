package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigWriter;
import jrunc.config.JsonWriter;
import jrunc.config.Linux;
import jrunc.config.Process;
import jrunc.host.SubordinateIds;
import jrunc.kernel.FileTree;
import jrunc.linux.Namespace;
import jrunc.linux.StateException;
import jrunc.linux.UsageException;
import jrunc.plan.BundleRequest;
import jrunc.plan.RootSource;

/**
 * Makes a bundle of an image:
 * <pre>
 * DIR/config.json    what the image says, as a container's config; its annotations name the layers
 * DIR/image.json     the image's own config, for --commit; only if it has one
 * DIR/rootfs         where the layers are mounted, in the container's mount namespace
 * DIR/upper, work    what this bundle's containers change, and what overlayfs needs for it
 * </pre>
 * The layers lie in the store, and are shared. If anything fails, nothing of DIR is left; layers that were unpacked stay in the store.
 */
public final class BundleMaker {
    /** The annotation with the digest of the manifest of the image. */
    public static final String MANIFEST = "dev.jrunc.image.manifest";
    /** The image's own config in the bundle. */
    public static final String IMAGE_CONFIG = "image.json";
    /** The source that is nothing, to put programs into. */
    public static final String SCRATCH = "scratch";

    private static final String ONE_OWNER = "all files of the layers belong to the caller, whoever owns them in the image: no other ids are granted in /etc/subuid and /etc/subgid, or "
            + SubordinateIds.NEWUIDMAP + " and newgidmap are missing";

    private final BundleRequest.Make asked;
    private final Path bundle;
    private final Sources sources;
    private final Optional<MappedIds> ids;
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param sources with the store in which layers are kept, too
     * @param ids     those of the user namespace that the container needs, so that files have the owners that the image says
     */
    public BundleMaker(BundleRequest.Make asked, Sources sources, Optional<MappedIds> ids) {
        this.ids = ids;
        this.asked = asked;
        this.bundle = Path.of(asked.directory());
        this.sources = sources;
    }

    /** {@return what the caller should hear of it} */
    public List<String> make() {
        boolean scratch = asked.source().equals(SCRATCH);
        if (scratch == asked.programs().isEmpty()) {
            throw new UsageException(scratch ? "bundle scratch DIR PROGRAM...: no programs" : "bundle: programs are only for the source " + SCRATCH);
        }
        boolean made = claim();
        boolean whole = false;
        try {
            if (scratch) ofPrograms();
            else ofSource();
            whole = true;
        } catch (IOException e) {
            throw new StateException("make the bundle " + bundle + ": " + e, e);
        } finally {
            if (!whole) remove(made);
        }
        return warnings;
    }

    /** {@return whether the directory was not there} */
    private boolean claim() {
        try {
            if (!Files.exists(bundle, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(bundle);
                return true;
            }
            try (var files = Files.newDirectoryStream(bundle)) {
                if (files.iterator().hasNext()) throw new StateException("make the bundle " + bundle + ": the directory is not empty");
            }
            return false;
        } catch (IOException e) {
            throw new StateException("make the bundle " + bundle + ": " + e, e);
        }
    }

    private void remove(boolean all) {
        try {
            for (var entry : FileTree.below(bundle.toString())) {
                Files.deleteIfExists(bundle.resolve(new String(entry.path(), java.nio.charset.StandardCharsets.UTF_8)));
            }
            if (all) Files.deleteIfExists(bundle);
        } catch (IOException e) {
            warnings.add("remove " + bundle + ": " + e);
        }
    }

    private void ofPrograms() throws IOException {
        var root = Files.createDirectory(bundle.resolve("rootfs"));
        Files.setPosixFilePermissions(root, Owners.permissions(0755));
        var paths = new ScratchRoot(root).fill(asked.programs(), sources.start());
        var config = ImageConfig.plain();
        write(Conversion.of(config, List.of(paths.getFirst()), Process.User.ROOT, asked.terminal(), Map.of()));
    }

    private void ofSource() throws IOException {
        var platform = platform(asked.platform());
        try (var records = BundleRecords.toMakeBundle(sources.store()); var source = sources.open(asked.source(), platform)) {
            var store = LayerStore.at(sources.store(), asked.limits());
            if (store.losesOwners() && !(source instanceof Source.OfDirectory)) warnings.add(ONE_OWNER);
            if (source instanceof Source.OfImage image) ofImage(image.image(), store, platform, records);
            else if (source instanceof Source.OfTar tar) {
                var layer = List.of(store.add(tar.tar()).toString());
                records.add(bundle, layer);
                ofLayers(ImageConfig.plain(), layer, Map.of());
            } else {
                var directory = ((Source.OfDirectory) source).directory();
                ofLayers(ImageConfig.plain(), List.of(directory.toString()), Map.of());
            }
        }
    }

    private void ofImage(Image image, LayerStore store, Platform platform, BundleRecords records) throws IOException {
        var config = image.config();
        if (!config.platform().os().isEmpty() && !config.platform().os().equals(platform.os())) {
            throw new InvalidImageException(image.name(), "made for " + config.platform());
        }
        if (!config.platform().architecture().isEmpty() && !config.platform().architecture().equals(platform.architecture())) {
            warnings.add(image.name() + ": made for " + config.platform() + ", not for " + platform);
        }
        for (var layer : image.layers()) store.layer(layer.diffId(), layer.blob());
        Map<String, String> notes = new LinkedHashMap<>();
        if (image.manifest().isPresent()) notes.put(MANIFEST, image.manifest().get().digest().toString());
        Files.write(bundle.resolve(IMAGE_CONFIG), image.json());
        Set<String> directories = new LinkedHashSet<>(); // a layer that is there twice only counts where it is on top
        for (var directory : store.lowerDirectories(config.diffIds())) directories.add(directory.toString());
        records.add(bundle, List.copyOf(directories));
        ofLayers(config, List.copyOf(directories), notes);
    }

    /** @param lower topmost first */
    private void ofLayers(ImageConfig image, List<String> lower, Map<String, String> notes) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(notes);
        var rootfs = Files.createDirectory(bundle.resolve("rootfs"));
        if (!lower.isEmpty()) {
            var upper = Files.createDirectory(bundle.resolve("upper"));
            Files.createDirectory(bundle.resolve("work"));
            Owners.copy(rootOf(lower), upper);
            all.put(RootSource.LOWERDIR, RootSource.joined(lower));
            all.put(RootSource.UPPERDIR, upper.toString());
            all.put(RootSource.WORKDIR, bundle.resolve("work").toString());
        }
        Files.setPosixFilePermissions(rootfs, Owners.permissions(0755));
        for (var label : ImageAnnotations.of(image).leftOut()) warnings.add("the image's label " + label + " is left out: it would steer the runtime");
        write(Conversion.of(image, List.of(), user(image, lower), asked.terminal(), all));
    }

    /** {@return the layer whose top says how that of the container is: an archive without a word about it leaves the usual one} */
    private static Path rootOf(List<String> lower) throws IOException {
        for (var layer : lower) {
            if (!Owners.isPlain(Path.of(layer))) return Path.of(layer);
        }
        return Path.of(lower.getFirst());
    }

    private static Process.User user(ImageConfig image, List<String> lower) throws IOException {
        String spec = image.run().user().orElse("");
        if (lower.isEmpty()) return ImageUser.of(spec, "", "");
        try (var tree = new MergedTree(lower)) {
            return ImageUser.of(spec, AccountFile.read(tree, "etc/passwd"), AccountFile.read(tree, "etc/group"));
        }
    }

    private void write(Config config) throws IOException {
        var json = new JsonWriter("\t");
        ConfigWriter.write(ids.isPresent() ? config.with(mapped(config.linux(), ids.get())) : config, json);
        Files.write(bundle.resolve("config.json"), json.utf8());
    }

    private static Linux mapped(Linux linux, MappedIds ids) {
        List<Linux.NamespaceEntry> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.add(new Linux.NamespaceEntry(Namespace.USER.word(), Optional.empty()));
        return linux.with(namespaces, ids.uids(), ids.gids());
    }

    /** {@return the request's platform, or this host's} */
    static Platform platform(Optional<String> asked) {
        return asked.isPresent() ? Platform.named(asked.get()) : Platform.host();
    }
}
