package jrunc.host;

import java.util.List;

/**
 * A network device of the network namespace that this process is in.
 *
 * @param isUp      whether it is up
 * @param addresses those that somebody has given it for good: not those that expire
 */
public record NetworkDevice(boolean isUp, List<Address> addresses) {
    public NetworkDevice {
        addresses = List.copyOf(addresses);
    }

    /**
     * One address, in the kernel's own bytes.
     *
     * @param family     2 for IPv4, 10 for IPv6
     * @param prefix     how many bits the network has
     * @param scope      0 is global
     * @param attributes local, peer's and broadcast address, as {@code struct rtattr}s
     * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
     */
    public record Address(int family, int prefix, int scope, byte[] attributes) {
        /** The scope of an address that means the same everywhere. */
        public static final int GLOBAL = 0;

        public Address {
            attributes = attributes.clone();
        }

        @Override public byte[] attributes() {
            return attributes.clone();
        }
    }
}
