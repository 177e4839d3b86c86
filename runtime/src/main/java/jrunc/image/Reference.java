package jrunc.image;

import java.util.Locale;
import jrunc.linux.UsageException;

/**
 * Which image in which registry: {@code registry://host[:port]/name[:tag][@digest]}, by the grammar of the
 * <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests">distribution spec</a>.
 *
 * @param host   a name in lower case, an IPv4 address, or an IPv6 address without its brackets
 * @param port   1 to 65535; 0 for the scheme's own
 * @param name   the repository: lower case, parts divided by slashes
 * @param tag    null where only a digest is given; {@code latest} where nothing is
 * @param digest null for whatever the tag names
 */
public record Reference(String host, int port, String name, String tag, Digest digest) {
    /** What an argument starts with that names an image in a registry. */
    public static final String SCHEME = "registry://";

    private static final int MAX_NAME = 255;
    private static final int MAX_TAG = 128;

    /**
     * Reads what a user wrote.
     *
     * @throws UsageException with what is wrong with {@code text}
     */
    public static Reference parse(String text) {
        if (!text.startsWith(SCHEME)) throw wrong(text, "it does not start with " + SCHEME);
        var rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        if (slash < 0) throw wrong(text, "no name of an image after the host; write " + SCHEME + "HOST[:PORT]/NAME[:TAG][@DIGEST]");
        var authority = rest.substring(0, slash);
        if (authority.indexOf('@') >= 0) throw wrong("a reference", "credentials do not belong there; they are read from docker's config.json");
        int portColon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        var host = host(text, portColon < 0 ? authority : authority.substring(0, portColon));
        int port = portColon < 0 ? 0 : port(text, authority.substring(portColon + 1));

        var path = rest.substring(slash + 1);
        int at = path.indexOf('@');
        var digest = at < 0 ? null : digest(text, path.substring(at + 1));
        if (at >= 0) path = path.substring(0, at);
        int colon = path.indexOf(':');
        var tag = colon < 0 ? null : tag(text, path.substring(colon + 1));
        var name = name(text, colon < 0 ? path : path.substring(0, colon), host.length());
        return new Reference(host, port, name, tag == null && digest == null ? "latest" : tag, digest);
    }

    /** {@return host and port as in a URL: {@code 127.0.0.1:5000}, {@code [::1]:5000}, {@code images.test}} */
    public String authority() {
        var shown = host.indexOf(':') >= 0 ? '[' + host + ']' : host;
        return port == 0 ? shown : shown + ':' + port;
    }

    /** {@return what a registry is asked for: the digest, else the tag} */
    public String wanted() {
        return digest != null ? digest.toString() : tag;
    }

    /** {@return the reference as people name it, without the scheme} */
    @Override
    public String toString() {
        return authority() + '/' + name + (tag == null ? "" : ':' + tag) + (digest == null ? "" : "@" + digest);
    }

    private static String host(String text, String host) {
        if (host.isEmpty()) throw wrong(text, "no host");
        if (host.startsWith("[")) return address(text, host);
        int start = 0;
        for (int i = 0; i <= host.length(); i++) {
            if (i < host.length() && host.charAt(i) != '.') continue;
            if (i == start || i - start > 63 || host.charAt(start) == '-' || host.charAt(i - 1) == '-') throw wrong(text, "the host is no name of a host");
            for (int k = start; k < i; k++) {
                char c = host.charAt(k);
                if (!isDigit(c) && !isLower(c) && !isUpper(c) && c != '-') throw wrong(text, "the host may have letters, digits, '-' and '.'");
            }
            start = i + 1;
        }
        return host.toLowerCase(Locale.ROOT);
    }

    /** An IPv6 address: hexadecimal digits and colons; that they make one is for the connection to find out. */
    private static String address(String text, String bracketed) {
        boolean closed = bracketed.endsWith("]") && bracketed.length() > 4;
        for (int i = 1; closed && i < bracketed.length() - 1; i++) {
            char c = bracketed.charAt(i);
            closed = isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':';
        }
        if (!closed || bracketed.indexOf(':') < 0) throw wrong(text, "the host in brackets is no IPv6 address");
        return bracketed.substring(1, bracketed.length() - 1);
    }

    private static int port(String text, String digits) {
        int port = 0;
        for (int i = 0; i < digits.length() && port <= 65535; i++) port = isDigit(digits.charAt(i)) ? port * 10 + digits.charAt(i) - '0' : 65536;
        if (port < 1 || port > 65535) throw wrong(text, "the port is no number from 1 to 65535");
        return port;
    }

    /** {@code part ('/' part)*}, a part being words of a-z and 0-9 with one of {@code . _ __ -...} between them. */
    private static String name(String text, String name, int hostLength) {
        if (name.isEmpty()) throw wrong(text, "no name of an image after the host");
        if (name.length() + hostLength + 1 > MAX_NAME) throw wrong(text, "host and name are longer than " + MAX_NAME + " characters");
        int i = 0;
        while (true) {
            int word = i;
            while (i < name.length() && (isLower(name.charAt(i)) || isDigit(name.charAt(i)))) i++;
            if (i == word) throw wrong(text, nameHint(name, i));
            if (i == name.length()) return name;
            i = afterSeparator(name, i);
            if (i < 0) throw wrong(text, nameHint(name, -i - 1));
        }
    }

    /** Where the next word starts; {@code -i - 1} if at {@code i} stands no separator. */
    private static int afterSeparator(String name, int i) {
        char c = name.charAt(i);
        if (c == '/' || c == '.') return i + 1;
        if (c == '_') return name.startsWith("__", i) ? i + 2 : i + 1;
        if (c != '-') return -i - 1;
        int end = i;
        while (end < name.length() && name.charAt(end) == '-') end++;
        return end;
    }

    private static String nameHint(String name, int at) {
        if (at < name.length() && isUpper(name.charAt(at))) return "the name of an image has no capital letters";
        return "the name of an image is words of a-z and 0-9, with one of '.', '_', '__', '-' or '/' between two";
    }

    private static String tag(String text, String tag) {
        boolean sound = !tag.isEmpty() && tag.length() <= MAX_TAG && tag.charAt(0) != '.' && tag.charAt(0) != '-';
        for (int i = 0; sound && i < tag.length(); i++) {
            char c = tag.charAt(i);
            sound = isDigit(c) || isLower(c) || isUpper(c) || c == '_' || c == '.' || c == '-';
        }
        if (!sound) throw wrong(text, "a tag is 1 to " + MAX_TAG + " letters, digits, '_', '.', '-', and starts with none of the last two");
        return tag;
    }

    private static Digest digest(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (InvalidImageException e) {
            throw wrong(text, "the digest is not sha256: and 64, or sha512: and 128, lower-case hexadecimal digits");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static UsageException wrong(String text, String why) {
        return new UsageException(text + ": " + why);
    }
}
