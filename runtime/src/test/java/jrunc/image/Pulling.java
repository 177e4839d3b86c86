package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jrunc.linux.JruncException;

/** A pull into a directory, which waits for nothing but notes for how long it would. */
final class Pulling {
    final Path layout;
    final Map<String, String> environment = new ConcurrentHashMap<>();
    final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    Platform platform = new Platform("linux", "amd64", Optional.empty());
    Duration patience = Duration.ofSeconds(20);
    boolean plain;

    Pulling(Path layout) {
        this.layout = layout;
    }

    Descriptor pull(Reference image) {
        return of(image).into(layout);
    }

    Descriptor describe(Reference image) {
        return of(image).descriptionInto(layout);
    }

    private RegistryPull of(Reference image) {
        var puller = new RegistryPull.Puller(name -> Optional.ofNullable(environment.get(name)), 54321, plain, Progress.SILENT);
        return new RegistryPull(image, platform, puller, patience, pauses::add);
    }

    /** Expects the pull to fail with a message that has all of {@code parts}, and none of what must not reach a terminal. */
    <E extends JruncException> E refused(Class<E> how, Reference image, String... parts) {
        var refused = assertThrows(how, () -> pull(image));
        for (var part : parts) assertTrue(refused.getMessage().contains(part), () -> refused.getMessage() + " has not: " + part);
        return refused;
    }

    Path blob(Digest digest) {
        return layout.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    Path partial(Digest digest) {
        return layout.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex() + ".partial");
    }

    /** Expects all of {@code image} to be there, under {@code name}. */
    void assertHas(FakeImage image, String name) throws IOException {
        assertArrayEquals(image.manifest(), Files.readAllBytes(blob(image.digest())));
        assertArrayEquals(image.config(), Files.readAllBytes(blob(Digest.of(image.config()))));
        for (var layer : image.layers()) assertArrayEquals(layer, Files.readAllBytes(blob(Digest.of(layer))));
        var index = ImageJson.index(Files.readAllBytes(layout.resolve("index.json")), "index.json");
        var named = index.manifests().stream().filter(m -> name.equals(m.annotations().get(Descriptor.REF_NAME))).map(Descriptor::digest).toList();
        assertEquals(List.of(image.digest()), named);
    }

    /** {@return the files in the layout that are neither blobs nor what a layout has} */
    List<String> leftovers() throws IOException {
        try (var files = Files.walk(layout)) {
            return files.filter(Files::isRegularFile).map(f -> layout.relativize(f).toString())
                    .filter(f -> !f.matches("oci-layout|index\\.json|lock|blobs/sha256/[0-9a-f]{64}")).sorted().toList();
        }
    }
}
