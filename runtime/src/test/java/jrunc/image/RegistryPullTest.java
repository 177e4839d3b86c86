package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pull does when a registry, and the way to it, are as they should be or a little weak. */
class RegistryPullTest {
    @TempDir Path directory;
    private FakeRegistry registry;
    private Pulling pulling;
    private final FakeImage image = FakeImage.of(300_000, 20, 0);

    @BeforeEach void begin() throws IOException {
        registry = new FakeRegistry();
        pulling = new Pulling(directory.resolve("store/images"));
        image.into(registry, "team/app", "1");
    }

    @AfterEach void end() {
        registry.close();
    }

    private String first() {
        return FakeImage.blob("team/app", image.layer(0));
    }

    @Test void an_image_lies_in_the_layout_afterwards_and_only_its_owner_sees_it() throws IOException {
        var reference = registry.image("team/app:1");
        var manifest = pulling.pull(reference);
        assertEquals(new Descriptor(MediaType.MANIFEST, image.digest(), image.manifest().length), manifest);
        pulling.assertHas(image, reference.toString());
        assertEquals(List.of(), pulling.leftovers());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pulling.layout)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pulling.blob(image.layer(0)))));
        assertEquals("{\"imageLayoutVersion\":\"1.0.0\"}", Files.readString(pulling.layout.resolve("oci-layout")));
    }

    @Test void what_is_there_is_not_fetched_again() throws IOException {
        pulling.pull(registry.image("team/app:1"));
        var other = FakeImage.of(300_000, 21);
        other.into(registry, "team/other", "2");
        long before = registry.bodyBytes();
        pulling.pull(registry.image("team/other:2"));
        assertEquals(other.manifest().length + 21, registry.bodyBytes() - before);
        pulling.assertHas(image, registry.image("team/app:1").toString());
        pulling.assertHas(other, registry.image("team/other:2").toString());
    }

    @Test void a_tag_that_has_moved_is_another_image() throws IOException {
        pulling.pull(registry.image("team/app:1"));
        var newer = FakeImage.of(22);
        newer.into(registry, "team/app", "1");
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(newer, registry.image("team/app:1").toString());
    }

    @Test void a_blob_that_lost_its_end_is_fetched_again() throws IOException {
        pulling.pull(registry.image("team/app:1"));
        Files.write(pulling.blob(image.layer(0)), new byte[7]);
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
    }

    @Test void the_platform_is_chosen_from_an_index_in_an_index() throws IOException {
        var arm = FakeImage.of(30);
        arm.into(registry, "team/app", "arm");
        var inner = FakeImage.index(MediaType.MANIFEST, List.of("linux/amd64", "linux/arm64"), List.of(image.manifest(), arm.manifest()));
        var outer = FakeImage.index(MediaType.INDEX, List.of("linux/arm64"), List.of(inner));
        registry.content("/v2/team/app/manifests/" + Digest.of(inner), inner, "Content-Type: " + MediaType.INDEX);
        registry.content("/v2/team/app/manifests/all", outer, "Content-Type: " + MediaType.INDEX);
        pulling.platform = Platform.named("linux/arm64");
        assertEquals(arm.digest(), pulling.pull(registry.image("team/app:all")).digest());
        pulling.assertHas(arm, registry.image("team/app:all").toString());
        assertFalse(Files.exists(pulling.blob(image.layer(0))));
        pulling.platform = Platform.named("linux/s390x");
        registry.content("/v2/team/app/manifests/all", inner, "Content-Type: " + MediaType.INDEX);
        pulling.refused(InvalidImageException.class, registry.image("team/app:all"), "no image for linux/s390x", "linux/amd64, linux/arm64");
    }

    @Test void an_index_is_asked_for_by_its_digest_too() {
        var index = FakeImage.index(MediaType.MANIFEST, List.of("linux/amd64"), List.of(image.manifest()));
        registry.content("/v2/team/app/manifests/" + Digest.of(index), index, "Content-Type: " + MediaType.INDEX);
        assertEquals(image.digest(), pulling.pull(registry.image("team/app@" + Digest.of(index))).digest());
    }

    @Test void to_describe_an_image_its_layers_need_not_come() throws IOException {
        assertEquals(image.digest(), pulling.describe(registry.image("team/app:1")).digest());
        assertEquals(image.manifest().length + image.config().length, registry.bodyBytes());
        assertEquals(List.of(), ImageJson.index(Files.readAllBytes(pulling.layout.resolve("index.json")), "index.json").manifests());
        assertEquals("{\"imageLayoutVersion\":\"1.0.0\"}", Files.readString(pulling.layout.resolve("oci-layout")));
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        pulling.describe(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
    }

    @Test void other_tools_find_a_docker_image_in_oci_words() throws IOException {
        var text = new String(image.manifest(), StandardCharsets.UTF_8);
        var docker = text.replace(MediaType.MANIFEST, MediaType.DOCKER_MANIFEST).replace(MediaType.CONFIG, MediaType.DOCKER_CONFIG)
                .replace(MediaType.LAYER_GZIP, "application/vnd.docker.image.rootfs.diff.tar.gzip").getBytes(StandardCharsets.UTF_8);
        registry.content("/v2/team/app/manifests/docker", docker, "Content-Type: " + MediaType.DOCKER_MANIFEST);
        var manifest = pulling.pull(registry.image("team/app:docker"));
        assertEquals(Digest.of(docker), manifest.digest());
        assertEquals(new String(docker, StandardCharsets.UTF_8), Files.readString(pulling.blob(manifest.digest())));
        pulling.assertHas(image, registry.image("team/app:docker").toString()); // which has the same manifest in OCI's words
    }

    @Test void a_dropped_connection_is_taken_up_where_it_broke() throws IOException {
        var whole = registry.now(first());
        var left = new int[] {2};
        registry.on(first(), (request, wire) -> {
            if (left[0]-- > 0) wire.head("200 OK", "Content-Length: 300000").body(image.layers().get(0), 0, 100_000);
            else whole.to(request, wire);
        });
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(List.of("bytes=100000-", "bytes=100000-"), registry.requests(first()).stream().skip(1).map(r -> r.header("Range")).toList());
        assertEquals(List.of(Duration.ofMillis(500), Duration.ofMillis(1000)), pulling.pauses); // the second break came no further
        assertEquals(List.of(), pulling.leftovers());
    }

    @Test void another_process_goes_on_where_one_was_killed() throws IOException {
        registry.on(first(), (_, wire) -> wire.head("200 OK", "Content-Length: 300000").body(image.layers().get(0), 0, 200_000));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "blob " + image.layer(0), "5 times");
        assertEquals(200_000, Files.size(pulling.partial(image.layer(0))));
        registry.content(first(), image.layers().get(0));
        long before = registry.bodyBytes();
        new Pulling(pulling.layout).pull(registry.image("team/app:1"));
        assertEquals(image.manifest().length + 100_000, registry.bodyBytes() - before);
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(List.of(), pulling.leftovers());
    }

    @Test void a_registry_that_knows_no_ranges_sends_all_again() throws IOException {
        leavePartial(image.layers().get(0), 1000);
        registry.on(first(), (_, wire) -> wire.whole("200 OK", image.layers().get(0)));
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
    }

    @Test void the_rest_of_something_else_is_thrown_away_and_all_fetched() throws IOException {
        leavePartial(new byte[5000], 5000);
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(2, registry.requests(first()).size());
    }

    @Test void too_much_of_something_else_is_thrown_away_at_once() throws IOException {
        leavePartial(new byte[300_001], 300_001);
        pulling.pull(registry.image("team/app:1"));
        assertEquals(null, registry.requests(first()).get(0).header("Range"));
        assertEquals(1, registry.requests(first()).size());
    }

    @Test void a_refused_range_starts_again() throws IOException {
        leavePartial(image.layers().get(0), 1000);
        var whole = registry.now(first());
        registry.on(first(), (request, wire) -> {
            if (FakeRegistry.start(request) > 0) wire.whole("416 Range Not Satisfiable", new byte[0]);
            else whole.to(request, wire);
        });
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
    }

    @Test void a_busy_registry_is_asked_again_when_it_says() throws IOException {
        var answers = new String[] {"503 Service Unavailable", "429 Too Many Requests"};
        var whole = registry.now("/v2/team/app/manifests/1");
        var count = new int[1];
        registry.on("/v2/team/app/manifests/1", (request, wire) -> {
            if (count[0] < 2) wire.whole(answers[count[0]++], new byte[0], count[0] == 2 ? "Retry-After: 7" : "X: y");
            else whole.to(request, wire);
        });
        pulling.pull(registry.image("team/app:1"));
        assertEquals(List.of(Duration.ofMillis(500), Duration.ofSeconds(7)), pulling.pauses);
    }

    @Test void it_does_not_ask_for_ever() {
        registry.on("/v2/team/app/manifests/1", (_, wire) -> wire.whole("502 Bad Gateway", new byte[0]));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "the server answers 502", "5 times");
        assertEquals(5, registry.requests().size());
        registry.on("/v2/team/app/manifests/1", (_, wire) -> wire.whole("429 Too Many Requests", new byte[0], "Retry-After: 86400"));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "asks to wait 86400 seconds");
        assertEquals(6, registry.requests().size());
    }

    @Test void a_server_that_falls_silent_is_given_up() throws IOException {
        pulling.patience = Duration.ofMillis(300);
        registry.on(first(), (_, wire) -> {
            wire.head("200 OK", "Content-Length: 300000").body(image.layers().get(0), 0, 10);
            new CompletableFuture<Void>().orTimeout(30, TimeUnit.SECONDS).exceptionally(_ -> null).join();
        });
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "nothing came for");
    }

    @Test void two_may_pull_the_same_at_once() throws Exception {
        var second = CompletableFuture.supplyAsync(() -> new Pulling(pulling.layout).pull(registry.image("team/app:1")));
        pulling.pull(registry.image("team/app:1"));
        second.get();
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(1, registry.requests(first()).size());
    }

    @Test void what_is_missing_is_named_and_a_strangers_words_are_not_repeated() {
        var refused = pulling.refused(RegistryException.class, registry.image("team/none:1"), "the registry has no manifest 1 of 127.0.0.1:" + registry.port() + "/team/none:1 (404 NAME_UNKNOWN)");
        assertFalse(refused.getMessage().contains("who?"));
        registry.on("/v2/team/app/manifests/2", (_, wire) -> wire.whole("404 Not Found", "{\"errors\":[{\"code\":\"\u001b[31m\"}]}".getBytes(StandardCharsets.UTF_8)));
        pulling.refused(RegistryException.class, registry.image("team/app:2"), "(404)");
    }

    @Test void nobody_there_is_said_at_once() {
        registry.close();
        var refused = pulling.refused(RegistryException.class, registry.image("team/app:1"), "connect to 127.0.0.1:" + registry.port());
        assertTrue(refused.getMessage().toLowerCase().contains("refused"), refused.getMessage());
        assertEquals(List.of(), pulling.pauses);
    }

    private void leavePartial(byte[] bytes, int count) throws IOException {
        var partial = pulling.partial(image.layer(0));
        Files.createDirectories(partial.getParent());
        Files.write(partial, Arrays.copyOf(bytes, count));
    }
}
