package jrunc.plan;

import static jrunc.linux.Errno.EMSGSIZE;
import static jrunc.linux.Errno.ENOMSG;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Sockets of the host on which others wait for what jrunc has for them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
final class UnixSocket {
    /** How many bytes a path may have in {@code struct sockaddr_un}, without the NUL. */
    static final int LONGEST_PATH = 107;
    static final Operand.Imm AF_UNIX = named(1, "AF_UNIX");
    static final Operand.Imm STREAM = named(1 | 02000000, "SOCK_STREAM|SOCK_CLOEXEC");
    private static final Operand.Imm MSG_NOSIGNAL = named(0x4000, "MSG_NOSIGNAL");
    private static final Operand.Imm MSG_CMSG_CLOEXEC = named(0x40000000, "MSG_CMSG_CLOEXEC");
    private static final Operand.Imm SCM_RIGHTS = named(1 | 1L << 32, "SOL_SOCKET|SCM_RIGHTS<<32");
    private static final int CMSG_LENGTH = 20;
    private static final int CMSG_SPACE = 24;
    private static final int MSGHDR_SIZE = 56;
    private static final int LONGEST_TEXT = 64;

    private UnixSocket() {}

    /** Connects {@code fd} to {@code whom}, who listens at {@code path}. */
    static void connect(String whom, String path, Operand fd, Recorder tape) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        tape.attempt("connect to " + whom + " " + path, t -> {
            t.call(Sys.SOCKET, AF_UNIX, STREAM, imm(0)).into(fd);
            t.call(Sys.CONNECT, fd, address(path, 2 + LONGEST_PATH + 1), imm(2 + bytes.length + 1));
        });
    }

    /** {@return the address of a {@code struct sockaddr_un}, in so many bytes} */
    static Operand.Bytes address(String path, int size) {
        var address = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putShort((short) AF_UNIX.value());
        return new Operand.Bytes(address.put(path.getBytes(StandardCharsets.UTF_8)).array(), "{AF_UNIX, \"" + path + "\"}");
    }

    /** Sends one message with one descriptor; an end that is gone is an error, no SIGPIPE. */
    static void send(Operand socket, Operand text, Operand length, Operand descriptor, Recorder t) {
        // struct msghdr, with one iovec and one control message
        var message = words(NULL, imm(0), words(text, length), imm(1), words(imm(CMSG_LENGTH), SCM_RIGHTS, descriptor), imm(CMSG_SPACE), imm(0));
        var sent = t.call(Sys.SENDMSG, socket, message, MSG_NOSIGNAL);
        t.expect(sent, -1, length, EMSGSIZE);
    }

    /** Receives one message with one descriptor, which becomes {@code descriptor}; what the message says is passed over. */
    static void receive(Operand socket, Operand.Word descriptor, Recorder t) {
        var control = t.block(CMSG_SPACE);
        var message = t.block(MSGHDR_SIZE); // the kernel writes into it
        t.set(message.word(2), words(t.block(LONGEST_TEXT).address(), imm(LONGEST_TEXT)));
        t.set(message.word(3), imm(1));
        t.set(message.word(4), control.address());
        t.set(message.word(5), imm(CMSG_SPACE));
        t.call(Sys.RECVMSG, socket, message.address(), MSG_CMSG_CLOEXEC).tries(255);
        t.expect(control.word(0), -1, imm(CMSG_LENGTH), ENOMSG);
        t.expect(control.word(1), -1, SCM_RIGHTS, ENOMSG);
        t.low(control.word(2)).into(descriptor);
    }

    /** Sends bytes alone. */
    static void send(Operand socket, Operand bytes, Operand length, Recorder t) {
        var sent = t.call(Sys.SENDMSG, socket, words(NULL, imm(0), words(bytes, length), imm(1), NULL, imm(0), imm(0)), MSG_NOSIGNAL).tries(255);
        t.expect(sent, -1, length, EMSGSIZE);
    }

    /** Tells who asked for it which process it is, in runc's words: {@code standard} for a container's first, {@code setns} for an exec's. */
    static void sendPidfd(Operand.Word socket, String kind, Operand pidfd, Recorder tape) {
        tape.attempt("send the pidfd to the pidfd socket", t -> {
            send(socket, text(kind), length(kind), pidfd, t);
            MachineProcess.leave(t, socket);
        });
    }

    /** {@return whether {@code path} is too long for an address} */
    static boolean isTooLong(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH;
    }
}
