package jrunc.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jrunc.config.JsonWriter;

/**
 * The OCI image layout in which all pulled images lie, so that what two of them share is fetched once:
 * <pre>
 * oci-layout  index.json      as the image-spec has them; index.json names each image by all of its reference
 * blobs/sha256/HEX            verified before it has this name
 * blobs/sha256/HEX.partial    what came before a connection was lost
 * lock                        who fetches a blob, or writes index.json, has one byte of it locked
 * </pre>
 * Only its owner may look into it (0700, files 0600): an image may hold what is not everybody's, and nothing but jrunc needs it, for
 * containers see the layers where they are unpacked. Any number of processes may pull into it at once.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">image-layout.md</a>
 */
final class PulledLayout implements AutoCloseable {
    private static final FileAttribute<?> OWNERS_DIRECTORY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String OWNERS = "rw-------";
    private static final FileAttribute<?> OWNERS_FILE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNERS));
    /** The byte of the lock file that stands for index.json; blobs have those above. */
    private static final long INDEX = 0;
    private static final Duration LOCK_STEP = Duration.ofMillis(50);

    private final Path directory;
    private final FileChannel locks;

    private PulledLayout(Path directory, FileChannel locks) {
        this.directory = directory;
        this.locks = locks;
    }

    /** {@return the layout in {@code directory}, made if it is missing} */
    static PulledLayout at(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory, OWNERS_DIRECTORY);
        var layout = new PulledLayout(directory, FileChannel.open(directory.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), OWNERS_FILE));
        if (!Files.exists(directory.resolve(Layout.MARK))) layout.begin();
        return layout;
    }

    /** {@return how many bytes its file system has left for this user} */
    long usableSpace() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** {@return where the blob is, or will be} */
    Path blob(Digest digest) {
        return directory.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    /** {@return where its first bytes are until it is whole} */
    Path partial(Digest digest) {
        var blob = blob(digest);
        return blob.resolveSibling(blob.getFileName() + ".partial");
    }

    /** {@return whether the blob is there; one of another size, which a machine that lost its power may leave, is not it} */
    boolean has(Descriptor blob) throws IOException {
        var path = blob(blob.digest());
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == blob.size();
    }

    /** {@return the blob's first bytes, open to read them and to write more behind} Only who has the lock may ask for it. */
    FileChannel openPartial(Digest digest) throws IOException {
        var path = partial(digest);
        Files.createDirectories(path.getParent(), OWNERS_DIRECTORY);
        return FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), OWNERS_FILE);
    }

    /** Gives what is whole and verified its name. */
    void keep(Digest digest) throws IOException {
        replace(partial(digest), blob(digest));
    }

    void removePartial(Digest digest) throws IOException {
        Files.deleteIfExists(partial(digest));
    }

    /** {@return the right to fetch that blob, waited for as long as another has it} */
    FileLock lock(Digest digest) throws IOException, InterruptedException {
        return lock(1 + Long.parseUnsignedLong(digest.hex(), 0, 15, 16));
    }

    /** Writes a small blob. */
    void write(Digest digest, byte[] bytes) throws IOException {
        var path = blob(digest);
        Files.createDirectories(path.getParent(), OWNERS_DIRECTORY);
        writeWhole(path, bytes);
    }

    private void begin() throws IOException, InterruptedException {
        try (var _ = lock(INDEX)) {
            var index = directory.resolve(Layout.INDEX);
            if (!Files.exists(index)) writeWhole(index, json(List.of()));
            writeWhole(directory.resolve(Layout.MARK), Layout.VERSION.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Writes that these are all the images in the layout in {@code directory}. Nobody else may use it meanwhile. */
    static void list(Path directory, List<Descriptor> manifests) throws IOException {
        WholeFile.write(directory, directory.resolve(Layout.INDEX), json(manifests), OWNERS);
    }

    /** Says in index.json that {@code name} is now that manifest. */
    void name(String name, Descriptor manifest) throws IOException, InterruptedException {
        try (var _ = lock(INDEX)) {
            var manifests = new ArrayList<Descriptor>();
            for (var other : manifests()) {
                if (!name.equals(other.annotations().get(Descriptor.REF_NAME))) manifests.add(other);
            }
            manifests.add(manifest.named(name));
            writeWhole(directory.resolve(Layout.INDEX), json(manifests));
        }
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }

    private Iterable<Descriptor> manifests() throws IOException {
        var index = directory.resolve(Layout.INDEX);
        try {
            return ImageJson.index(Files.readAllBytes(index), index.toString()).manifests();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static byte[] json(Iterable<Descriptor> manifests) {
        var json = new JsonWriter("").beginObject().key("schemaVersion").value(2).key("mediaType").value(MediaType.INDEX).key("manifests").beginArray();
        for (var manifest : manifests) manifest.write(json);
        return json.endArray().endObject().utf8();
    }

    /** Waits by asking again: the JVM cannot wait for a lock that another of its own threads holds. */
    private FileLock lock(long position) throws IOException, InterruptedException {
        while (true) {
            try {
                var lock = locks.tryLock(position, 1, false);
                if (lock != null) return lock;
            } catch (OverlappingFileLockException e) {
                // held by another thread of this JVM
            }
            Thread.sleep(LOCK_STEP);
        }
    }

    private void writeWhole(Path path, byte[] bytes) throws IOException {
        WholeFile.write(directory, path, bytes, OWNERS);
    }

    private static void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
