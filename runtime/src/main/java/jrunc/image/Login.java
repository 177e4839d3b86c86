package jrunc.image;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import jrunc.config.JsonReader;

/**
 * Shows a registry that one may pull an image, when it asks (401): by a token that another server gives out, with or without a
 * password, or by the password itself. A password leaves this machine by TLS only. What was found holds for all later requests.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token authentication</a>
 */
final class Login {
    private static final int MAX_ANSWER = 1 << 20;
    private static final int MAX_TOKEN = 64 << 10;

    private final Reference image;
    private final Transport transport;
    private final CredentialFiles files;
    private volatile String proof;
    /** Who has the password that was not found; null if nobody is known to. */
    private volatile String helper;

    Login(Reference image, Transport transport, CredentialFiles files) {
        this.image = image;
        this.transport = transport;
        this.files = files;
    }

    /** {@return the {@code Authorization} header for the registry, or null as long as it has not asked} */
    String proof() {
        return proof;
    }

    /**
     * Finds a better proof than {@code refused}, unless another thread has just done so.
     *
     * @param registry who asks
     * @param headers  the values of its {@code WWW-Authenticate}
     * @throws RegistryException if there is none
     * @throws IOException if the server that gives out tokens does not answer
     */
    synchronized void answer(URI registry, List<String> headers, String refused) throws IOException {
        if (proof != null && !proof.equals(refused)) return;
        var challenges = Challenge.of(headers);
        var bearer = Challenge.first(challenges, "bearer");
        if (bearer != null) proof = "Bearer " + token(registry, bearer, credentials());
        else if (Challenge.first(challenges, "basic") != null) proof = password(registry);
        else throw denied("the registry asks for a login in a way that jrunc does not know");
    }

    /** {@return that the registry has said no}, with what the user can do */
    RegistryException denied(String why) {
        if (helper != null) return new RegistryException("pull " + image + ": " + why + "; " + helper);
        return new RegistryException("pull " + image + ": " + why + "; is the name right? podman login or docker login " + image.authority() + " says who you are");
    }

    private Credentials credentials() {
        var found = files.find(image);
        helper = found.helper();
        return found.credentials();
    }

    private String password(URI registry) {
        var credentials = credentials();
        if (credentials == null) throw denied("the registry asks for a user and password");
        protect(registry, "the registry");
        return credentials.basic();
    }

    private String token(URI registry, Challenge challenge, Credentials credentials) throws IOException {
        var server = realm(registry, challenge.parameter("realm"));
        if (credentials != null) protect(server, "the server that gives out tokens");
        var query = new StringBuilder(server.getRawQuery() == null ? "?" : "&");
        var service = challenge.parameter("service");
        if (service != null) query.append("service=").append(encoded(service)).append('&');
        query.append("scope=").append(encoded("repository:" + image.name() + ":pull")); // no more than is needed, whatever was asked for
        try (var answer = transport.get(URI.create(server + query.toString()), Map.of(), credentials == null ? null : credentials.basic())) {
            if (answer.status() == 401 || answer.status() == 403) throw denied("no token for it from " + Transport.shown(server));
            TryAgainException.check(answer);
            if (answer.status() != 200) throw denied(Transport.shown(server) + " answers " + answer.status() + " and gives no token");
            return token(answer, Transport.shown(server));
        }
    }

    /** The server of tokens, which must be reached in the way that the registry is: else one could steer a password to where it can be heard. */
    private URI realm(URI registry, String realm) {
        if (realm == null) throw denied("the registry asks for a token, but not of whom");
        try {
            var server = new URI(realm);
            boolean usable = server.getHost() != null && server.getRawUserInfo() == null && server.getRawFragment() == null;
            if (usable && registry.getScheme().equalsIgnoreCase(server.getScheme())) return server;
            if (usable) throw denied("the registry is asked by " + registry.getScheme() + ", but sends for a token to " + server.getScheme() + ", which is refused");
        } catch (URISyntaxException e) {
            throw denied("the registry sends for a token to what is no web address");
        }
        throw denied("the registry sends for a token to what is no web address");
    }

    private void protect(URI server, String who) {
        if (server.getScheme().equalsIgnoreCase("https") || Transport.isLoopback(server.getHost())) return;
        throw new RegistryException("pull " + image + ": " + who + " asks for a password, which is not sent over plain http");
    }

    private static String token(Transport.Answer answer, String server) throws IOException {
        var utf8 = answer.body().readNBytes(MAX_ANSWER + 1);
        var token = utf8.length > MAX_ANSWER ? null : ImageJson.read(utf8, "the answer of " + server, Login::token);
        boolean sound = token != null && !token.isEmpty() && token.length() <= MAX_TOKEN;
        for (int i = 0; sound && i < token.length(); i++) sound = token.charAt(i) > ' ' && token.charAt(i) < 0x7F;
        if (!sound) throw new RegistryException("the answer of " + server + ": no token in it");
        return token;
    }

    private static String token(JsonReader json) {
        String token = null;
        String accessToken = null;
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "token" -> token = json.string();
                case "access_token" -> accessToken = json.string();
                default -> json.skip();
            }
        }
        return token == null || token.isEmpty() ? accessToken : token;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
