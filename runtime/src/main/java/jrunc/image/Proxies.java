package jrunc.image;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The proxies that the environment names, as programs in C and Go read it: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}, each in
 * lower case, too. A registry on this machine is never asked through one. A proxy that asks for a password, or speaks TLS or SOCKS, is refused.
 */
final class Proxies extends ProxySelector {
    private static final List<Proxy> NONE = List.of(Proxy.NO_PROXY);
    private static final int DEFAULT_PORT = 80;

    private final Function<String, Optional<String>> variable;

    Proxies(Function<String, Optional<String>> variable) {
        this.variable = variable;
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (Transport.isLoopback(uri.getHost())) return NONE;
        var name = uri.getScheme().equalsIgnoreCase("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
        var value = named(name);
        if (value.isEmpty() || excepted(uri, named("NO_PROXY").orElse(""))) return NONE;
        return List.of(new Proxy(Proxy.Type.HTTP, address(name, value.get())));
    }

    /** Who asked hears of it from the connection itself. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

    private Optional<String> named(String name) {
        var lower = variable.apply(name.toLowerCase(Locale.ROOT));
        return lower.isPresent() ? lower : variable.apply(name);
    }

    /** {@code http://HOST:PORT} or {@code HOST:PORT}; the value is not shown, for it may have a password in it. */
    private static InetSocketAddress address(String name, String value) {
        try {
            var uri = new URI(value.indexOf("://") < 0 ? "http://" + value : value);
            if (uri.getHost() == null) throw new RegistryException("read " + name + ": it is no address of a proxy");
            if (!uri.getScheme().equalsIgnoreCase("http")) throw new RegistryException("read " + name + ": a proxy by " + uri.getScheme() + " is not supported; one by http is");
            if (uri.getRawUserInfo() != null) throw new RegistryException("read " + name + ": a proxy with a password is not supported");
            return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        } catch (URISyntaxException e) {
            throw new RegistryException("read " + name + ": it is no address of a proxy");
        }
    }

    /** {@code *}, or a list of hosts and domains, each perhaps with a port; a domain stands for all hosts in it. */
    private static boolean excepted(URI uri, String list) {
        var host = '.' + uri.getHost().toLowerCase(Locale.ROOT);
        for (var entry : list.toLowerCase(Locale.ROOT).split(",")) {
            var name = entry.trim();
            if (name.isEmpty()) continue;
            if (name.equals("*")) return true;
            int colon = name.lastIndexOf(':');
            if (colon > 0 && name.indexOf(':') == colon) {
                if (!name.substring(colon + 1).equals(Integer.toString(uri.getPort()))) continue;
                name = name.substring(0, colon);
            }
            if (name.startsWith("*")) name = name.substring(1);
            if (host.endsWith(name.startsWith(".") ? name : '.' + name)) return true;
        }
        return false;
    }
}
