package jrunc.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory in which each layer lies once, unpacked, under the digest of its tar stream:
 * <pre>
 * STORE/layers/sha256/HEX     the layer as overlayfs wants a lower directory: whiteouts are its own, owners and times the archive's
 * STORE/unpacking/...         layers that are not whole yet; locked as long as somebody works on them
 * </pre>
 * Bundles mount the layers and never change them. Any number of processes may use one store at once.
 */
public final class LayerStore {
    private final Path root;

    private LayerStore(Path root) {
        this.root = root;
    }

    /** {@return the store in {@code root}, which is made if it is missing; what interrupted processes have left there is removed} */
    public static LayerStore at(Path root) {
        return new LayerStore(root.toAbsolutePath().normalize());
    }

    /** {@return where this user's store is, unless the command line says otherwise: /var/lib/jrunc, or in the user's data directory} */
    public static Path base(boolean root, String dataHome, String home) {
        if (root) return Path.of("/var/lib/jrunc");
        return dataHome == null || dataHome.isEmpty() ? Path.of(home, ".local/share/jrunc") : Path.of(dataHome, "jrunc");
    }

    /** {@return whether the layer is there} */
    public boolean has(Digest diffId) {
        return Files.isDirectory(directory(diffId));
    }

    /**
     * Unpacks a layer, unless it is there already.
     *
     * @param diffId the digest of the plain tar stream, which is verified
     * @param blob   the stream, compressed or not; its own digest, if it has one, is for {@link VerifiedStream}
     * @return the directory in which the layer is unpacked
     * @throws InvalidImageException if the archive is broken, hostile or another one; then nothing is left of it
     */
    public Path layer(Digest diffId, Blob blob) {
        throw new InvalidImageException(blob.name(), "cannot be unpacked yet");
    }

    /**
     * Unpacks a layer whose diffID nobody has told, such as a plain root filesystem.
     *
     * @return its diffID
     * @throws InvalidImageException if the archive is broken or hostile; then nothing is left of it
     */
    public Digest add(Blob blob) {
        throw new InvalidImageException(blob.name(), "cannot be unpacked yet");
    }

    /**
     * {@return the directories of these layers in the order of overlayfs's {@code lowerdir}: the topmost first}
     *
     * @param diffIds as the image's config lists them: the lowest first; each must be in the store
     */
    public List<Path> lowerDirectories(List<Digest> diffIds) {
        var directories = new ArrayList<Path>();
        for (int i = diffIds.size() - 1; i >= 0; i--) directories.add(directory(diffIds.get(i)));
        return directories;
    }

    /** {@return whether overlayfs must be mounted with {@code userxattr}: this user may not set attributes of the kind trusted.overlay} */
    public boolean usesUserXattrs() {
        return false;
    }

    private Path directory(Digest diffId) {
        return root.resolve("layers").resolve(diffId.algorithm()).resolve(diffId.hex());
    }
}
