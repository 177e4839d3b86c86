package jrunc.dbus;

import java.util.List;

/**
 * One message.
 *
 * @param serial      which of its sender's
 * @param replyTo     of a reply: the serial of what it answers, else 0
 * @param path        of the object; of a reply and wherever else a name is missing: empty
 * @param error       the name of the error, if it is one
 * @param signature   the types of the body
 * @param body        see {@link Variant} for what stands for what
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages">D-Bus specification, Message Format</a>
 */
public record Message(Kind kind, long serial, long replyTo, String destination, String path, String interfaceName, String member, String error,
        String signature, List<?> body) {
    /** What a message is for, in the order of their numbers. */
    public enum Kind { INVALID, CALL, REPLY, ERROR, SIGNAL }

    /** Everything before the fields of the header: 12 bytes, and how long the fields are. */
    static final int START = 16;
    private static final int LITTLE_ENDIAN = 'l';
    private static final int VERSION = 1;
    private static final String FIELDS = "a(yv)";
    private static final int PATH = 1;
    private static final int INTERFACE = 2;
    private static final int MEMBER = 3;
    private static final int ERROR_NAME = 4;
    private static final int REPLY_SERIAL = 5;
    private static final int DESTINATION = 6;
    private static final int SIGNATURE = 8;

    /** {@return a call that has a reply} */
    public static Message call(long serial, String destination, String path, String interfaceName, String member, String signature, Object... body) {
        return new Message(Kind.CALL, serial, 0, destination, path, interfaceName, member, "", signature, List.of(body));
    }

    /** {@return the whole message as it goes over the wire} */
    public byte[] bytes() {
        var content = new Marshal();
        content.values(signature, body);
        var out = new Marshal();
        out.number(LITTLE_ENDIAN, 1);
        out.number(kind.ordinal(), 1);
        out.number(0, 1); // no flags
        out.number(VERSION, 1);
        out.number(content.size(), 4);
        out.number(serial, 4);
        var fields = new java.util.ArrayList<List<?>>();
        field(PATH, "o", path, fields);
        field(INTERFACE, "s", interfaceName, fields);
        field(MEMBER, "s", member, fields);
        field(ERROR_NAME, "s", error, fields);
        if (replyTo != 0) fields.add(List.of((long) REPLY_SERIAL, new Variant("u", replyTo)));
        field(DESTINATION, "s", destination, fields);
        field(SIGNATURE, "g", signature, fields);
        out.value(FIELDS, fields);
        out.align(8);
        byte[] header = out.bytes();
        byte[] whole = java.util.Arrays.copyOf(header, header.length + content.size());
        System.arraycopy(content.bytes(), 0, whole, header.length, content.size());
        return whole;
    }

    private static void field(int number, String type, String value, List<List<?>> fields) {
        if (!value.isEmpty()) fields.add(List.of((long) number, new Variant(type, value)));
    }

    /** {@return how many bytes the message has that begins here, of which at least {@value #START} are known} */
    static long size(byte[] bytes, int at) {
        boolean bigEndian = isBigEndian(bytes[at]);
        long body = new Unmarshal(bytes, at + 4, at + START, bigEndian).number(4);
        long fields = new Unmarshal(bytes, at + 12, at + START, bigEndian).number(4);
        return (START + fields + 7) / 8 * 8 + body;
    }

    private static boolean isBigEndian(byte mark) {
        if (mark != 'l' && mark != 'B') throw new WireException("what was received is no message");
        return mark == 'B';
    }

    /** {@return the message that these bytes are} */
    public static Message parse(byte[] bytes) {
        boolean bigEndian = isBigEndian(bytes[0]);
        var in = new Unmarshal(bytes, 1, bytes.length, bigEndian);
        int kind = (int) in.number(1);
        in.number(2);
        in.number(4);
        long serial = in.number(4);
        String[] names = new String[SIGNATURE + 1];
        java.util.Arrays.fill(names, "");
        long replyTo = 0;
        for (var field : (List<?>) in.value(FIELDS)) {
            int number = (int) (long) (Long) ((List<?>) field).get(0);
            Object value = ((Variant) ((List<?>) field).get(1)).value();
            if (number == REPLY_SERIAL && value instanceof Long answered) replyTo = answered;
            else if (number <= SIGNATURE && value instanceof String text) names[number] = text;
        }
        in.align(8);
        var body = in.values(names[SIGNATURE]);
        var known = kind < Kind.values().length ? Kind.values()[kind] : Kind.INVALID;
        return new Message(known, serial, replyTo, names[DESTINATION], names[PATH], names[INTERFACE], names[MEMBER], names[ERROR_NAME], names[SIGNATURE], body);
    }

    /** {@return the text at this place of the body, empty if there is none} */
    public String text(int index) {
        return index < body.size() && body.get(index) instanceof String text ? text : "";
    }

    /** {@return the text in the variant that is the first of the body, as the reply to a question for a property has it} */
    public String property() {
        return !body.isEmpty() && body.getFirst() instanceof Variant variant && variant.value() instanceof String text ? text : "";
    }

    /** {@return the call as people read it: {@code org.freedesktop.DBus.Hello()}} */
    public String shown() {
        var out = new StringBuilder(interfaceName).append('.').append(member).append('(');
        for (int i = 0; i < body.size(); i++) out.append(i == 0 ? "" : ", ").append(Variant.shown(body.get(i)));
        return out.append(')').toString();
    }
}
