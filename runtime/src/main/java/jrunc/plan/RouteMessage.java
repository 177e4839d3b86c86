package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jrunc.host.NetworkDevice;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Requests of rtnetlink as cells: one write, one read, and a look at the answer.
 * <pre>
 *  0        4      6       8     12     16       18    20      24      28
 *  +--------+------+-------+-----+------+--------+-----+-------+-------+--------+------------
 *  | length | type | flags | seq | port | family | ... | index | flags | change | attributes     struct ifinfomsg
 *  +--------+------+-------+-----+------+--------+-----+-------+-------+--------+------------
 *                                       | family, prefix, flags, scope | index | attributes      struct ifaddrmsg, index at 20
 * </pre>
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
final class RouteMessage {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_CREATE_EXCL = 0x600;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int INDEX = 20;
    private static final int AFTER_INDEX = 24;
    private static final int LINK_SIZE = 32;
    private static final int ADDRESS_SIZE = 24;
    private static final int ANSWER = 64;
    private static final long NLMSG_ERROR = 2L << 32;
    private static final long IFF_UP = 1;

    private RouteMessage() {}

    /** Puts the index of a device into {@code index}, which stays as it is if there is none. */
    static void find(Operand socket, String name, Operand index, Recorder t) {
        var request = request(RTM_GETLINK, NLM_F_REQUEST, LINK_SIZE, attribute(IFLA_IFNAME, name));
        var answer = ask(socket, new Operand.Bytes(request, "{RTM_GETLINK, " + name + "}"), request.length, t);
        t.when(answer.word(0), 0xFFFFL << 32, named(NLMSG_ERROR, "NLMSG_ERROR"), u -> check(answer, u));
        t.unless(answer.word(0), 0xFFFFL << 32, named(NLMSG_ERROR, "NLMSG_ERROR"),
                u -> u.high(answer.word(2)).into(index));
    }

    /** Fails with EEXIST if a device of this name is there already. */
    static void isFree(Operand socket, String name, Recorder t) {
        var request = request(RTM_GETLINK, NLM_F_REQUEST, LINK_SIZE, attribute(IFLA_IFNAME, name));
        var answer = ask(socket, new Operand.Bytes(request, "{RTM_GETLINK, " + name + "}"), request.length, t);
        t.expect(answer.word(0), 0xFFFFL << 32, named(NLMSG_ERROR, "NLMSG_ERROR"), Errno.EEXIST);
    }

    /** Sets a device up or down. */
    static void raise(Operand socket, Operand index, boolean up, Recorder t) {
        var request = t.block(request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, LINK_SIZE, new byte[0]), "{RTM_NEWLINK, " + (up ? "IFF_UP" : "down") + "}");
        t.set(request.wordAt(INDEX), index);
        t.set(request.wordAt(AFTER_INDEX), named((up ? IFF_UP : 0) | IFF_UP << 32, up ? "{IFF_UP, IFF_UP}" : "{0, IFF_UP}"));
        check(ask(socket, request.address(), LINK_SIZE, t), t);
    }

    /** Moves a device into the network namespace of a process and names it anew there, in one step: the name may be taken here. */
    static void move(Operand socket, Operand index, String name, Operand pid, Recorder t) {
        var attributes = attribute(IFLA_IFNAME, name);
        int at = LINK_SIZE + attributes.length;
        var all = Arrays.copyOf(attributes, attributes.length + 8);
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putShort(attributes.length, (short) 8).putShort(attributes.length + 2, (short) IFLA_NET_NS_PID);
        var bytes = request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, LINK_SIZE, all);
        var request = t.block(Arrays.copyOf(bytes, bytes.length + 8), "{RTM_NEWLINK, " + name + ", IFLA_NET_NS_PID}"); // a word is longer than a pid
        t.set(request.wordAt(INDEX), index);
        t.set(request.wordAt(AFTER_INDEX), imm(0));
        t.set(request.wordAt(at + 4), pid);
        check(ask(socket, request.address(), bytes.length, t), t);
    }

    /** Names a device anew; for a {@code %d} in the name the kernel finds the lowest number that is free. */
    static void rename(Operand socket, Operand index, String name, Recorder t) {
        var bytes = request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, LINK_SIZE, attribute(IFLA_IFNAME, name));
        var request = t.block(bytes, "{RTM_NEWLINK, " + name + "}");
        t.set(request.wordAt(INDEX), index);
        t.set(request.wordAt(AFTER_INDEX), imm(0));
        check(ask(socket, request.address(), bytes.length, t), t);
    }

    /** Gives a device an address. */
    static void address(Operand socket, Operand index, NetworkDevice.Address address, Recorder t) {
        var bytes = request(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE_EXCL, ADDRESS_SIZE, address.attributes());
        bytes[16] = (byte) address.family();
        bytes[17] = (byte) address.prefix();
        bytes[19] = (byte) address.scope();
        var request = t.block(bytes, "{RTM_NEWADDR, " + shown(address) + "}");
        t.set(request.wordAt(INDEX), index);
        long after = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(AFTER_INDEX);
        t.set(request.wordAt(AFTER_INDEX), named(after, "0x" + Long.toHexString(after)));
        check(ask(socket, request.address(), bytes.length, t), t);
    }

    /** {@return the local address as people write it, or nearly so} */
    static String shown(NetworkDevice.Address address) {
        var bytes = address.attributes();
        int from = 4;
        int to = Math.min(bytes.length, from + (address.family() == 2 ? 4 : 16));
        var out = new StringBuilder();
        for (int i = from; i < to; i++) {
            if (address.family() == 2) out.append(i == from ? "" : ".").append(bytes[i] & 0xff);
            else out.append(i > from && i % 2 == 0 ? ":" : "").append(Character.forDigit(bytes[i] >> 4 & 15, 16)).append(Character.forDigit(bytes[i] & 15, 16));
        }
        return out.append('/').append(address.prefix()).toString();
    }

    private static Block ask(Operand socket, Operand request, int length, Recorder t) {
        t.call(Sys.WRITE, socket, request, imm(length));
        var answer = t.scratch(ANSWER);
        t.call(Sys.READ, socket, answer.address(), imm(ANSWER));
        return answer;
    }

    /** An answer's error is 32 bits of two's complement: 0, or the negative of an errno, which is what the cell fails with. */
    private static void check(Block answer, Recorder t) {
        var error = t.low(answer.word(2));
        var signed = t.own(Call.Own.ADD, error, named(-1L << 32, "-0x100000000"));
        var errno = t.own(Call.Own.COMPARE, imm(0), imm(-1), imm(1), signed).forgiveAll(); // which is minus it
        t.own(Call.Own.COMPARE, error, imm(-1), imm(0), errno);
    }

    private static byte[] request(int type, int flags, int size, byte[] attributes) {
        var bytes = Arrays.copyOf(new byte[size], size + attributes.length);
        System.arraycopy(attributes, 0, bytes, size, attributes.length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).putShort((short) type).putShort((short) flags);
        return bytes;
    }

    private static byte[] attribute(int type, String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        var bytes = new byte[4 + utf8.length + 1 + 3 & ~3];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort((short) (4 + utf8.length + 1)).putShort((short) type).put(utf8);
        return bytes;
    }
}
