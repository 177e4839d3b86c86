package jrunc.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jrunc.linux.JruncException;
import jrunc.linux.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which image of a layout is meant, and what makes one that is none. */
class LayoutTest {
    private static final Platform AMD = Platform.named("linux/amd64");
    private static final Platform ARM = Platform.named("linux/arm64");

    @TempDir private Path directory;

    private Descriptor blob(String mediaType, String json) throws IOException {
        var bytes = json.getBytes(UTF_8);
        var descriptor = new Descriptor(mediaType, Digest.of(bytes), bytes.length);
        var file = directory.resolve(Layout.path(descriptor.digest()));
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return descriptor;
    }

    private static String json(Descriptor descriptor, String more) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size(), more);
    }

    private static String platform(String architecture) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
    }

    private static String named(String key, String name) {
        return ",\"annotations\":{\"" + key + "\":\"" + name + "\"}";
    }

    private Descriptor image(String architecture) throws IOException {
        var config = blob(MediaType.CONFIG, "{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        return blob(MediaType.MANIFEST, "{\"schemaVersion\":2,\"config\":" + json(config, "") + ",\"layers\":[]}");
    }

    private Layout layout(String... manifests) throws IOException {
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(directory.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", manifests) + "]}");
        return Layout.at(directory);
    }

    @Test void the_platform_is_looked_for_in_nested_indexes_past_what_is_no_image() throws IOException {
        var amd = image("amd64");
        var arm = image("arm64");
        var attestation = blob(MediaType.MANIFEST, "{}");
        var index = blob(MediaType.INDEX, "{\"manifests\":[" + json(attestation, ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}") + ","
                + json(amd, platform("amd64")) + "," + json(arm, platform("arm64")) + "]}");
        var layout = layout(json(index, named(Descriptor.REF_NAME, "all")));
        assertEquals(amd.digest(), layout.find(Optional.empty(), AMD).digest());
        assertEquals(arm.digest(), layout.find(Optional.of("all"), ARM).digest());
        assertEquals("arm64", layout.image(layout.find(Optional.empty(), ARM)).config().platform().architecture());
        assertEquals(directory + ": no image for linux/s390x; there is: unknown/unknown, linux/amd64, linux/arm64",
                assertThrows(UsageException.class, () -> layout.find(Optional.empty(), Platform.named("linux/s390x"))).getMessage());
    }

    @Test void one_name_for_several_platforms_is_one_image() throws IOException {
        var amd = image("amd64");
        var arm = image("arm64");
        var layout = layout(json(amd, platform("amd64") + named(Descriptor.REF_NAME, "a")), json(arm, platform("arm64") + named(Descriptor.REF_NAME, "a")));
        assertEquals(arm.digest(), layout.find(Optional.empty(), ARM).digest());
        assertEquals(amd.digest(), layout.find(Optional.of("a"), AMD).digest());
    }

    @Test void an_archive_of_docker_25_is_a_layout_and_images_have_dockers_names() throws IOException {
        var one = image("amd64");
        var two = blob(MediaType.MANIFEST, Files.readString(directory.resolve(Layout.path(one.digest()))) + " ");
        layout(json(one, named(Descriptor.FULL_NAME, "docker.io/library/one:1")), json(two, named(Descriptor.FULL_NAME, "docker.io/library/two:1")));
        Files.writeString(directory.resolve("manifest.json"), "[]");
        var archive = directory.resolveSibling(directory.getFileName() + ".tar");
        var tar = new ProcessBuilder("tar", "-C", directory.toString(), "-czf", archive.toString(), ".").start();
        try {
            assertEquals(0, tar.waitFor());
            try (var source = Source.open(new SourceName(archive, Optional.of("two:1")), AMD, new Scratch(directory, Long.MAX_VALUE))) {
                assertEquals(two.digest(), ((Source.OfImage) source).image().manifest().orElseThrow().digest());
            }
            assertEquals(archive + ": more than one image; write " + archive + ":NAME with one of: docker.io/library/one:1, docker.io/library/two:1",
                    assertThrows(UsageException.class, () -> Source.open(new SourceName(archive, Optional.empty()), AMD, new Scratch(directory, Long.MAX_VALUE))).getMessage());
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    @Test void what_is_no_image_is_refused_and_named() throws IOException {
        assertRefused("no file oci-layout; it is no OCI image layout", () -> Layout.at(directory));
        var amd = image("amd64");
        assertRefused("index.json: manifests: is missing", () -> {
            Files.writeString(directory.resolve("oci-layout"), "{}");
            Files.writeString(directory.resolve("index.json"), "{}");
            return Layout.at(directory).find(Optional.empty(), AMD);
        });
        assertRefused("of the type text/plain, which is none of an image", () -> layout(json(new Descriptor("text/plain", amd.digest(), amd.size()), "")).find(Optional.empty(), AMD));
        var longer = new Descriptor(amd.mediaType(), amd.digest(), amd.size() + 1);
        assertRefused("only " + amd.size() + " of " + longer.size() + " bytes", () -> Layout.at(directory).image(longer));
        assertRefused("are too many for JSON of an image", () -> Layout.at(directory).json(new Descriptor("", amd.digest(), Layout.MOST_JSON + 1L)));
        var artifact = blob(MediaType.MANIFEST, "{\"config\":" + json(new Descriptor("application/vnd.cncf.helm.config.v1+json", amd.digest(), amd.size()), "") + ",\"layers\":[]}");
        assertRefused("so it is no image of a container", () -> Layout.at(directory).image(artifact));
        var layer = blob(MediaType.MANIFEST, Files.readString(directory.resolve(Layout.path(amd.digest()))).replace("\"layers\":[]",
                "\"layers\":[" + json(new Descriptor(MediaType.LAYER, amd.digest(), 1), "") + "]"));
        assertRefused("its config has 0 diff_ids, its manifest 1 layers", () -> Layout.at(directory).image(layer));
        var itself = "{\"manifests\":[]}";
        for (int i = 0; i < 6; i++) itself = "{\"manifests\":[" + json(blob(MediaType.INDEX, itself), "") + "]}";
        var deep = itself;
        assertRefused("indexes in indexes, more than 4 deep", () -> {
            Files.writeString(directory.resolve("index.json"), deep);
            return Layout.at(directory).find(Optional.empty(), AMD);
        });
    }

    @Test void a_layers_blob_is_verified_when_it_is_asked_for_and_its_size_always() throws IOException {
        var blob = blob(MediaType.LAYER, "a tar");
        var config = blob(MediaType.CONFIG, "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + blob.digest() + "\"]}}");
        var image = blob(MediaType.MANIFEST, "{\"schemaVersion\":2,\"config\":" + json(config, "") + ",\"layers\":[" + json(blob, "") + "]}");
        var layer = layout(json(image, "")).image(image).layers().getFirst().blob();
        layer.verify();
        var file = directory.resolve(Layout.path(blob.digest()));
        Files.writeString(file, "a tor");
        assertRefused("its digest is " + Digest.of("a tor".getBytes(UTF_8)) + ", not " + blob.digest(), () -> verified(layer));
        layer.open().close();
        Files.writeString(file, "a tar and more");
        assertRefused("14 bytes, and it should have 5", layer::open);
    }

    private static Blob verified(Blob blob) throws IOException {
        blob.verify();
        return blob;
    }

    private interface Attempt {
        Object make() throws IOException;
    }

    private static void assertRefused(String words, Attempt attempt) {
        var message = assertThrows(JruncException.class, attempt::make).getMessage();
        assertTrue(message.contains(words), message);
    }
}
