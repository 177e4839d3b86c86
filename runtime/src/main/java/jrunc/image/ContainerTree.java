package jrunc.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.linux.StateException;
import jrunc.plan.RootSource;

/**
 * The file system of a container, as its layers on the host have it: what is mounted in it, such as volumes, is not part of it. The
 * container may run meanwhile; a change that is made then is there or not.
 */
public final class ContainerTree {
    private static final int BUFFER = 1 << 16;
    private static final String LATEST = "latest";

    private final String id;
    private final Path bundle;
    private final RootSource root;
    private final Config config;

    /**
     * @param bundle the directory that it was made of
     * @param root   its layers
     * @param config with the annotations and the user namespace that it was made with
     */
    public ContainerTree(String id, String bundle, RootSource root, Config config) {
        this.id = id;
        this.bundle = Path.of(bundle);
        this.root = root;
        this.config = config;
    }

    /** Writes all of it into a tar, which has its name only when it is whole. */
    public void export(Path file) {
        try {
            var unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".export-", ".tar");
            try (var tree = new MergedTree(root.layers())) {
                try (var tar = new TarWriter(new BufferedOutputStream(Files.newOutputStream(unfinished), BUFFER))) {
                    new TreeArchive(tar, config.linux().uidMappings(), config.linux().gidMappings()).write(tree);
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new StateException("export container " + id + " to " + file + ": " + e, e);
        }
    }

    /**
     * Adds an image of it to a layout: {@return the manifest's digest}
     *
     * @param target a directory, perhaps with {@code :NAME}, which is latest unless given; it is made if it is not there
     * @param start  what a relative path starts from
     * @param time   RFC 3339
     */
    public String commit(String target, Path start, String time) {
        int colon = target.indexOf(':');
        var known = SourceName.ifThere(target, start);
        var layout = known.isPresent() ? known.get().path() : start.resolve(colon < 0 ? target : target.substring(0, colon));
        String name = known.isPresent() ? known.get().name().orElse(LATEST) : colon < 0 ? LATEST : target.substring(colon + 1);
        if (!(root instanceof RootSource.Overlay overlay) || overlay.upper().isEmpty()) {
            throw new StateException("commit container " + id + ": its changes lie in no layer of their own; export it instead");
        }
        var manifest = Optional.ofNullable(config.annotations().get(BundleMaker.MANIFEST)).map(Digest::parse);
        try {
            var file = bundle.resolve(BundleMaker.IMAGE_CONFIG);
            var json = Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.<byte[]>empty();
            var linux = config.linux();
            return new Commit(overlay.upper().get(), overlay.lower(), manifest, json, linux.uidMappings(), linux.gidMappings(), time).to(layout, name).digest().toString();
        } catch (IOException e) {
            throw new StateException("commit container " + id + " to " + layout + ": " + e, e);
        }
    }
}
