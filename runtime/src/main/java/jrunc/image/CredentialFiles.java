package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import jrunc.config.JsonReader;

/**
 * What {@code docker login}, {@code podman login} and {@code skopeo login} have written down: the first file that knows the registry
 * counts. Nothing is read until a registry asks. Helper programs that keep passwords elsewhere are not started: what needs no
 * password goes without them, all else fails and names them.
 *
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
final class CredentialFiles {
    private static final int MAX_BYTES = 1 << 20;

    private final List<Path> files;

    /** What one file says of one registry. */
    private record Entry(String auth, String user, String password, String identityToken) {
        private boolean isEmpty() {
            return auth == null && user == null && identityToken == null;
        }
    }

    /**
     * What the files say of one registry.
     *
     * @param credentials null if they know none
     * @param helper      if they know of some, but a program keeps them: which, in words; else null
     */
    record Found(Credentials credentials, String helper) {}

    private record Login(Map<String, Entry> entries, Map<String, String> helpers, String store) {}

    /** @param files the first one that knows a registry counts; those that do not exist know none */
    CredentialFiles(List<Path> files) {
        this.files = files;
    }

    /** {@return where those programs write for a user with that id and such an environment} */
    static CredentialFiles of(Function<String, Optional<String>> variable, long uid) {
        var only = variable.apply("REGISTRY_AUTH_FILE");
        if (only.isPresent()) return new CredentialFiles(List.of(Path.of(only.get())));
        var files = new ArrayList<Path>();
        var docker = variable.apply("DOCKER_CONFIG");
        var home = variable.apply("HOME");
        if (docker.isPresent()) files.add(Path.of(docker.get(), "config.json"));
        files.add(Path.of(variable.apply("XDG_RUNTIME_DIR").orElse("/run/containers/" + uid), variable.apply("XDG_RUNTIME_DIR").isPresent() ? "containers" : "", "auth.json"));
        var config = variable.apply("XDG_CONFIG_HOME");
        if (config.isPresent()) files.add(Path.of(config.get(), "containers", "auth.json"));
        else if (home.isPresent()) files.add(Path.of(home.get(), ".config", "containers", "auth.json"));
        if (docker.isEmpty() && home.isPresent()) files.add(Path.of(home.get(), ".docker", "config.json"));
        return new CredentialFiles(files);
    }

    /**
     * {@return who the user is to the registry of {@code image}} A file with a login counts, even if one before it names a program that has it.
     *
     * @throws RegistryException if a file has a login that cannot be used, or cannot be read
     */
    Found find(Reference image) {
        String helper = null;
        for (var file : files) {
            var login = read(file);
            if (login == null) continue;
            var entry = entry(login.entries, image);
            var program = login.helpers.get(image.authority());
            if (program == null && entry != null && entry.isEmpty()) program = login.store;
            if (program == null && entry != null && !entry.isEmpty()) return new Found(credentials(file, image, entry), null);
            if (program != null && helper == null) helper = words(file, image, program);
        }
        return new Found(null, helper);
    }

    /** The entry for the longest part of {@code host/name}; docker writes the host with scheme and version around it, too. */
    private static Entry entry(Map<String, Entry> entries, Reference image) {
        var key = image.authority() + '/' + image.name();
        while (true) {
            var entry = entries.get(key);
            if (entry != null) return entry;
            int slash = key.lastIndexOf('/');
            if (slash < 0) break;
            key = key.substring(0, slash);
        }
        for (var entry : entries.entrySet()) {
            if (host(entry.getKey()).equals(image.authority())) return entry.getValue();
        }
        return null;
    }

    private static String host(String key) {
        int scheme = key.indexOf("://");
        if (scheme < 0) return "";
        int slash = key.indexOf('/', scheme + 3);
        return key.substring(scheme + 3, slash < 0 ? key.length() : slash);
    }

    private static Credentials credentials(Path file, Reference image, Entry entry) {
        var where = file + ": the login for " + image.authority();
        if (entry.identityToken != null && !entry.identityToken.isEmpty()) {
            throw new RegistryException(where + " is an identity token, which jrunc does not use; log in with a user and password");
        }
        if (entry.auth == null) return new Credentials(entry.user, entry.password == null ? "" : entry.password);
        try {
            var text = new String(Base64.getDecoder().decode(entry.auth.trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) return new Credentials(text.substring(0, colon), withoutNuls(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(where + " is not base64", e);
        }
        throw new RegistryException(where + " is not USER:PASSWORD in base64");
    }

    /** Old versions of docker padded the password with NULs. */
    private static String withoutNuls(String password) {
        int end = password.length();
        while (end > 0 && password.charAt(end - 1) == 0) end--;
        return password.substring(0, end);
    }

    private static String words(Path file, Reference image, String helper) {
        return file + " says that the program docker-credential-" + helper + " keeps the login for " + image.authority()
                + ", and jrunc starts no programs; podman login " + image.authority() + " writes it into a file, and REGISTRY_AUTH_FILE names one";
    }

    private static Login read(Path file) {
        byte[] utf8;
        try (InputStream in = Files.newInputStream(file)) {
            utf8 = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        } catch (IOException e) {
            throw new RegistryException("read " + file + ": " + e.getMessage(), e);
        }
        if (utf8.length > MAX_BYTES) throw new RegistryException("read " + file + ": longer than " + MAX_BYTES + " bytes");
        return utf8.length == 0 ? null : ImageJson.read(utf8, file.toString(), CredentialFiles::login);
    }

    private static Login login(JsonReader json) {
        Map<String, Entry> entries = new HashMap<>();
        Map<String, String> helpers = null;
        String store = null;
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "auths" -> entries(json, entries);
                case "credHelpers" -> helpers = json.stringMap();
                case "credsStore" -> store = json.string();
                default -> json.skip();
            }
        }
        return new Login(entries, helpers == null ? Map.of() : helpers, store == null || store.isEmpty() ? null : store);
    }

    private static void entries(JsonReader json, Map<String, Entry> entries) {
        if (!json.object()) return;
        for (String host; (host = json.nextFreeKey()) != null;) {
            var entry = entry(json);
            if (entry != null) entries.put(host, entry);
        }
    }

    private static Entry entry(JsonReader json) {
        String auth = null;
        String user = null;
        String password = null;
        String identityToken = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "auth" -> auth = notEmpty(json.string());
                case "username" -> user = notEmpty(json.string());
                case "password" -> password = json.string();
                case "identitytoken" -> identityToken = notEmpty(json.string());
                default -> json.skip();
            }
        }
        return new Entry(auth, user, password, identityToken);
    }

    private static String notEmpty(String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
