package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that speaks TLS, with a certificate that is believed only where SSL_CERT_FILE says so. */
class RegistryTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir static Path keys;
    @TempDir Path directory;
    private FakeRegistry registry;
    private Pulling pulling;
    private final FakeImage image = FakeImage.of(50_000);

    @BeforeAll static void makeCertificates() throws Exception {
        makeCertificate("here", "ip:127.0.0.1");
        makeCertificate("elsewhere", "dns:elsewhere.test");
    }

    private static void makeCertificate(String name, String host) throws Exception {
        var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=" + name,
                "-ext", "san=" + host, "-validity", "2", "-storetype", "PKCS12", "-keystore", keys.resolve(name + ".p12").toString(), "-storepass", new String(PASSWORD))
                .redirectErrorStream(true).redirectOutput(keys.resolve(name + ".log").toFile()).start();
        assertTrue(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0, Files.readString(keys.resolve(name + ".log")));
        var bytes = Base64.getMimeEncoder().encodeToString(store(name).getCertificate("a").getEncoded());
        Files.writeString(keys.resolve(name + ".pem"), "-----BEGIN CERTIFICATE-----\n" + bytes + "\n-----END CERTIFICATE-----\n");
    }

    private static KeyStore store(String name) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(keys.resolve(name + ".p12").toFile(), PASSWORD);
    }

    private static ServerSocket listen(String name) throws IOException, GeneralSecurityException {
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store(name), PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @BeforeEach void begin() throws Exception {
        registry = new FakeRegistry(listen("here"), "https");
        pulling = new Pulling(directory.resolve("images"));
        image.into(registry, "app", "1");
    }

    @AfterEach void end() {
        registry.close();
    }

    private void trust(String name) {
        pulling.environment.put("SSL_CERT_FILE", keys.resolve(name + ".pem").toString());
    }

    @Test void a_certificate_that_is_trusted_lets_the_image_come() throws IOException {
        trust("here");
        pulling.pull(registry.image("app:1"));
        pulling.assertHas(image, registry.image("app:1").toString());
    }

    @Test void what_is_fast_here_is_offered_first() throws GeneralSecurityException {
        var offered = Trust.parameters(SSLContext.getDefault()).getCipherSuites();
        assertTrue(offered[0].contains("CHACHA20"), offered[0]);
        assertEquals(Set.of(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()), Set.of(offered));
    }

    @Test void an_unknown_certificate_is_refused() {
        pulling.refused(RegistryException.class, registry.image("app:1"), "connect to 127.0.0.1:" + registry.port(), "SSL_CERT_FILE");
        trust("elsewhere");
        pulling.refused(RegistryException.class, registry.image("app:1"), "connect to 127.0.0.1:" + registry.port());
        assertEquals(0, registry.requests().size());
    }

    @Test void a_certificate_for_another_host_is_refused() throws Exception {
        try (var other = new FakeRegistry(listen("elsewhere"), "https")) {
            trust("elsewhere");
            pulling.refused(RegistryException.class, other.image("app:1"), "connect to 127.0.0.1:" + other.port());
            assertEquals(0, other.requests().size());
        }
    }

    @Test void tls_does_not_lead_to_plain_text() throws IOException {
        trust("here");
        try (var plain = new FakeRegistry()) {
            registry.on("/v2/app/manifests/1", (_, wire) -> wire.whole("307 Temporary Redirect", new byte[0], "Location: " + plain.url("/x")));
            pulling.refused(RegistryException.class, registry.image("app:1"), "redirects from https to http");
            registry.on("/v2/app/manifests/1", (_, wire) -> wire.whole("401 Unauthorized", new byte[0], "WWW-Authenticate: Bearer realm=\"" + plain.url("/token") + "\""));
            pulling.refused(RegistryException.class, registry.image("app:1"), "asked by https, but sends for a token to http");
            assertEquals(0, plain.requests().size());
        }
    }

    /** A proxy that leads everybody to the one registry. */
    private static ServerSocket proxyTo(FakeRegistry registry, List<String> asked) throws IOException {
        var proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try {
                    var client = proxy.accept();
                    var line = new StringBuilder();
                    while (line.indexOf("\r\n\r\n") < 0) line.append((char) client.getInputStream().read());
                    asked.add(line.substring(0, line.indexOf("\r\n")));
                    var server = new Socket(InetAddress.getLoopbackAddress(), registry.port());
                    client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    copy(client, server);
                    copy(server, client);
                } catch (IOException e) {
                    return;     // closed
                }
            }
        });
        return proxy;
    }

    private static void copy(Socket from, Socket to) {
        Thread.ofPlatform().daemon().start(() -> {
            try (from; to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // one of them has hung up
            }
        });
    }

    @Test void a_proxy_is_asked_for_a_way_and_tls_goes_through_it() throws Exception {
        var asked = Collections.synchronizedList(new ArrayList<String>());
        try (var elsewhere = new FakeRegistry(listen("elsewhere"), "https"); var proxy = proxyTo(elsewhere, asked)) {
            image.into(elsewhere, "app", "1");
            trust("elsewhere");
            var reference = Reference.parse("registry://elsewhere.test/app:1");
            pulling.environment.put("HTTPS_PROXY", "http://127.0.0.1:" + proxy.getLocalPort());
            pulling.pull(reference);
            pulling.assertHas(image, reference.toString());
            assertEquals(Set.of("CONNECT elsewhere.test:443 HTTP/1.1"), Set.copyOf(asked));
            pulling.environment.put("no_proxy", "other.test, .test");
            pulling.refused(RegistryException.class, reference, "connect to elsewhere.test");
            pulling.environment.put("no_proxy", "elsewhere.test:5000,where.test");
            pulling.pull(reference);
            trust("here");
            pulling.environment.put("HTTP_PROXY", "127.0.0.1:1");
            pulling.pull(registry.image("app:1")); // is on this machine
            trust("elsewhere");
            for (var refused : List.of("http://me:secret@127.0.0.1:1", "socks5://127.0.0.1:1", "http://[", "https://127.0.0.1:1")) {
                pulling.environment.put("HTTPS_PROXY", refused);
                var message = pulling.refused(RegistryException.class, reference, "HTTPS_PROXY").getMessage();
                assertTrue(!message.contains("secret"), message);
            }
        }
    }

    @Test void a_registry_elsewhere_is_asked_by_tls_only() throws IOException {
        try (var plain = new FakeRegistry(new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0")), "http")) {
            image.into(plain, "app", "1");
            pulling.refused(RegistryException.class, Reference.parse("registry://0.0.0.0:" + plain.port() + "/app:1"), "connect to 0.0.0.0:" + plain.port());
            assertEquals(0, plain.requests().size());
        }
    }

    @Test void a_file_without_certificates_is_said() throws IOException {
        var empty = Files.write(directory.resolve("none.pem"), "nothing\n".getBytes(StandardCharsets.US_ASCII));
        pulling.environment.put("SSL_CERT_FILE", empty.toString());
        pulling.refused(RegistryException.class, registry.image("app:1"), "read the certificates in " + empty);
        pulling.environment.put("SSL_CERT_FILE", directory.resolve("missing").toString());
        pulling.refused(RegistryException.class, registry.image("app:1"), "read the certificates in " + directory.resolve("missing"));
    }
}
