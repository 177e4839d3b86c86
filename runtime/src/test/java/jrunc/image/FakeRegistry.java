package jrunc.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A registry on 127.0.0.1 that can be made to misbehave: it writes the bytes of HTTP/1.1 itself, one answer for each connection, so a test
 * may say what no well-made server would.
 */
final class FakeRegistry implements AutoCloseable {
    /** What came in. Names of headers are in lower case. */
    record Request(String path, String query, Map<String, String> headers) {
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Where an answer is written. */
    interface Answering {
        void to(Request request, Wire wire) throws IOException;
    }

    /** The way back to who asked. */
    final class Wire {
        private final OutputStream out;

        private Wire(OutputStream out) {
            this.out = out;
        }

        /** Writes status line and headers: {@code "200 OK", "Content-Type: x", ...}. */
        Wire head(String status, String... headers) throws IOException {
            out.write(("HTTP/1.1 " + status + "\r\nConnection: close\r\n" + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Wire body(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            out.flush();
            bodyBytes.addAndGet(length);
            return this;
        }

        /** Writes all of an answer. */
        void whole(String status, byte[] body, String... headers) throws IOException {
            var all = new ArrayList<>(List.of(headers));
            all.add("Content-Length: " + body.length);
            head(status, all.toArray(String[]::new)).body(body, 0, body.length);
        }
    }

    private final ServerSocket server;
    private final Map<String, Answering> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong bodyBytes = new AtomicLong();
    private final String scheme;

    FakeRegistry() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "http");
    }

    FakeRegistry(ServerSocket server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        Thread.ofPlatform().daemon().name("registry").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    String url(String path) {
        return scheme + "://127.0.0.1:" + port() + path;
    }

    Reference image(String rest) {
        return Reference.parse("registry://127.0.0.1:" + port() + "/" + rest);
    }

    /** {@return all requests so far, but for those that only ask which protocol is spoken} */
    List<Request> requests() {
        synchronized (requests) {
            return requests.stream().filter(r -> !r.path.equals("/v2/")).toList();
        }
    }

    List<Request> requests(String path) {
        return requests().stream().filter(r -> r.path.equals(path)).toList();
    }

    /** {@return how many bytes of bodies were written} */
    long bodyBytes() {
        return bodyBytes.get();
    }

    /** Answers requests for {@code path} so. */
    FakeRegistry on(String path, Answering answer) {
        answers.put(path, answer);
        return this;
    }

    /** {@return how {@code path} is answered now} */
    Answering now(String path) {
        return answers.get(path);
    }

    /** Gives out {@code bytes} below {@code path}, or the part that is asked for. */
    FakeRegistry content(String path, byte[] bytes, String... headers) {
        return on(path, (request, wire) -> {
            int from = start(request);
            if (from > 0 && from >= bytes.length) {
                wire.whole("416 Range Not Satisfiable", new byte[0]);
                return;
            }
            var all = new ArrayList<>(List.of(headers));
            all.add("Content-Length: " + (bytes.length - from));
            if (from > 0) all.add("Content-Range: bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
            wire.head(from > 0 ? "206 Partial Content" : "200 OK", all.toArray(String[]::new)).body(bytes, from, bytes.length - from);
        });
    }

    /** {@return the first byte of the range that is asked for} */
    static int start(Request request) {
        var range = request.header("Range");
        return range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (open) {
                for (var socket : open) socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().name("registry-answer").start(() -> serve(socket));
            } catch (IOException e) {
                return;     // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var request = read(in);
            if (request == null) return;
            requests.add(request);
            var answer = answers.get(request.path);
            var wire = new Wire(socket.getOutputStream());
            if (answer != null) answer.to(request, wire);
            else if (request.path.equals("/v2/")) wire.whole("200 OK", new byte[0]);
            else wire.whole("404 Not Found", "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"who?\"}]}".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // who asked has hung up
        }
    }

    private static Request read(InputStream in) throws IOException {
        var first = line(in);
        if (!first.startsWith("GET ")) return null;
        var target = first.split(" ")[1];
        var headers = new TreeMap<String, String>();
        for (String line; !(line = line(in)).isEmpty();) {
            headers.put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT), line.substring(line.indexOf(':') + 1).trim());
        }
        int mark = target.indexOf('?');
        return new Request(mark < 0 ? target : target.substring(0, mark), mark < 0 ? "" : target.substring(mark + 1), headers);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c; (c = in.read()) >= 0 && c != '\n';) {
            if (c != '\r') line.append((char) c);
        }
        return line.toString();
    }
}
