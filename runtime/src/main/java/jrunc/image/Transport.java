package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Asks by HTTP, and goes where it is sent: a few times, never from TLS to plain text, and what proves who asks stays with the server
 * it was meant for. Statuses are for the caller to judge.
 */
final class Transport implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_LOCATION = 16 << 10;
    private static final Duration TO_CONNECT = Duration.ofSeconds(20);

    private final Supplier<SSLContext> trust;
    private final ProxySelector proxies;
    private final Duration patience;
    private final boolean plainAllowed;
    private HttpClient plainClient;
    private HttpClient tlsClient;

    /**
     * One answer, its body still to be read.
     *
     * @param from who answered, after all redirects
     */
    record Answer(int status, HttpHeaders headers, InputStream body, URI from) implements AutoCloseable {
        /** {@return the header's first value, or null} */
        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * @param trust        which certificates are believed; asked only if there is TLS to speak, for to read them all takes a while
     * @param patience     how long a server may be silent
     * @param plainAllowed whether plain http is allowed to hosts that are not this machine
     */
    Transport(Supplier<SSLContext> trust, ProxySelector proxies, Duration patience, boolean plainAllowed) {
        this.trust = trust;
        this.proxies = proxies;
        this.patience = patience;
        this.plainAllowed = plainAllowed;
    }

    /**
     * Sends a GET.
     *
     * @param headers which go to every server asked
     * @param authorization which goes to the server of {@code uri} only; null for none
     * @throws IOException if the connection is lost or the server is silent: it may help to ask again
     * @throws RegistryException if there is no connection, or it must not be used
     */
    Answer get(URI uri, Map<String, String> headers, String authorization) throws IOException {
        var at = uri;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            var answer = once(at, headers, sameOrigin(uri, at) ? authorization : null);
            if (!isRedirect(answer.status)) return answer;
            var location = answer.header("Location");
            answer.close();
            at = next(at, location);
        }
        throw new RegistryException("ask " + shown(uri) + ": more than " + MAX_REDIRECTS + " redirects");
    }

    @Override
    public synchronized void close() {
        if (plainClient != null) plainClient.shutdownNow();
        if (tlsClient != null) tlsClient.shutdownNow();
    }

    private synchronized HttpClient client(URI uri) {
        if (uri.getScheme().equalsIgnoreCase("https")) {
            if (tlsClient == null) tlsClient = client(trust.get());
            return tlsClient;
        }
        if (plainClient == null) plainClient = client(Trust.ofNobody());
        return plainClient;
    }

    private HttpClient client(SSLContext trust) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).connectTimeout(TO_CONNECT)
                .sslContext(trust).sslParameters(Trust.parameters(trust)).proxy(proxies).build();
    }

    /** {@return whether both are the same scheme, host and port} */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme()) && one.getHost().equalsIgnoreCase(other.getHost()) && port(one) == port(other);
    }

    /** {@return whether {@code host} is this machine by its name alone: nobody between can listen} */
    static boolean isLoopback(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.equals("::1") || isLoopbackAddress(name);
    }

    /** {@return the URL without its query, which may hold secrets} */
    static String shown(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }

    private Answer once(URI uri, Map<String, String> headers, String authorization) throws IOException {
        var request = HttpRequest.newBuilder(uri).timeout(patience).setHeader("User-Agent", "jrunc");
        for (var header : headers.entrySet()) request.setHeader(header.getKey(), header.getValue());
        if (authorization != null) request.setHeader("Authorization", authorization);
        try {
            HttpResponse<InputStream> response = client(uri).send(request.build(), _ -> new BodyStream(patience));
            return new Answer(response.statusCode(), response.headers(), response.body(), uri);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (HttpTimeoutException e) {
            throw new IOException("no answer within " + patience.toSeconds() + " seconds", e);
        } catch (ConnectException e) {
            throw unreachable(uri, e);
        } catch (SSLException e) {
            throw new RegistryException("connect to " + uri.getRawAuthority() + ": " + words(e) + hint(e), e);
        }
    }

    private URI next(URI from, String location) {
        if (location == null || location.isEmpty()) throw new RegistryException("ask " + shown(from) + ": a redirect to nowhere");
        URI to;
        try {
            to = location.length() > MAX_LOCATION ? null : from.resolve(new URI(location));
        } catch (URISyntaxException e) {
            to = null;
        }
        boolean usable = to != null && to.getHost() != null && to.getRawUserInfo() == null && isHttp(to);
        if (!usable) throw new RegistryException("ask " + shown(from) + ": it redirects to what is no web address");
        boolean tls = to.getScheme().equalsIgnoreCase("https");
        if (!tls && from.getScheme().equalsIgnoreCase("https")) throw new RegistryException("ask " + shown(from) + ": it redirects from https to http");
        if (!tls && !plainAllowed && !isLoopback(to.getHost())) throw new RegistryException("ask " + shown(from) + ": it redirects to plain http on another machine");
        return to;
    }

    private static boolean isHttp(URI uri) {
        return uri.getScheme().equalsIgnoreCase("https") || uri.getScheme().equalsIgnoreCase("http");
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) return uri.getPort();
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** Four numbers, the first 127: a name that only starts like that is somebody's host. */
    private static boolean isLoopbackAddress(String name) {
        if (!name.startsWith("127.")) return false;
        int dots = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') dots++;
            else if (c < '0' || c > '9') return false;
        }
        return dots == 3;
    }

    private static RegistryException unreachable(URI uri, ConnectException e) {
        boolean unknown = e.getCause() instanceof UnresolvedAddressException
                || e.getCause() != null && e.getCause().getCause() instanceof UnresolvedAddressException;
        var why = unknown ? "no such host" : e.getMessage() == null ? "connection refused" : e.getMessage();
        return new RegistryException("connect to " + uri.getRawAuthority() + ": " + why, e);
    }

    private static String words(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static String hint(SSLException e) {
        boolean trust = e.getMessage() != null && (e.getMessage().contains("PKIX") || e.getMessage().contains("certificate"));
        return trust ? "; SSL_CERT_FILE may name a file with the certificates to trust" : "";
    }
}
