package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.host.NetworkDevice;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#network-devices">config-linux.md, Network
 * devices</a>: the runtime moves them, before the container's process goes on to its hooks and sysctls. What must be done on the
 * other side goes through a socket of that side: the container's process opens it, and the runtime takes it by pidfd_getfd, so
 * that no thread of the runtime ever enters the container's namespace. After a failure the devices come back by the same way.
 */
final class NetDevices {
    private static final String SECTION = "config-linux.md, Network devices";
    private static final long AF_NETLINK = 16;
    /** IFNAMSIZ without the NUL. */
    private static final int LONGEST = 15;
    private static final long SOCK_RAW_CLOEXEC = 3 | 0x80000;

    private final List<Move> moves = new ArrayList<>();
    private final Operand.Word here;
    private final Operand.Word there;

    /**
     * One device.
     *
     * @param newName with a {@code %d} in it: the kernel finds the number when the device has that name
     * @param arrival what it is called as it comes: by a name that the kernel makes up nobody could find it
     * @param device what it is now
     * @param moved 1 if it is over there
     * @param index its number over there, once it is known
     */
    private record Move(String name, String newName, String arrival, NetworkDevice device, Operand.Word moved, Operand.Word index) {}

    NetDevices(Linux linux, Host host, Recorder tape) {
        for (Map.Entry<String, Linux.NetDevice> entry : linux.netDevices().entrySet()) {
            String newName = entry.getValue().name().filter(name -> !name.isEmpty()).orElse(entry.getKey());
            var device = host.asked().devices().getOrDefault(entry.getKey(), new NetworkDevice(false, List.of()));
            moves.add(new Move(entry.getKey(), newName, arrival(entry.getKey(), newName), device, tape.variable(0), tape.variable(0)));
        }
        here = tape.variable(-1);
        there = tape.variable(-1);
    }

    /** A name of its own among all devices that this runtime's network namespace has now, or nearly so: the end tells them apart. */
    private static String arrival(String name, String newName) {
        if (newName.indexOf('%') < 0) return newName;
        int from = 0;
        while (name.substring(from).getBytes(StandardCharsets.UTF_8).length >= LONGEST) from++;
        return "~" + name.substring(from);
    }

    /** The container's side: lends the runtime a socket, and waits until the devices are there. */
    static void await(Descriptors descriptors, Recorder tape) {
        tape.section(SECTION);
        var socket = tape.variable(-1);
        tape.attempt("open a netlink socket for the runtime", t -> open(socket, t));
        tape.attempt("tell the runtime of the netlink socket", t -> t.call(Sys.WRITE, descriptors.report(), words(imm(0), socket), imm(16)));
        Handover.awaitByte("wait for the network devices", descriptors.sync(), tape);
        tape.attempt("close the netlink socket", t -> t.close(socket));
    }

    private static void open(Operand socket, Recorder t) {
        t.call(Sys.SOCKET, named(AF_NETLINK, "AF_NETLINK"), named(SOCK_RAW_CLOEXEC, "SOCK_RAW|SOCK_CLOEXEC"), named(0, "NETLINK_ROUTE")).into(socket);
    }

    /** The runtime's side: {@code number} is the socket's number in the container's process. */
    void move(Operand pidfd, Operand pid, Operand number, Operand sync, Recorder tape) {
        tape.section(SECTION);
        tape.attempt("open a netlink socket", t -> open(here, t));
        tape.attempt("take the netlink socket of the container", t -> t.call(Sys.PIDFD_GETFD, pidfd, number, imm(0)).into(there));
        for (var move : moves) move(move, pid, tape);
        tape.attempt("tell the container's process that its network devices are there", t -> t.call(Sys.WRITE, sync, Operand.text("n"), imm(1)));
        tape.section("runtime.md, Create");
    }

    private void move(Move move, Operand pid, Recorder tape) {
        var index = tape.variable(0);
        tape.attempt("find the network device " + move.name(), t -> RouteMessage.find(here, move.name(), index, t));
        // The kernel would move it first and only then fail to name it. And what has the name later is what the clean-up brings back.
        tape.attempt("see that the container has no network device " + move.arrival() + " yet", t -> RouteMessage.isFree(there, move.arrival(), t));
        tape.attempt("set " + move.name() + " down", t -> RouteMessage.raise(here, index, false, t));
        tape.attempt("move " + move.name() + " into the container as " + move.arrival(), t -> {
            t.set(move.moved(), imm(1)); // if not yet, then soon: to bring back what never went does no harm
            RouteMessage.move(here, index, move.arrival(), pid, t);
        });
        tape.attempt("find the network device " + move.arrival() + " in the container", t -> RouteMessage.find(there, move.arrival(), move.index(), t));
        if (!move.arrival().equals(move.newName())) {
            tape.attempt("name " + move.arrival() + " " + move.newName() + " with a number that is free", t -> RouteMessage.rename(there, move.index(), move.newName(), t));
        }
        setUp(move, tape);
    }

    private void setUp(Move move, Recorder tape) {
        for (var address : move.device().addresses()) {
            if (address.scope() != NetworkDevice.Address.GLOBAL) continue; // the others mean something on this host only
            tape.attempt("give " + move.newName() + " its address " + RouteMessage.shown(address), t -> RouteMessage.address(there, move.index(), address, t));
        }
        tape.attempt("set " + move.newName() + " up", t -> RouteMessage.raise(there, move.index(), true, t));
    }

    /** After a failed create: while the socket is open the other namespace cannot end and take the devices with it. */
    void undo(Recorder t) {
        for (var move : moves) t.when(move.moved(), -1, imm(1), u -> bringBack(move, u));
        close(t);
    }

    private void bringBack(Move move, Recorder t) {
        t.attempt("bring back the network device " + move.name(), u -> {
            u.when(move.index(), -1, imm(0), v -> RouteMessage.find(there, move.arrival(), move.index(), v));
            // Number 0 would be whatever has that name over there.
            u.unless(move.index(), -1, imm(0), v -> RouteMessage.move(there, move.index(), move.name(), v.call(Sys.GETPID), v));
        });
        t.attempt("restore the network device " + move.name(), u -> {
            var index = u.variable(0);
            RouteMessage.find(here, move.name(), index, u);
            for (var address : move.device().addresses()) RouteMessage.address(here, index, address, u);
            if (move.device().isUp()) RouteMessage.raise(here, index, true, u);
        });
    }

    void close(Recorder t) {
        t.attempt("close the netlink sockets", u -> {
            for (var socket : List.of(here, there)) {
                u.close(socket);
                u.set(socket, imm(-1));
            }
        });
    }
}
