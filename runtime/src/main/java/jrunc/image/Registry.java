package jrunc.image;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import jrunc.config.JsonReader;

/**
 * One image's part of a registry: its manifests and blobs, by the
 * <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull">distribution spec</a>.
 *
 * <p>TLS, but for registries on this machine, which are asked by plain http first, as no password is sent before they ask for one; and
 * for those that the user has allowed it for.
 */
final class Registry {
    /** The longest manifest or index, in bytes: what registries take, too. */
    static final int MAX_MANIFEST = 4 << 20;

    private static final int MAX_ERROR = 64 << 10;
    private static final String MANIFESTS = String.join(", ", MediaType.MANIFEST, MediaType.INDEX, MediaType.DOCKER_MANIFEST, MediaType.DOCKER_LIST);

    private final Reference image;
    private final Transport transport;
    private final Login login;
    private final boolean plain;
    private volatile String scheme;

    /**
     * A manifest or an index, whose digest is right as far as it was known.
     *
     * @param mediaType what it says itself, else what the server says
     */
    record Document(Digest digest, String mediaType, byte[] utf8) {
        Descriptor descriptor() {
            return new Descriptor(mediaType, digest, utf8.length);
        }
    }

    /** @param plain whether to ask a registry on another machine by plain http */
    Registry(Reference image, Transport transport, Login login, boolean plain) {
        this.image = image;
        this.transport = transport;
        this.login = login;
        this.plain = plain;
        scheme = plain ? "http" : Transport.isLoopback(image.host()) ? null : "https";
    }

    /**
     * {@return what is named by a tag, or by a digest}
     *
     * @param expected the digest, if it is known; then what has another is refused
     * @param size     in bytes, or -1 if it is not known
     */
    Document manifest(String wanted, Digest expected, long size) throws IOException {
        if (size > MAX_MANIFEST) throw new InvalidImageException("manifest " + wanted + " of " + image, size + " bytes, more than " + MAX_MANIFEST);
        var what = "manifest " + wanted + " of " + image;
        try (var answer = get("manifests/" + wanted, Map.of("Accept", MANIFESTS))) {
            if (answer.status() != 200) throw refused(what, answer);
            var utf8 = answer.body().readNBytes(MAX_MANIFEST + 1);
            if (utf8.length > MAX_MANIFEST) throw new InvalidImageException(what, "longer than " + MAX_MANIFEST + " bytes");
            if (size >= 0 && utf8.length != size) throw new InvalidImageException(what, utf8.length + " bytes, not " + size);
            var digest = verified(what, utf8, expected != null ? expected : told(what, answer));
            return new Document(digest, mediaType(what, utf8, answer), utf8);
        }
    }

    /** {@return the answer to a request for a blob from byte {@code from} on: 200, 206 or 416} */
    Transport.Answer blob(Digest digest, long from) throws IOException {
        var answer = get("blobs/" + digest, from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-"));
        if (answer.status() == 200 || from > 0 && (answer.status() == 206 || answer.status() == 416)) return answer;
        try (answer) {
            throw refused("blob " + digest + " of " + image, answer);
        }
    }

    /** A request, and once more with a login if the registry asks for one. */
    private Transport.Answer get(String path, Map<String, String> headers) throws IOException {
        var proof = login.proof();
        var answer = reach(path, headers, proof);
        if (answer.status() == 401 && Transport.sameOrigin(answer.from(), uri(scheme, path))) {
            answer.close();
            login.answer(answer.from(), answer.headers().allValues("WWW-Authenticate"), proof);
            answer = reach(path, headers, login.proof());
        }
        try {
            TryAgainException.check(answer);
            return answer;
        } catch (TryAgainException e) {
            answer.close();
            throw e;
        }
    }

    private Transport.Answer reach(String path, Map<String, String> headers, String proof) throws IOException {
        if (scheme != null) return transport.get(uri(scheme, path), headers, proof);
        synchronized (this) {
            if (scheme == null) scheme = speaksPlain() ? "http" : "https";
        }
        return transport.get(uri(scheme, path), headers, proof);
    }

    /** A server that expects TLS hangs up, or answers 400: both tell it from one that does not. */
    private boolean speaksPlain() {
        try (var answer = transport.get(uri("http", ""), Map.of(), null)) {
            return answer.status() != 400;
        } catch (IOException e) {
            return false;
        }
    }

    private URI uri(String scheme, String path) {
        var uri = URI.create(scheme + "://" + image.authority() + "/v2/" + (path.isEmpty() ? "" : image.name() + '/' + path));
        if (uri.getHost() == null) throw new RegistryException("connect to " + image.authority() + ": that is no name of a host");
        return uri;
    }

    /** {@return the digest that the server gives; null if it gives none} */
    private static Digest told(String what, Transport.Answer answer) {
        var header = answer.header("Docker-Content-Digest");
        if (header == null) return null;
        try {
            return Digest.parse(header.trim());
        } catch (InvalidImageException e) {
            throw new InvalidImageException(what, "the registry names it by a digest that is neither sha256 nor sha512");
        }
    }

    private static Digest verified(String what, byte[] utf8, Digest expected) {
        var algorithm = expected == null ? Digest.SHA256 : expected.algorithm();
        var calculation = Digest.calculation(algorithm);
        calculation.update(utf8);
        var found = Digest.finish(algorithm, calculation);
        if (expected != null && !found.equals(expected)) throw new InvalidImageException(what, "its digest is " + found + ", not " + expected);
        return found;
    }

    private static String mediaType(String what, byte[] utf8, Transport.Answer answer) {
        var header = answer.header("Content-Type");
        var said = header == null ? "" : (header.indexOf(';') < 0 ? header : header.substring(0, header.indexOf(';'))).trim();
        if (MediaType.isOutdated(said)) throw new InvalidImageException(what, "schemaVersion 1, as of before 2016; push the image once more with a newer tool");
        var type = ImageJson.mediaType(utf8, what);
        boolean contradiction = MediaType.isIndex(said) && MediaType.isManifest(type) || MediaType.isManifest(said) && MediaType.isIndex(type);
        if (contradiction) throw new InvalidImageException(what, "the registry sends it as another type than it is");
        if (!MediaType.isIndex(type) && !MediaType.isManifest(type)) throw new InvalidImageException(what, "neither the manifest of an image nor an index of such");
        return type;
    }

    private RuntimeException refused(String what, Transport.Answer answer) throws IOException {
        int status = answer.status();
        var code = code(answer);
        var shown = status + (code.isEmpty() ? "" : " " + code);
        if (status == 404) return new RegistryException("pull " + image + ": the registry has no " + what + " (" + shown + ")");
        if (status == 401 || status == 403) return login.denied("the registry refuses it (" + shown + ")");
        return new RegistryException("pull " + image + ": the registry answers " + shown + " for " + what);
    }

    /** The one word of an error that is safe to show: texts of a stranger's are not for the user's terminal. */
    private static String code(Transport.Answer answer) throws IOException {
        var utf8 = answer.body().readNBytes(MAX_ERROR);
        String code;
        try {
            code = ImageJson.read(utf8, "error", Registry::firstCode);
        } catch (InvalidImageException e) {
            return "";
        }
        if (code == null || code.length() > 40) return "";
        for (int i = 0; i < code.length(); i++) {
            if (code.charAt(i) != '_' && (code.charAt(i) < 'A' || code.charAt(i) > 'Z')) return "";
        }
        return code;
    }

    private static String firstCode(JsonReader json) {
        String code = null;
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            if (key.equals("errors")) code = firstOf(json);
            else json.skip();
        }
        return code;
    }

    private static String firstOf(JsonReader json) {
        String first = null;
        if (!json.array()) return null;
        while (json.nextElement()) {
            var one = oneCode(json);
            if (first == null) first = one;
        }
        return first;
    }

    private static String oneCode(JsonReader json) {
        String code = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            if (key.equals("code")) code = json.string();
            else json.skip();
        }
        return code;
    }
}
