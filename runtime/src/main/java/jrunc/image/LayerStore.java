package jrunc.image;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_RDONLY;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jrunc.kernel.Fd;
import jrunc.kernel.FileCalls;
import jrunc.kernel.TreeCalls;
import jrunc.linux.StateException;
import jrunc.plan.BundleRequest.LayerLimits;

/**
 * A directory in which each layer lies once, unpacked, under the digest of its tar stream; an archive of no image under that of its file, for that
 * is known sooner if it is compressed, and no config says another one:
 * <pre>
 * STORE/layers/sha256/HEX       the layer as overlayfs wants a lower directory: whiteouts are its own, owners and times the archive's
 * STORE/layers/file-sha256/HEX  the same, named by the file
 * STORE/unpacking/...           layers that are not whole yet; locked as long as somebody works on them
 * STORE/bundles/...             which bundles mount which layers, see {@link BundleRecords}
 * STORE/mapped/MAPS/...         both once more, for who is root of a user namespace with these maps: the owners are its ids
 * </pre>
 * Bundles mount the layers and never change them. Any number of processes may use one store at once. Only its owner may look into it, for
 * layers have programs with set-user-id that are not this host's. A layer is whole once it is in {@code layers}, whatever process is killed; it
 * is not forced to the disk, so that holds as far as the file system keeps its order when the power fails.
 */
public final class LayerStore {
    static final String LAYERS = "layers";
    /** Beside the algorithms of digests, and none of them: what lies here is never taken for what a config calls by its diffID. */
    static final String BY_FILE = "file-" + Digest.SHA256;
    static final String UNPACKING = "unpacking";
    static final String MAPPED = "mapped/";

    private final Path root;
    /** Empty, or where in the store the layers of these ids are. */
    private final String part;
    private final Powers powers;
    private final LayerLimits limits;

    private LayerStore(Path root, Powers powers, LayerLimits limits) {
        this.root = root;
        part = powers == Powers.NAMESPACE_ROOT ? MAPPED + MappedIds.here().name() + '/' : "";
        this.powers = powers;
        this.limits = limits;
    }

    /**
     * {@return the store in {@code root}, which is made when it is needed} What interrupted processes have left there is removed.
     *
     * @param limits larger layers are refused
     */
    public static LayerStore at(Path root, LayerLimits limits) {
        try {
            var powers = Powers.of((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Files.readString(Path.of("/proc/self/uid_map")));
            var store = new LayerStore(root.toAbsolutePath().normalize(), powers, limits);
            store.removeAbandoned();
            return store;
        } catch (IOException e) {
            throw new StateException("open layer store " + root + ": " + e.getMessage(), e);
        }
    }

    /** {@return where a user's store is, unless the command line says otherwise: /var/lib/jrunc, or in the user's data directory} */
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
     * @param blob   the stream, compressed or not; its own digest, if it has one, is asked for only to say what is wrong
     * @return the directory in which the layer is unpacked
     * @throws InvalidImageException if the archive is broken, hostile or another one; then nothing is left of it
     */
    public Path layer(Digest diffId, Blob blob) {
        if (has(diffId)) return directory(diffId);
        try (var calls = new TreeCalls(); var unpacking = open(UNPACKING); var layers = open(LAYERS + "/" + diffId.algorithm())) {
            while (!has(diffId)) {
                try (var unfinished = UnfinishedLayer.claim(calls, unpacking, diffId.algorithm() + "-" + diffId.hex())) {
                    if (unfinished == null || has(diffId)) continue;
                    unpack(calls, unfinished.top(), diffId, blob);
                    unfinished.finish(layers, diffId.hex());
                }
            }
            return directory(diffId);
        }
    }

    /**
     * Unpacks an archive that is of no image, such as a plain root filesystem. That of the same bytes is there once; compressed in another way it is
     * another one.
     *
     * @return the directory in which it is unpacked
     * @throws InvalidImageException if the archive is broken or hostile; then nothing is left of it
     */
    public Path add(Blob blob) {
        try (var calls = new TreeCalls(); var unpacking = open(UNPACKING); var layers = open(LAYERS + "/" + BY_FILE)) {
            while (true) {
                try (var unfinished = UnfinishedLayer.claim(calls, unpacking, "new-" + UUID.randomUUID())) {
                    if (unfinished == null) continue;
                    var digest = unpack(calls, unfinished.top(), blob, Digest.SHA256, NamedBy.FILE);
                    unfinished.finish(layers, digest.hex());
                    return directory(BY_FILE, digest.hex());
                }
            }
        }
    }

    /**
     * {@return the directories of these layers in the order of overlayfs's {@code lowerdir}: the topmost first} Those below a layer that deletes
     * all that was before it are left out, for overlayfs does not ask the top of a layer for that.
     *
     * @param diffIds as the image's config lists them: the lowest first; each must be in the store
     */
    public List<Path> lowerDirectories(List<Digest> diffIds) {
        var directories = new ArrayList<Path>();
        for (int i = diffIds.size() - 1; i >= 0; i--) {
            var layer = directory(diffIds.get(i));
            directories.add(layer);
            if (isOpaque(layer)) break;
        }
        return directories;
    }

    private boolean isOpaque(Path layer) {
        try (var calls = new TreeCalls(); var top = FileCalls.open(null, layer.toString(), O_RDONLY, O_DIRECTORY)) {
            return calls.hasAttribute(top, powers.overlay() + LayerTree.OPAQUE);
        }
    }

    /** {@return whether overlayfs must be mounted with {@code userxattr}: this user may not set attributes of the kind trusted.overlay} */
    public boolean usesUserXattrs() {
        return powers != Powers.ROOT;
    }

    /** {@return whether all files of its layers belong to one user, whoever owns them in the image} */
    boolean losesOwners() {
        return powers == Powers.USER;
    }

    private Path directory(Digest diffId) {
        return directory(diffId.algorithm(), diffId.hex());
    }

    private Path directory(String below, String hex) {
        return root.resolve(part + LAYERS).resolve(below).resolve(hex);
    }

    private void unpack(TreeCalls calls, Fd top, Digest diffId, Blob blob) {
        try {
            var found = unpack(calls, top, blob, diffId.algorithm(), NamedBy.TAR);
            if (!found.equals(diffId)) throw new InvalidImageException(blob.name(), "its diffID is " + found + ", not " + diffId);
        } catch (InvalidImageException e) {
            verify(blob); // that it is another blob says more
            throw e;
        }
    }

    private static void verify(Blob blob) {
        try {
            blob.verify();
        } catch (IOException e) {
            throw new StateException("read " + blob.name() + ": " + e.getMessage(), e);
        }
    }

    /** What a layer's name is the digest of. */
    private enum NamedBy { FILE, TAR }

    /** {@return the digest of the blob's bytes as they lie, or of the tar stream in them} */
    private Digest unpack(TreeCalls calls, Fd top, Blob blob, String algorithm, NamedBy named) {
        var calculation = Digest.calculation(algorithm);
        try (var plain = plain(blob, calculation, named); var tree = new LayerTree(calls, top, blob.name(), powers)) {
            new Unpacker(calls, tree, blob.name(), powers, limits.entries()).unpack(new TarReader(plain, blob.name()));
            plain.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new StateException("read " + blob.name() + ": " + e.getMessage(), e);
        }
        return Digest.finish(algorithm, calculation);
    }

    private InputStream plain(Blob blob, MessageDigest calculation, NamedBy named) throws IOException {
        var file = named == NamedBy.FILE ? new ReadAhead(blob.open(), Optional.of(calculation)) : blob.open();
        var tar = new LimitedStream(Compression.plain(file, blob.name()), blob.name(), limits.bytes());
        return new ReadAhead(tar, named == NamedBy.TAR ? Optional.of(calculation) : Optional.empty());
    }

    private Fd open(String below) {
        return open(root, part + below);
    }

    /** {@return a directory of the store in {@code root}, made if it is missing, open; the caller closes it} */
    static Fd open(Path root, String below) {
        var directory = root.resolve(below);
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            if (root.getParent() != null) Files.createDirectories(root.getParent());
            for (var path = root; ; path = path.resolve(directory.getName(path.getNameCount()))) {
                if (!Files.isDirectory(path)) create(path, owner);
                if (path.equals(directory)) break;
            }
        } catch (IOException e) {
            throw new StateException("make directory " + directory + ": " + e.getMessage(), e);
        }
        return FileCalls.open(null, directory.toString(), O_RDONLY, O_DIRECTORY);
    }

    private static void create(Path directory, FileAttribute<?> owner) throws IOException {
        try {
            Files.createDirectory(directory, owner);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) throw e;
        }
    }

    private void removeAbandoned() throws IOException {
        var directory = root.resolve(part + UNPACKING);
        if (!Files.isDirectory(directory)) return;
        var names = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) names.add(file.getFileName().toString());
        }
        if (names.isEmpty()) return;
        try (var calls = new TreeCalls(); var unpacking = open(UNPACKING)) {
            for (var name : names) UnfinishedLayer.removeAbandoned(calls, unpacking, name);
        }
    }
}
