package jrunc.host;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jrunc.kernel.RouteSocket;

/**
 * Asks the kernel which network devices there are, by rtnetlink: what /sys shows may be another namespace's.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
public final class NetworkDevices {
    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;
    private static final int IFINFO_SIZE = 16;
    private static final int IFADDR_SIZE = 8;
    private static final int IFLA_IFNAME = 3;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFF_UP = 1;
    private static final int IFA_F_PERMANENT = 0x80;

    private NetworkDevices() {}

    /** {@return those of {@code names} that are there} */
    public static Map<String, NetworkDevice> read(Set<String> names) {
        Map<String, NetworkDevice> found = new HashMap<>();
        try (var socket = RouteSocket.open()) {
            Map<Integer, List<NetworkDevice.Address>> addresses = new HashMap<>();
            for (var message : socket.dump(RTM_GETADDR)) {
                var fields = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
                if ((fields.get(2) & IFA_F_PERMANENT) == 0) continue;
                addresses.computeIfAbsent(fields.getInt(4), _ -> new ArrayList<>()).add(address(fields));
            }
            for (var message : socket.dump(RTM_GETLINK)) {
                var fields = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
                String name = name(fields);
                if (!names.contains(name)) continue;
                found.put(name, new NetworkDevice((fields.getInt(8) & IFF_UP) != 0, addresses.getOrDefault(fields.getInt(4), List.of())));
            }
        }
        return found;
    }

    private static String name(ByteBuffer link) {
        for (int at = IFINFO_SIZE; at + 4 <= link.limit(); at += aligned(link.getShort(at))) {
            int length = link.getShort(at);
            if (link.getShort(at + 2) == IFLA_IFNAME) return new String(link.array(), at + 4, length - 5, StandardCharsets.UTF_8);
        }
        return "";
    }

    private static NetworkDevice.Address address(ByteBuffer fields) {
        var kept = new ByteArrayOutputStream();
        for (int at = IFADDR_SIZE; at + 4 <= fields.limit(); at += aligned(fields.getShort(at))) {
            int type = fields.getShort(at + 2);
            boolean wanted = type == IFA_ADDRESS || type == IFA_LOCAL || type == IFA_BROADCAST;
            if (wanted) kept.write(fields.array(), at, aligned(fields.getShort(at)));
        }
        return new NetworkDevice.Address(fields.get(0), fields.get(1), fields.get(3), kept.toByteArray());
    }

    private static int aligned(int length) {
        return Math.max(length + 3 & ~3, 4);
    }
}
