package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jrunc.dbus.Inbox;
import jrunc.dbus.Message;
import jrunc.dbus.Message.Kind;
import jrunc.dbus.Variant;

/**
 * A bus with a systemd behind it, as far as jrunc speaks with them, on a socket of its own: it says what a test wants it to say and, for
 * scopes, makes and removes their cgroups below one of the test's. What was asked of it is kept.
 */
final class FakeSystemd implements AutoCloseable {
    /** What was asked, in order: the member, and for units their name. */
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    /** What a job ends with. */
    volatile String result = "done";
    /** How many times a unit is said to exist already. */
    volatile int existing;
    /** The member that is answered with an error, or not at all, or by hanging up. */
    volatile String refuses = "";
    volatile String ignores = "";
    volatile String hangsUpAt = "";
    /** What is answered to who one is. */
    volatile String believes = "OK 0123456789abcdef0123456789abcdef";
    private final Thread listener;
    private final ServerSocketChannel socket;
    private final Path socketFile;
    private final Path cgroup;
    private long serial;

    /** @param cgroup the directory below which units are, or null if none are to be made */
    FakeSystemd(Path socketFile, Path cgroup) throws IOException {
        this.socketFile = socketFile;
        this.cgroup = cgroup;
        socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socketFile));
        listener = Thread.ofPlatform().daemon().start(this::listen);
    }

    /** {@return a caller whose bus this is} */
    Caller caller() {
        var real = new ThisProcess();
        return new Caller() {
            @Override public String directory() {
                return real.directory();
            }

            @Override public Optional<String> variable(String name) {
                return name.startsWith("DBUS_") ? Optional.of("unix:path=" + socketFile) : real.variable(name);
            }

            @Override public long uid() {
                return real.uid();
            }

            @Override public long gid() {
                return real.gid();
            }

            @Override public long pid() {
                return real.pid();
            }

            @Override public boolean inUserNamespace() {
                return real.inUserNamespace();
            }
        };
    }

    private void listen() {
        while (true) {
            try (var peer = socket.accept()) {
                serve(peer);
            } catch (IOException | UncheckedIOException e) {
                if (!socket.isOpen()) return;
                assertFalse(e.getMessage().isEmpty()); // a client that has gone away in the middle
            }
        }
    }

    private void serve(SocketChannel peer) throws IOException {
        var inbox = new Inbox();
        boolean begun = false;
        var buffer = ByteBuffer.allocate(100); // so that messages come in pieces
        while (true) {
            if (!begun) {
                String line = inbox.line();
                if (line != null && line.equals("DATA")) peer.write(ByteBuffer.wrap(("DATA\r\n" + believes + "\r\n").getBytes(StandardCharsets.US_ASCII)));
                begun = line != null && line.equals("BEGIN");
                if (line != null) continue;
            }
            var message = begun ? inbox.message() : null;
            if (message != null && !answer(message, peer)) return;
            if (message != null) continue;
            buffer.clear();
            if (peer.read(buffer) < 0) return;
            inbox.add(buffer.array(), buffer.position());
        }
    }

    private boolean answer(Message call, SocketChannel peer) throws IOException {
        boolean unit = call.member().endsWith("Unit") || call.member().endsWith("UnitProperties");
        asked.add(call.member() + (unit ? " " + call.text(0) : ""));
        if (call.member().equals(hangsUpAt)) return false;
        if (call.member().equals(ignores)) return true;
        if (call.member().equals(refuses)) {
            send(peer, error(call, "org.freedesktop.DBus.Error.AccessDenied", "Access denied."));
            return true;
        }
        switch (call.member()) {
            case "Get" -> send(peer, reply(call, "v", new Variant("s", call.text(1).equals("Version") ? "252.1-test" : cgroup == null ? "/" : "/" + cgroup.getFileName())));
            case "StartTransientUnit" -> start(call, peer);
            case "StopUnit" -> stop(call, peer);
            default -> send(peer, reply(call, ""));
        }
        return true;
    }

    private void start(Message call, SocketChannel peer) throws IOException {
        if (existing > 0) {
            existing--;
            send(peer, error(call, "org.freedesktop.systemd1.UnitExists", "Unit " + call.text(0) + " already exists."));
            return;
        }
        if (cgroup != null && result.equals("done")) {
            var directory = Files.createDirectories(unit(call.text(0)));
            for (var property : (List<?>) call.body().get(2)) {
                var pair = (List<?>) property;
                if (pair.get(0).equals("PIDs")) Files.writeString(directory.resolve("cgroup.procs"), ((List<?>) ((Variant) pair.get(1)).value()).get(0).toString());
            }
        }
        end(call, peer, true);
    }

    private Path unit(String name) {
        return cgroup.resolve("system.slice").resolve(name);
    }

    private void stop(Message call, SocketChannel peer) throws IOException {
        if (cgroup == null || !Files.isDirectory(unit(call.text(0)))) {
            send(peer, error(call, "org.freedesktop.systemd1.NoSuchUnit", "Unit " + call.text(0) + " not loaded."));
            return;
        }
        Files.writeString(unit(call.text(0)).resolve("cgroup.kill"), "1");
        while (Files.readString(unit(call.text(0)).resolve("cgroup.events")).startsWith("populated 1")) Thread.onSpinWait();
        try (var directories = Files.walk(unit(call.text(0)))) {
            for (var each : directories.filter(Files::isDirectory).toList().reversed()) Files.delete(each);
        }
        end(call, peer, false);
    }

    /** The news of the job's end comes after the reply or, as it may, before. */
    private void end(Message call, SocketChannel peer, boolean early) throws IOException {
        var news = new Message(Kind.SIGNAL, ++serial, 0, "", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "JobRemoved", "", "uoss",
                List.of(5L, "/org/freedesktop/systemd1/job/5", call.text(0), early ? result : "done"));
        if (early) send(peer, news);
        send(peer, reply(call, "o", "/org/freedesktop/systemd1/job/5"));
        if (!early) send(peer, news);
    }

    private Message reply(Message call, String signature, Object... body) {
        return new Message(Kind.REPLY, ++serial, call.serial(), "", "", "", "", "", signature, List.of(body));
    }

    private Message error(Message call, String name, String words) {
        return new Message(Kind.ERROR, ++serial, call.serial(), "", "", "", "", name, "s", List.of(words));
    }

    private static void send(SocketChannel peer, Message message) throws IOException {
        peer.write(ByteBuffer.wrap(message.bytes()));
    }

    /** Who blocks in accept keeps the socket open a little longer, and one more caller could get in. */
    @Override public void close() throws IOException {
        socket.close();
        try {
            listener.join(300); // it may still be answering somebody
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
