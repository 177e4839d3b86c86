package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.dbus.Address;
import jrunc.dbus.Message;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The tapes of a conversation over D-Bus: one connects and says the first words, one says more, one listens. Whether enough has been
 * heard whoever plays them decides. The JDK's own sockets would do as well, but for abstract names, but what they say to systemd changes the
 * host, and no listing would show it; and the socket is the front's, so that no JVM has to link anything to make it.
 *
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol">D-Bus specification, Authentication Protocol</a>
 */
public final class Bus {
    private static final String SECTION = "systemd, over D-Bus";
    /** Who one is the kernel tells the bus; all is said at once, for a bus reads one word after another. */
    private static final String WHO = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int BUFFER = 4096;
    private static final long NANOSECONDS = 1_000_000;

    private Bus() {}

    /** @param socket the connection, once the tape has played */
    public record Connecting(Tape tape, Operand.Word socket) {}

    /** {@return the tape that connects, says who one is and what is to be asked first} */
    public static Connecting connect(Host host, Address address, String attempt, List<Message> first) {
        var tape = new Recorder(host.arch());
        var socket = tape.variable(-1);
        tape.section(SECTION);
        byte[] where = address.bytes();
        tape.attempt("connect to " + address.shown(), t -> {
            t.call(Sys.SOCKET, named(1, "AF_UNIX"), named(SOCK_STREAM | SOCK_CLOEXEC, "SOCK_STREAM|SOCK_CLOEXEC"), imm(0)).into(socket);
            t.call(Sys.CONNECT, socket, new Operand.Bytes(where, "{AF_UNIX, \"" + address.shown() + "\"}"), imm(where.length)).tries(255);
        });
        tape.attempt(attempt, t -> send(socket, WHO, first, t));
        tape.cleanUp(t -> t.attempt("close the connection", u -> u.close(socket)));
        return new Connecting(tape.finish(), socket);
    }

    /** {@return the tape that says these} */
    public static Tape say(Host host, long socket, String attempt, List<Message> messages) {
        var tape = new Recorder(host.arch());
        tape.section(SECTION);
        tape.attempt(attempt, t -> send(imm(socket), "", messages, t));
        return tape.finish();
    }

    private static void send(Operand socket, String before, List<Message> messages, Recorder t) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        var shown = new StringBuilder(before.isEmpty() ? "<" : "<AUTH EXTERNAL, DATA, BEGIN");
        for (var message : messages) {
            shown.append(shown.length() == 1 ? "" : ", ").append(message.shown());
            bytes.writeBytes(message.bytes());
        }
        UnixSocket.send(socket, new Operand.Bytes(bytes.toByteArray(), shown.append('>').toString()), imm(bytes.size()), t);
    }

    /**
     * One answer, or a part of it, or several.
     *
     * @param count how many bytes have come, 0 if the other side has closed
     * @param bytes they, at its start
     */
    public record Listening(Tape tape, Operand.Word count, Block bytes) {}

    /** {@return the tape that waits so long for something to be said} */
    public static Listening listen(Host host, long socket, String attempt, long milliseconds) {
        var tape = new Recorder(host.arch());
        var count = tape.variable(0);
        var bytes = tape.block(BUFFER);
        tape.section(SECTION);
        tape.attempt(attempt, t -> {
            var time = words(imm(milliseconds / 1000), imm(milliseconds % 1000 * NANOSECONDS));
            var ready = t.call(Sys.PPOLL, Delete.untilReadable(imm(socket), t), imm(1), time, NULL, imm(0)).tries(255);
            t.expect(ready, -1, imm(1), Errno.ETIMEDOUT);
            t.call(Sys.READ, imm(socket), bytes.address(), imm(BUFFER)).tries(255).into(count);
        });
        return new Listening(tape.finish(), count, bytes);
    }

    /** {@return the tape that ends the conversation} */
    public static Tape close(Host host, long socket) {
        var tape = new Recorder(host.arch());
        tape.section(SECTION);
        tape.attempt("close the connection", t -> t.close(imm(socket)));
        return tape.finish();
    }
}
