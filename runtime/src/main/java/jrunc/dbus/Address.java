package jrunc.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A Unix socket on which a bus listens.
 *
 * @param isAbstract whether {@code path} is a name in the abstract namespace instead of a file
 */
public record Address(String path, boolean isAbstract) {
    private static final int AF_UNIX = 1;
    /** How many bytes {@code struct sockaddr_un} has for the path. */
    private static final int ROOM = 108;

    /**
     * {@return the first Unix socket of addresses such as {@code unix:path=/run/dbus/system_bus_socket;tcp:host=localhost}, or null if
     * there is none}
     */
    public static Address parse(String addresses) {
        for (var each : addresses.split(";")) {
            if (!each.startsWith("unix:")) continue;
            for (var pair : each.substring("unix:".length()).split(",")) {
                int equals = pair.indexOf('=');
                String key = equals < 0 ? "" : pair.substring(0, equals);
                if (key.equals("path") || key.equals("abstract")) return new Address(unescaped(pair.substring(equals + 1)), key.equals("abstract"));
            }
        }
        return null;
    }

    private static String unescaped(String value) {
        if (value.indexOf('%') < 0) return value;
        var bytes = new java.io.ByteArrayOutputStream();
        byte[] raw = value.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
            bytes.write(low < 0 ? raw[i] : high << 4 | low);
            if (low >= 0) i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** {@return whether it fits a socket's address} */
    public boolean fits() {
        return path.getBytes(StandardCharsets.UTF_8).length + 1 <= ROOM;
    }

    /** {@return {@code struct sockaddr_un}, as long as it must be: a file's path ends with a NUL, an abstract name begins with one} */
    public byte[] bytes() {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(2 + name.length + 1).order(ByteOrder.LITTLE_ENDIAN).putShort((short) AF_UNIX);
        if (isAbstract) out.put((byte) 0);
        return out.put(name).array();
    }

    /** {@return the path, or the name after an @} */
    public String shown() {
        return isAbstract ? "@" + path : path;
    }
}
