package jrunc.plan;

import static jrunc.linux.Errno.EMSGSIZE;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
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
    private static final Operand.Imm AF_UNIX = named(1, "AF_UNIX");
    private static final long SOCK_STREAM = 1;
    private static final long SOCK_CLOEXEC = 02000000;
    private static final Operand.Imm MSG_NOSIGNAL = named(0x4000, "MSG_NOSIGNAL");
    private static final Operand.Imm SCM_RIGHTS = named(1 | 1L << 32, "SOL_SOCKET|SCM_RIGHTS<<32");
    private static final int CMSG_LENGTH = 20;
    private static final int CMSG_SPACE = 24;

    private UnixSocket() {}

    /** Connects {@code fd} to {@code whom}, who listens at {@code path}. */
    static void connect(String whom, String path, Operand fd, Recorder tape) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        var address = ByteBuffer.allocate(2 + LONGEST_PATH + 1).order(ByteOrder.LITTLE_ENDIAN).putShort((short) AF_UNIX.value()).put(bytes);
        tape.attempt("connect to " + whom + " " + path, t -> {
            t.call(Sys.SOCKET, AF_UNIX, named(SOCK_STREAM | SOCK_CLOEXEC, "SOCK_STREAM|SOCK_CLOEXEC"), imm(0)).into(fd);
            t.call(Sys.CONNECT, fd, new Operand.Bytes(address.array(), "{AF_UNIX, \"" + path + "\"}"), imm(2 + bytes.length + 1));
        });
    }

    /** Sends one message with one descriptor; an end that is gone is an error, no SIGPIPE. */
    static void send(Operand socket, Operand text, Operand length, Operand descriptor, Recorder t) {
        // struct msghdr, with one iovec and one control message
        var message = words(NULL, imm(0), words(text, length), imm(1), words(imm(CMSG_LENGTH), SCM_RIGHTS, descriptor), imm(CMSG_SPACE), imm(0));
        var sent = t.call(Sys.SENDMSG, socket, message, MSG_NOSIGNAL);
        t.expect(sent, -1, length, EMSGSIZE);
    }

    /** {@return whether {@code path} is too long for an address} */
    static boolean isTooLong(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH;
    }
}
