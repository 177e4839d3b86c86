package jrunc.dbus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What has come from a bus and was not looked at yet: first lines, by which both sides agree who is who, then messages. */
public final class Inbox {
    /** What the specification allows a message to have. */
    private static final long LARGEST = 128 << 20;

    private byte[] bytes = new byte[0];

    /** Adds the first {@code count} bytes of these. */
    public void add(byte[] more, int count) {
        int known = bytes.length;
        bytes = Arrays.copyOf(bytes, known + count);
        System.arraycopy(more, 0, bytes, known, count);
    }

    /** {@return the next line without its end, or null if it is not whole yet} */
    public String line() {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                var line = new String(bytes, 0, i, StandardCharsets.US_ASCII);
                bytes = Arrays.copyOfRange(bytes, i + 2, bytes.length);
                return line;
            }
        }
        return null;
    }

    /** {@return the next message, or null if it is not whole yet} */
    public Message message() {
        if (bytes.length < Message.START) return null;
        long size = Message.size(bytes, 0);
        if (size > LARGEST) throw new WireException("a message of " + size + " bytes");
        if (bytes.length < size) return null;
        var message = Message.parse(Arrays.copyOf(bytes, (int) size));
        bytes = Arrays.copyOfRange(bytes, (int) size, bytes.length);
        return message;
    }
}
