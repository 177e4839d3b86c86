package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.JruncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFilesTest {
    private static final Reference IMAGE = Reference.parse("registry://images.test:5000/team/app:1");

    @TempDir Path directory;

    private static String auth(String userAndPassword) {
        return "{\"auth\":\"" + Base64.getEncoder().encodeToString(userAndPassword.getBytes()) + "\"}";
    }

    private Credentials find(String json) throws IOException {
        var file = Files.writeString(directory.resolve("config.json"), json);
        var found = new CredentialFiles(List.of(file)).find(IMAGE);
        assertEquals(null, found.helper());
        return found.credentials();
    }

    private static void assertRefused(String part, Executing find) {
        var refused = assertThrows(JruncException.class, find::run);
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }

    private interface Executing {
        void run() throws IOException;
    }

    @Test void a_login_of_docker_or_podman_is_found() throws IOException {
        assertEquals(new Credentials("me", "a:b"), find("{\"auths\":{\"images.test:5000\":" + auth("me:a:b") + "}}"));
        assertEquals(new Credentials("me", "b"), find("{\"auths\":{\"https://images.test:5000/v1/\":" + auth("me:b\0\0") + "}}"));
        assertEquals(new Credentials("me", "b"), find("{\"auths\":{\"images.test:5000\":{\"username\":\"me\",\"password\":\"b\"}}}"));
        assertEquals("Basic bWU6Yg==", new Credentials("me", "b").basic());
        assertEquals("me:...", new Credentials("me", "b").toString());
    }

    @Test void the_entry_for_the_longest_part_of_the_name_counts() throws IOException {
        assertEquals("team", find("{\"auths\":{\"images.test:5000\":" + auth("host:x") + ",\"images.test:5000/team\":" + auth("team:x") + ",\"images.test:5000/tea\":" + auth("tea:x") + "}}").user());
    }

    @Test void another_registry_is_another() throws IOException {
        assertEquals(null, find("{\"auths\":{\"images.test\":" + auth("me:b") + ",\"images.test:50\":" + auth("me:b") + ",\"https://images.test/\":" + auth("me:b") + "}}"));
        assertEquals(null, find("{}"));
        assertEquals(null, find(""));
    }

    @Test void a_helper_program_is_named_and_not_started() throws IOException {
        assertEquals(directory + "/f says that the program docker-credential-vault keeps the login for images.test:5000, and jrunc starts no programs; "
                + "podman login images.test:5000 writes it into a file, and REGISTRY_AUTH_FILE names one", helper("{\"credHelpers\":{\"images.test:5000\":\"vault\"}}"));
        var stored = helper("{\"auths\":{\"images.test:5000\":{}},\"credsStore\":\"desktop\"}");
        assertTrue(stored.contains("docker-credential-desktop "), stored);
        var both = helper("{\"auths\":{\"images.test:5000\":" + auth("old:x") + "},\"credHelpers\":{\"images.test:5000\":\"vault\"}}");
        assertTrue(both.contains("docker-credential-vault "), "the helper's counts, as for docker");
    }

    private String helper(String json) throws IOException {
        var found = new CredentialFiles(List.of(Files.writeString(directory.resolve("f"), json))).find(IMAGE);
        assertEquals(null, found.credentials());
        return found.helper();
    }

    @Test void a_login_in_another_file_does_without_the_helper() throws IOException {
        var helper = Files.writeString(directory.resolve("docker"), "{\"credHelpers\":{\"images.test:5000\":\"vault\"}}");
        var login = Files.writeString(directory.resolve("podman"), "{\"auths\":{\"images.test:5000\":" + auth("me:b") + "}}");
        assertEquals(new CredentialFiles.Found(new Credentials("me", "b"), null), new CredentialFiles(List.of(helper, login)).find(IMAGE));
    }

    @Test void a_helper_for_other_registries_does_not_matter() throws IOException {
        assertEquals(null, find("{\"credsStore\":\"desktop\",\"credHelpers\":{\"other.test\":\"vault\"}}"));
    }

    @Test void what_cannot_be_used_is_said_without_the_secret() {
        assertRefused("identity token", () -> find("{\"auths\":{\"images.test:5000\":{\"auth\":\"bWU6\",\"identitytoken\":\"s3cret\"}}}"));
        assertRefused("not base64", () -> find("{\"auths\":{\"images.test:5000\":{\"auth\":\"***\"}}}"));
        assertRefused("USER:PASSWORD", () -> find("{\"auths\":{\"images.test:5000\":{\"auth\":\"c2VjcmV0\"}}}"));
        var broken = assertThrows(JruncException.class, () -> find("{\"auths\":[\"s3cret\"]}"));
        assertTrue(!broken.getMessage().contains("s3cret") && broken.getMessage().contains("config.json"), broken.getMessage());
    }

    @Test void files_are_where_the_tools_write_them_and_the_first_that_knows_counts() throws IOException {
        var environment = new HashMap<String, String>(Map.of("HOME", directory + "/home"));
        write("home/.docker/config.json", "home-docker");
        assertEquals("home-docker", user(environment));
        write("home/.config/containers/auth.json", "home-podman");
        assertEquals("home-podman", user(environment));
        write("run/containers/auth.json", "run");
        environment.put("XDG_RUNTIME_DIR", directory + "/run");
        assertEquals("run", user(environment));
        write("docker/config.json", "docker");
        environment.put("DOCKER_CONFIG", directory + "/docker");
        assertEquals("docker", user(environment));
        write("only.json", "only");
        environment.put("REGISTRY_AUTH_FILE", directory + "/only.json");
        assertEquals("only", user(environment));
    }

    private void write(String file, String user) throws IOException {
        var path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "{\"auths\":{\"images.test:5000\":" + auth(user + ":x") + "}}");
    }

    private static String user(Map<String, String> environment) {
        return CredentialFiles.of(name -> Optional.ofNullable(environment.get(name)), 54321).find(IMAGE).credentials().user();
    }
}
