package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import jrunc.linux.JruncException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that asks who one is, by a password or by a token of another server's. */
class RegistryLoginTest {
    private static final String TOKEN = "eyJ0.b64+/=";

    @TempDir Path directory;
    private FakeRegistry registry;
    private FakeRegistry tokens;
    private Pulling pulling;
    private final FakeImage image = FakeImage.of(1000, 20, 30, 40);

    @BeforeEach void begin() throws IOException {
        registry = new FakeRegistry();
        tokens = new FakeRegistry();
        pulling = new Pulling(directory.resolve("images"));
        image.into(registry, "team/app", "1");
    }

    @AfterEach void end() {
        registry.close();
        tokens.close();
    }

    /** Lets nothing of the image go without that header. */
    private void demand(String authorization, String challenge) {
        for (var path : paths()) {
            var given = registry.now(path);
            registry.on(path, (request, wire) -> {
                if (authorization.equals(request.header("Authorization"))) given.to(request, wire);
                else wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: " + challenge);
            });
        }
    }

    private List<String> paths() {
        var blobs = image.layers().stream().map(layer -> FakeImage.blob("team/app", Digest.of(layer))).toList();
        var all = new ArrayList<>(blobs);
        all.add(FakeImage.blob("team/app", Digest.of(image.config())));
        all.add("/v2/team/app/manifests/1");
        return all;
    }

    private String bearer(String realm) {
        return "Bearer realm=\"" + realm + "\",service=\"my images\",scope=\"repository:team/app:pull,push\"";
    }

    private void login(String userAndPassword) throws IOException {
        var auth = Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
        Files.writeString(directory.resolve("config.json"), "{\"auths\":{\"127.0.0.1:" + registry.port() + "\":{\"auth\":\"" + auth + "\"}}}");
        pulling.environment.put("DOCKER_CONFIG", directory.toString());
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private void answerToken(String json) {
        tokens.on("/token", (_, wire) -> wire.whole("200 OK", json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test void a_token_is_fetched_once_and_shown_from_then_on() throws IOException {
        demand("Bearer " + TOKEN, bearer(tokens.url("/token")));
        answerToken("{\"token\":\"" + TOKEN + "\",\"expires_in\":300}");
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(1, tokens.requests().size());
        var asked = tokens.requests().get(0);
        assertEquals("service=my+images&scope=repository%3Ateam%2Fapp%3Apull", asked.query()); // to push was not asked for
        assertEquals(null, asked.header("Authorization"));
        assertEquals(1, registry.requests().stream().filter(r -> r.header("Authorization") == null).count());
    }

    @Test void the_server_of_tokens_is_shown_the_password_and_the_registry_is_not() throws IOException {
        login("me:secret");
        demand("Bearer " + TOKEN, bearer(tokens.url("/token?account=x")));
        tokens.on("/token", (request, wire) -> {
            if (basic("me:secret").equals(request.header("Authorization"))) wire.whole("200 OK", ("{\"access_token\":\"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
            else wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: Basic realm=x");
        });
        pulling.pull(registry.image("team/app:1"));
        assertTrue(tokens.requests().get(0).query().startsWith("account=x&service="), tokens.requests().get(0).query());
        assertTrue(registry.requests().stream().noneMatch(r -> r.header("Authorization") != null && r.header("Authorization").startsWith("Basic")));
    }

    @Test void a_private_image_whose_login_a_helper_program_keeps_names_it() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"credHelpers\":{\"127.0.0.1:" + registry.port() + "\":\"vault\"}}");
        pulling.environment.put("DOCKER_CONFIG", directory.toString());
        demand("Bearer " + TOKEN, bearer(tokens.url("/token")));
        tokens.on("/token", (_, wire) -> wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: Basic realm=x"));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "no token for it from " + tokens.url("/token"), "docker-credential-vault keeps the login", "podman login 127.0.0.1");
        answerToken("{\"token\":\"other\"}");
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "the registry refuses it (401)", "docker-credential-vault keeps the login");
        demand("Basic x", "Basic realm=x");
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "the registry asks for a user and password", "docker-credential-vault keeps the login");
    }

    @Test void a_public_image_comes_without_the_helper_program() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"credHelpers\":{\"127.0.0.1:" + registry.port() + "\":\"vault\"}}");
        pulling.environment.put("DOCKER_CONFIG", directory.toString());
        demand("Bearer " + TOKEN, bearer(tokens.url("/token")));
        answerToken("{\"token\":\"" + TOKEN + "\"}");
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
    }

    @Test void a_token_that_expires_is_renewed() throws IOException {
        var path = FakeImage.blob("team/app", image.layer(0));
        demand("Bearer one", bearer(tokens.url("/token")));
        registry.on(path, (request, wire) -> {
            if ("Bearer two".equals(request.header("Authorization"))) wire.whole("200 OK", image.layers().get(0));
            else wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: " + bearer(tokens.url("/token")));
        });
        var next = new AtomicInteger();
        for (var other : paths()) {
            if (other.equals(path)) continue;
            var old = registry.now(other);
            registry.on(other, (request, wire) -> old.to(new FakeRegistry.Request(request.path(), request.query(), replaced(request)), wire));
        }
        tokens.on("/token", (_, wire) -> wire.whole("200 OK", ("{\"token\":\"" + (next.getAndIncrement() == 0 ? "one" : "two") + "\"}").getBytes(StandardCharsets.UTF_8)));
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(2, tokens.requests().size());
    }

    /** Both tokens are good for the other blobs. */
    private static Map<String, String> replaced(FakeRegistry.Request request) {
        var headers = new TreeMap<>(request.headers());
        headers.computeIfPresent("authorization", (_, _) -> "Bearer one");
        return headers;
    }

    @Test void a_token_that_is_refused_is_not_asked_for_again_and_again() {
        demand("Bearer another", bearer(tokens.url("/token")));
        answerToken("{\"token\":\"" + TOKEN + "\"}");
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "the registry refuses it (401)", "podman login");
        assertEquals(2, registry.requests().size());
        assertEquals(1, tokens.requests().size());
    }

    @Test void a_wrong_password_is_said() throws IOException {
        login("me:wrong");
        demand("Bearer " + TOKEN, bearer(tokens.url("/token")));
        tokens.on("/token", (_, wire) -> wire.whole("401 Unauthorized", new byte[0]));
        var refused = pulling.refused(RegistryException.class, registry.image("team/app:1"), "no token for it from " + tokens.url("/token"));
        assertFalse(refused.getMessage().contains("wrong"));
    }

    @Test void what_is_no_token_is_refused() {
        demand("Bearer " + TOKEN, bearer(tokens.url("/token")));
        for (var answer : new String[] {"{}", "{\"token\":\"\"}", "{\"token\":\"a\\r\\nX-Evil: y\"}", "{\"token\":\"\u00e9\"}", "[]", "no json", "{\"token\":\"" + "x".repeat(70_000) + "\"}"}) {
            answerToken(answer);
            pulling.refused(JruncException.class, registry.image("team/app:1"), tokens.url("/token"));
        }
    }

    @Test void a_password_is_shown_when_a_registry_asks_for_it() throws IOException {
        demand(basic("me:sec:ret"), "Basic realm=\"x\"");
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "asks for a user and password");
        login("me:sec:ret");
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        login("me:wrong");
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "the registry refuses it (401)");
    }

    @Test void another_server_is_never_shown_what_the_registry_may_see() throws IOException {
        login("me:secret");
        var path = FakeImage.blob("team/app", image.layer(0));
        demand(basic("me:secret"), "Basic realm=\"x\"");
        var checked = registry.now(path);
        registry.on(path, (request, wire) -> {
            if (request.header("Authorization") == null) checked.to(request, wire);
            else wire.whole("307 Temporary Redirect", new byte[0], "Location: " + tokens.url("/storage/x?signature=y"));
        });
        tokens.content("/storage/x", image.layers().get(0));
        pulling.pull(registry.image("team/app:1"));
        pulling.assertHas(image, registry.image("team/app:1").toString());
        assertEquals(null, tokens.requests("/storage/x").get(0).header("Authorization"));
        assertEquals("signature=y", tokens.requests("/storage/x").get(0).query());
    }

    @Test void another_servers_question_is_not_answered() throws IOException {
        login("me:secret");
        var path = FakeImage.blob("team/app", image.layer(0));
        registry.on(path, (_, wire) -> wire.whole("307 Temporary Redirect", new byte[0], "Location: " + tokens.url("/storage/x")));
        tokens.on("/storage/x", (_, wire) -> wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: Basic realm=\"x\""));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "401");
        assertEquals(null, tokens.requests("/storage/x").get(0).header("Authorization"));
        assertEquals(1, tokens.requests().size());
    }

    @Test void a_server_of_tokens_in_another_scheme_is_refused() throws IOException {
        login("me:secret");
        for (var realm : new String[] {"https://127.0.0.1:" + tokens.port() + "/token", "file:///etc/passwd"}) {
            demand("Bearer x", bearer(realm));
            pulling.refused(RegistryException.class, registry.image("team/app:1"), "token");
        }
        assertEquals(List.of(), tokens.requests());
    }

    @Test void a_password_is_not_sent_in_plain_text_to_another_machine() throws IOException {
        login("me:secret");
        demand("Bearer x", bearer("http://tokens.test/token"));
        pulling.refused(RegistryException.class, registry.image("team/app:1"), "not sent over plain http");
    }

    /** 0.0.0.0 leads to this machine, but jrunc does not count it as such: it stands for another. */
    @Test void plain_text_to_another_machine_needs_to_be_allowed_and_gets_no_password() throws IOException {
        try (var other = new FakeRegistry(new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0")), "http")) {
            image.into(other, "team/app", "1");
            var reference = Reference.parse("registry://0.0.0.0:" + other.port() + "/team/app:1");
            pulling.refused(RegistryException.class, reference, "connect to 0.0.0.0:" + other.port());
            pulling.plain = true;
            pulling.pull(reference);
            pulling.assertHas(image, reference.toString());
            Files.writeString(directory.resolve("config.json"), "{\"auths\":{\"0.0.0.0:" + other.port() + "\":{\"auth\":\"bWU6c2VjcmV0\"}}}");
            pulling.environment.put("DOCKER_CONFIG", directory.toString());
            other.on("/v2/team/app/manifests/1", (_, wire) -> wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: Basic realm=\"x\""));
            pulling.refused(RegistryException.class, reference, "not sent over plain http");
            assertTrue(other.requests().stream().allMatch(r -> r.header("Authorization") == null));
        }
    }
}
