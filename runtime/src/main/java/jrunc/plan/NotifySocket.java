package jrunc.plan;

import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import jrunc.host.Host;
import jrunc.linux.AtFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The socket on which a container says that it is ready, in a directory of its own below its state, and what is passed on of it: that
 * line, which process it was, and a barrier, so that jrunc does not end before it was understood. Nothing else that a container may
 * say reaches the host.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>
 */
public final class NotifySocket {
    /** The directory's name in the container's state. */
    public static final String DIRECTORY = "notify";
    static final String NAME = "notify.sock";
    /** The longest message that is looked at, in bytes. */
    static final int LONGEST = 4096;
    private static final int BARRIER_SECONDS = 30;
    private static final Operand.Imm DATAGRAM = named(2 | 02000000, "SOCK_DGRAM|SOCK_CLOEXEC");
    private static final Operand.Imm MSG_DONTWAIT = named(0x40, "MSG_DONTWAIT");

    private NotifySocket() {}

    /** At create: the directory, which the container has as a mount before there is a socket in it. */
    static void makeDirectory(Operand state, Recorder tape) {
        tape.attempt("make the directory of the container's notify socket", t -> t.call(Sys.MKDIRAT, state, text(DIRECTORY), octal(0755)));
    }

    /** {@return where it is, below a container's state directory} */
    public static String directory(String state) {
        return state + "/" + DIRECTORY;
    }

    /** {@return what makes up the directory, in the order in which it can be removed} */
    public static String[] files() {
        return new String[] {DIRECTORY + "/" + NAME, DIRECTORY};
    }

    /** After a failed create. */
    static void removeDirectory(Operand state, Recorder t) {
        t.attempt("remove the directory of the container's notify socket", u -> u
                .call(Sys.UNLINKAT, state, text(DIRECTORY), Operand.flags(AtFlag.AT_REMOVEDIR)).forgive(ENOENT));
    }

    /** At start, before the program runs. The path goes by the directory's descriptor, for an address has little room. */
    static void bind(Operand state, Operand.Word socket, Recorder tape) {
        tape.attempt("listen on the container's notify socket", t -> {
            String file = DIRECTORY + "/" + NAME;
            t.call(Sys.UNLINKAT, state, text(file), imm(0)).forgive(ENOENT); // of a start that failed
            String before = "/proc/self/fd/";
            String path = before + "/".repeat(Recorder.DIGITS) + "/" + file + "\0"; // unused digits are slashes, which the kernel passes over
            var address = t.block(("\1\0" + path).getBytes(StandardCharsets.US_ASCII), "{AF_UNIX, \"" + before + "{}/" + file + "\"}");
            t.own(Call.Own.FORMAT, new Operand.Address(address, 2 + before.length()), state);
            t.call(Sys.SOCKET, UnixSocket.AF_UNIX, DATAGRAM, imm(0)).into(socket);
            t.call(Sys.BIND, socket, address.address(), imm(2 + path.length()));
            t.call(Sys.FCHMODAT, state, text(file), octal(0777)); // the program may be any user
        });
    }

    /**
     * A wait for what the container says.
     *
     * @param text   the message
     * @param length of the message in bytes; not above 0 if the container's process has ended without one
     */
    public record Heard(Tape tape, Block text, Operand.Word length) {}

    /** {@return the tape that waits for one message, or the end of the process} */
    public static Heard listen(Host host, Operand socket, Operand pidfd) {
        var tape = new Recorder(host.arch());
        var message = tape.block(LONGEST);
        var length = tape.variable(0);
        tape.section("runtime.md, Start");
        tape.attempt("wait until the container says that it is ready", t -> {
            var polled = t.block(16);
            Foreground.pollIn(socket, polled.word(0), t);
            Foreground.pollIn(pidfd, polled.word(1), t);
            t.call(Sys.PPOLL, polled.address(), imm(2), NULL, NULL, imm(8)).tries(255);
            receive(socket, message, length, t);
        });
        return new Heard(tape.finish(), message, length);
    }

    /** Takes one message, if there is one. */
    static void receive(Operand socket, Block message, Operand.Word length, Recorder t) {
        t.call(Sys.RECVFROM, socket, message.address(), imm(message.initial().length), MSG_DONTWAIT, NULL, NULL).into(length).forgiveAll();
    }

    /** {@return the line that says it, or null} */
    public static String ready(byte[] message, long length) {
        if (length <= 0) return null;
        for (var line : new String(message, 0, (int) length, StandardCharsets.UTF_8).split("\n")) {
            if (line.startsWith("READY=")) return line;
        }
        return null;
    }

    /**
     * The tape that tells it.
     *
     * @param barrier a descriptor that ends when all was understood
     */
    public record Told(Tape tape, Operand.Word barrier) {}

    /**
     * @param address of {@code NOTIFY_SOCKET}
     * @param ready   the container's own line
     * @param pid     the process to look after from now on
     */
    public static Told tell(Host host, String address, String ready, Operand pid) {
        var tape = new Recorder(host.arch());
        var socket = tape.variable(-1);
        var barrier = tape.variable(-1);
        var other = tape.variable(-1);
        tape.section("runtime.md, Start");
        tape.attempt("tell NOTIFY_SOCKET " + address + " that the container is ready", t -> {
            t.call(Sys.SOCKET, UnixSocket.AF_UNIX, DATAGRAM, imm(0)).into(socket);
            byte[] bytes = address(address);
            t.call(Sys.CONNECT, socket, new Operand.Bytes(bytes, "{AF_UNIX, \"" + address + "\"}"), imm(bytes.length));
            t.call(Sys.WRITE, socket, text(ready + "\n"), Operand.length(ready + "\n"));
            String key = "MAINPID=";
            var line = t.block((key + "\0".repeat(Recorder.DIGITS)).getBytes(StandardCharsets.US_ASCII), "\"" + key + "{}\"");
            var digits = t.own(Call.Own.FORMAT, new Operand.Address(line, key.length()), pid);
            t.call(Sys.WRITE, socket, line.address(), t.own(Call.Own.ADD, digits, imm(key.length())));
        });
        tape.attempt("ask NOTIFY_SOCKET " + address + " whether it has understood", t -> {
            var ends = t.block(8);
            t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC));
            t.low(ends.word(0)).into(barrier);
            t.high(ends.word(0)).into(other);
            UnixSocket.send(socket, text("BARRIER=1"), imm("BARRIER=1".length()), other, t);
            t.close(other, socket);
        });
        tape.cleanUp(t -> t.close(socket, barrier, other));
        return new Told(tape.finish(), barrier);
    }

    /** {@return the tape that waits until the other end is closed; who does not know barriers never does, and is not waited for longer than 30 seconds} */
    public static Tape awaitBarrier(Host host, Operand barrier) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Start");
        tape.attempt("wait until NOTIFY_SOCKET has understood", t -> {
            var polled = t.block(8);
            Foreground.pollIn(barrier, polled.word(0), t);
            t.call(Sys.PPOLL, polled.address(), imm(1), words(imm(BARRIER_SECONDS), imm(0)), NULL, imm(8)).tries(255);
            t.close(barrier);
        });
        return tape.finish();
    }

    private static byte[] address(String address) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {1, 0});
        boolean isName = address.startsWith("@");
        bytes.writeBytes((isName ? "\0" + address.substring(1) : address + "\0").getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }
}
