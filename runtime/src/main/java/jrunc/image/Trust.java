package jrunc.image;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whose certificates are believed: those in the file that {@code SSL_CERT_FILE} names, else those that this machine's administrator
 * trusts, where distributions keep them, else those that came with the JDK. The same order as of programs in Go, so a registry
 * that skopeo and podman believe is believed here.
 */
final class Trust {
    /** The variable that names a file of certificates in PEM. */
    static final String FILE = "SSL_CERT_FILE";

    private static final List<String> BUNDLES = List.of(
            "/etc/ssl/certs/ca-certificates.crt",       // Debian, Ubuntu, Arch, Alpine
            "/etc/pki/tls/certs/ca-bundle.crt",         // Fedora, RHEL
            "/etc/ssl/ca-bundle.pem",                   // openSUSE
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem");

    private Trust() {}

    /**
     * {@return what TLS is made with}
     *
     * @param named what {@code SSL_CERT_FILE} says
     * @throws RegistryException if the file cannot be read
     */
    static SSLContext context(Optional<String> named) {
        var file = named.isPresent() ? Path.of(named.get()) : bundle();
        try {
            if (file == null) return SSLContext.getDefault();
            var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(certificates(file));
            var context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new RegistryException("read the certificates in " + (file == null ? "the JDK" : file) + ": " + e.getMessage(), e);
        }
    }

    /** {@return a context that believes no certificate at all, for a client that speaks no TLS but must be given one} */
    static SSLContext ofNobody() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks what every JVM must have", e);
        }
    }

    /**
     * {@return the usual parameters, but ChaCha20 before AES} A JVM that has just started does without the processor's instructions for AES
     * and its Galois mode, and is then twice as slow with them as with what is made of additions; servers that have a choice leave it to the
     * client.
     */
    static SSLParameters parameters(SSLContext context) {
        var parameters = context.getDefaultSSLParameters();
        var suites = new ArrayList<String>();
        for (var suite : parameters.getCipherSuites()) {
            if (suite.contains("CHACHA20")) suites.add(suite);
        }
        for (var suite : parameters.getCipherSuites()) {
            if (!suite.contains("CHACHA20")) suites.add(suite);
        }
        parameters.setCipherSuites(suites.toArray(String[]::new));
        return parameters;
    }

    private static Path bundle() {
        for (var path : BUNDLES) {
            var file = Path.of(path);
            if (Files.isReadable(file)) return file;
        }
        return null;
    }

    private static KeyStore certificates(Path file) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = new BufferedInputStream(new FileInputStream(file.toFile()))) {
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
            if (number == 0) throw new IOException("no certificate in it");
        }
        return store;
    }
}
