package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.JruncException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry may try: it is refused by name, and no blob of it is kept. */
class HostileRegistryTest {
    private static final String MANIFEST = "/v2/app/manifests/1";
    private static final String TYPE = "Content-Type: " + MediaType.MANIFEST;

    @TempDir Path directory;
    private FakeRegistry registry;
    private Pulling pulling;
    private final FakeImage image = FakeImage.of(100_000);

    @BeforeEach void begin() throws IOException {
        registry = new FakeRegistry();
        pulling = new Pulling(directory.resolve("images"));
        image.into(registry, "app", "1");
    }

    @AfterEach void end() throws IOException {
        registry.close();
        assertFalse(Files.exists(pulling.partial(image.layer(0))), "bytes of the layer were kept");
        assertFalse(Files.exists(pulling.blob(image.digest())), "the manifest was kept");
        assertFalse(Files.exists(pulling.blob(image.layer(0))), "the layer was kept");
    }

    private String layer() {
        return FakeImage.blob("app", image.layer(0));
    }

    private void refusedImage(String... parts) {
        pulling.refused(InvalidImageException.class, registry.image("app:1"), parts);
    }

    private void refused(String... parts) {
        pulling.refused(RegistryException.class, registry.image("app:1"), parts);
    }

    private void manifest(String text) {
        registry.content(MANIFEST, text.getBytes(StandardCharsets.UTF_8), TYPE);
    }

    private String manifestWithLayer(String layer) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.MANIFEST + "\",\"config\":" + FakeImage.descriptor(MediaType.CONFIG, image.config()) + ",\"layers\":[" + layer + "]}";
    }

    @Test void a_layer_with_other_bytes() {
        var other = image.layers().get(0).clone();
        other[99_999]++;
        registry.content(layer(), other);
        refusedImage("blob " + image.layer(0), "digest " + Digest.of(other));
    }

    @Test void a_layer_that_is_too_short() {
        registry.content(layer(), Arrays.copyOf(image.layers().get(0), 99_999));
        refusedImage("blob " + image.layer(0), "99999 bytes of it, not 100000");
    }

    @Test void a_layer_that_ends_early_without_saying_its_length() {
        registry.on(layer(), (_, wire) -> wire.head("200 OK").body(image.layers().get(0), 0, 50_000));
        refusedImage("blob " + image.layer(0), "50000 bytes of it, not 100000");
        assertTrue(registry.requests(layer()).size() <= 3);
    }

    @Test void a_layer_that_ends_early_and_refuses_the_rest() {
        registry.on(layer(), (request, wire) -> {
            if (FakeRegistry.start(request) > 0) wire.whole("416 Range Not Satisfiable", new byte[0]);
            else wire.head("200 OK").body(image.layers().get(0), 0, 50_000);
        });
        refusedImage("blob " + image.layer(0), "50000 bytes of it, not 100000");
    }

    @Test void a_layer_that_is_longer_than_said() {
        registry.on(layer(), (_, wire) -> wire.whole("200 OK", new byte[100_001]));
        refusedImage("blob " + image.layer(0), "100001 bytes of it, not 100000");
    }

    @Test void a_layer_without_end_in_chunks() {
        registry.on(layer(), (_, wire) -> {
            wire.head("200 OK", "Transfer-Encoding: chunked");
            var chunk = ("1000\r\n" + "x".repeat(4096) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) wire.body(chunk, 0, chunk.length);
        });
        refusedImage("blob " + image.layer(0), "more than the 100000 bytes");
        assertTrue(registry.bodyBytes() < 20_000_000, "read " + registry.bodyBytes());
    }

    @Test void a_part_of_a_layer_that_was_not_asked_for() throws IOException {
        Files.createDirectories(pulling.partial(image.layer(0)).getParent());
        Files.write(pulling.partial(image.layer(0)), Arrays.copyOf(image.layers().get(0), 1000));
        registry.on(layer(), (_, wire) -> wire.whole("206 Partial Content", new byte[1000], "Content-Range: bytes 5-1004/100000"));
        refused("another part");
        Files.delete(pulling.partial(image.layer(0)));
    }

    @Test void a_manifest_whose_digest_is_not_the_one_that_the_server_gives() {
        registry.content(MANIFEST, image.manifest(), TYPE, "Docker-Content-Digest: " + image.layer(0));
        refusedImage("manifest 1 of", "its digest is " + image.digest() + ", not " + image.layer(0));
    }

    @Test void a_manifest_that_is_not_the_one_asked_for_by_digest() {
        var path = "/v2/app/manifests/" + image.layer(0);
        registry.content(path, image.manifest(), TYPE, "Docker-Content-Digest: " + image.digest());
        pulling.refused(InvalidImageException.class, registry.image("app@" + image.layer(0)), "its digest is " + image.digest());
    }

    @Test void a_digest_of_another_algorithm() {
        registry.content(MANIFEST, image.manifest(), TYPE, "Docker-Content-Digest: md5:d41d8cd98f00b204e9800998ecf8427e");
        refusedImage("neither sha256 nor sha512");
        manifest(manifestWithLayer("{\"mediaType\":\"" + MediaType.LAYER + "\",\"digest\":\"md5:d41d8cd98f00b204e9800998ecf8427e\",\"size\":1}"));
        refusedImage("digest md5:");
    }

    @Test void a_digest_that_is_a_path() {
        manifest(manifestWithLayer("{\"mediaType\":\"" + MediaType.LAYER + "\",\"digest\":\"sha256:../../../../tmp/x\",\"size\":1}"));
        refusedImage("digest sha256:");
    }

    @Test void a_manifest_that_is_too_long() {
        registry.on(MANIFEST, (_, wire) -> {
            wire.head("200 OK", TYPE);
            var blanks = " ".repeat(65_536).getBytes(StandardCharsets.US_ASCII);
            while (true) wire.body(blanks, 0, blanks.length);
        });
        refusedImage("manifest 1 of", "longer than 4194304 bytes");
    }

    @Test void a_manifest_with_more_layers_than_can_be_stacked() {
        var one = FakeImage.descriptor(MediaType.LAYER_GZIP, image.layers().get(0));
        manifest(manifestWithLayer((one + ",").repeat(20_000) + one));
        refusedImage("20001 layers");
    }

    @Test void a_layer_larger_than_any_disk() {
        var huge = "{\"mediaType\":\"" + MediaType.LAYER + "\",\"digest\":\"" + image.layer(0) + "\",\"size\":9223372036854775807}";
        manifest(manifestWithLayer(huge));
        pulling.refused(JruncException.class, registry.image("app:1"), "");
        assertEquals(0, registry.requests(layer()).size());
        manifest(manifestWithLayer("{\"mediaType\":\"" + MediaType.LAYER + "\",\"digest\":\"" + image.layer(0) + "\",\"size\":1152921504606846976}"));
        pulling.refused(JruncException.class, registry.image("app:1"), "are free");
        assertEquals(0, registry.requests(layer()).size());
    }

    @Test void a_foreign_layer() {
        manifest(manifestWithLayer("{\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"urls\":[\"https://other.test/x\"],\"digest\":\"" + image.layer(0) + "\",\"size\":100000}"));
        refusedImage("layer " + image.layer(0) + " is a foreign one");
    }

    @Test void something_that_is_no_image() {
        manifest(manifestWithLayer("").replace(MediaType.CONFIG, "application/vnd.helm.config"));
        refusedImage("none of an image");
        manifest("{\"schemaVersion\":1,\"mediaType\":\"application/vnd.docker.distribution.manifest.v1+prettyjws\"}");
        refusedImage("neither the manifest");
        registry.content(MANIFEST, "{\"schemaVersion\":1,\"name\":\"app\"}".getBytes(StandardCharsets.UTF_8), "Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws; charset=x");
        refusedImage("schemaVersion 1");
        registry.content(MANIFEST, "<html>".getBytes(StandardCharsets.UTF_8), "Content-Type: text/html");
        refusedImage("manifest 1 of");
    }

    @Test void an_index_that_calls_itself_a_manifest() {
        registry.content(MANIFEST, FakeImage.index(MediaType.MANIFEST, List.of("linux/amd64"), List.of(image.manifest())), TYPE);
        refusedImage("another type than it is");
    }

    @Test void a_manifest_that_is_an_index_as_well() {
        manifest(manifestWithLayer("").replaceFirst("\\}$", ",\"manifests\":[]}"));
        refusedImage("an index and a manifest at once");
    }

    @Test void a_digest_as_long_as_a_book() {
        manifest(manifestWithLayer("{\"mediaType\":\"" + MediaType.LAYER + "\",\"digest\":\"md5:" + "0".repeat(1_000_000) + "\",\"size\":1}"));
        var shown = pulling.refused(InvalidImageException.class, registry.image("app:1"), "digest md5:000").getMessage();
        assertTrue(shown.length() < 300, shown);
    }

    @Test void indexes_in_indexes_without_end() {
        var inner = image.manifest();
        for (int i = 0; i < 6; i++) {
            inner = FakeImage.index(i == 0 ? MediaType.MANIFEST : MediaType.INDEX, List.of("linux/amd64"), List.of(inner));
            registry.content("/v2/app/manifests/" + Digest.of(inner), inner, "Content-Type: " + MediaType.INDEX);
        }
        registry.content(MANIFEST, inner, "Content-Type: " + MediaType.INDEX);
        refusedImage("more than 4 indexes");
    }

    @Test void redirects_in_a_circle() {
        registry.on(MANIFEST, (_, wire) -> wire.whole("307 Temporary Redirect", new byte[0], "Location: " + MANIFEST));
        refused("more than 5 redirects");
        assertEquals(6, registry.requests(MANIFEST).size());
    }

    @Test void redirects_to_where_no_pull_may_go() {
        for (var place : new String[] {"file:///etc/passwd", "ftp://other.test/", "http://me:pw@127.0.0.1/", "http://[", "javascript:x", "//", "http://\u00e9/"}) {
            registry.on(MANIFEST, (_, wire) -> wire.whole("302 Found", new byte[0], "Location: " + place));
            refused("redirects to what is no web address");
        }
        registry.on(MANIFEST, (_, wire) -> wire.whole("302 Found", new byte[0], "Location: http://other.test/x"));
        refused("plain http on another machine");
        registry.on(MANIFEST, (_, wire) -> wire.whole("302 Found", new byte[0]));
        refused("redirect to nowhere");
        registry.on(MANIFEST, (_, wire) -> wire.whole("302 Found", new byte[0], "Location: "));
        refused("redirect to nowhere");
    }

    @Test void bytes_that_are_no_http() {
        registry.on(MANIFEST, (_, wire) -> wire.body("\u001b]0;x\u0007 \u001b[2J\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), 0, 12));
        refused("5 times");
    }

    @Test void control_characters_in_what_a_message_shows() {
        manifest("{\"schemaVersion\":2,\"config\":" + FakeImage.descriptor("\\u001b[31m", image.config()) + ",\"layers\":[]}");
        var shown = pulling.refused(InvalidImageException.class, registry.image("app:1")).getMessage();
        assertFalse(shown.contains("\u001b"), shown);
    }
}
