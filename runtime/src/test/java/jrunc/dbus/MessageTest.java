package jrunc.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Bytes on the wire, as dbus-daemon and sd-bus write and read them. */
class MessageTest {
    private static final Message HELLO = Message.call(1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "");

    @Test void hello_has_the_bytes_that_every_bus_knows() {
        assertBytes("6c010001 00000000 01000000 6d000000 " // little-endian, call, no flags, version 1; body; serial; fields
                + "01016f00 15000000 2f6f72672f667265656465736b746f702f44427573 000000 " // path
                + "02017300 14000000 6f72672e667265656465736b746f702e44427573 00000000 " // interface
                + "03017300 05000000 48656c6c6f 000000 " // member
                + "06017300 14000000 6f72672e667265656465736b746f702e44427573 00 000000", HELLO.bytes()); // destination, and to a multiple of 8
    }

    private static void assertBytes(String hex, byte[] bytes) {
        assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(bytes));
    }

    @Test void each_type_stands_where_its_alignment_puts_it() {
        var out = new Marshal();
        out.values("ybqa(st)v", List.of(1L, true, 2L, List.of(List.of("a", 3L)), new Variant("ay", new byte[] {9, 8})));
        assertBytes("01 000000 01000000 0200 0000 10000000" // y, b, q, the length of the array
                + "01000000 6100 0000 0300000000000000"     // (st)
                + "02 6179 00 02000000 09 08", out.bytes());
    }

    @Test void an_array_of_no_structs_still_fills_up_to_where_the_first_would_be() {
        var out = new Marshal();
        out.values("ya(sv)y", List.of(1L, List.of(), 2L));
        assertEquals("010000000000000002", HexFormat.of().formatHex(out.bytes()));
    }

    @Property(tries = 500) void what_is_written_is_read_back(@ForAll("variants") Variant value) {
        var message = Message.call(7, "a.b", "/a", "a.b", "C", "vy" + value.signature(), value, 5L, value.value());
        var read = Message.parse(message.bytes());
        assertEquals("C", read.member());
        assertEquals(message.shown(), read.shown());
        assertArrayEquals(message.bytes(), read.bytes());
    }

    @Provide Arbitrary<Variant> variants() {
        var texts = Arbitraries.strings().ofMaxLength(9).excludeChars('\0');
        Arbitrary<Variant> leaf = Arbitraries.oneOf(texts.map(text -> new Variant("s", text)), Arbitraries.longs().map(n -> new Variant("t", n)),
                Arbitraries.longs().between(-5, 5).map(n -> new Variant("n", n)), Arbitraries.of(true, false).map(b -> new Variant("b", b)),
                Arbitraries.doubles().map(d -> new Variant("d", d)), Arbitraries.bytes().array(byte[].class).ofMaxSize(9).map(b -> new Variant("ay", b)));
        return Arbitraries.recursive(() -> leaf, inner -> Arbitraries.oneOf(inner.map(v -> new Variant("v", v)), inner.map(v -> new Variant("a" + v.signature(), v.signature().equals("y")
                ? new byte[0] : List.of(v.value(), v.value()))), inner.map(v -> new Variant("(s" + v.signature() + ")", List.of("x", v.value())))), 0, 4);
    }

    @Property(tries = 2000) void broken_bytes_are_an_error_of_the_wire_and_no_other(@ForAll int place, @ForAll byte value, @ForAll boolean cut) {
        byte[] bytes = Message.call(7, "a.b", "/a", "a.b", "C", "sa(sv)au", "x", List.of(List.of("k", new Variant("as", List.of("l")))), List.of(5L)).bytes();
        if (cut) bytes = Arrays.copyOf(bytes, 16 + Math.floorMod(place, bytes.length - 16));
        else bytes[Math.floorMod(place, bytes.length)] = value;
        try {
            Message.parse(bytes);
        } catch (WireException e) {
            assertTrue(e.getMessage().startsWith("D-Bus: "), e.getMessage());
        }
    }

    @Test void a_message_in_the_other_byte_order_is_read_as_well() {
        byte[] reply = HexFormat.of().parseHex("4202000100000007000000050000000f" + "05017500000000030801670001730000" + "000000026f6b00");
        var read = Message.parse(reply);
        assertEquals(3, read.replyTo());
        assertEquals("ok", read.text(0));
    }

    @Test void lines_and_messages_are_found_however_the_stream_is_cut() {
        byte[] hello = HELLO.bytes();
        byte[] lines = "DATA\r\nOK 1234\r\n".getBytes(StandardCharsets.US_ASCII);
        var stream = Arrays.copyOf(lines, lines.length + 2 * hello.length);
        System.arraycopy(hello, 0, stream, lines.length, hello.length);
        System.arraycopy(hello, 0, stream, lines.length + hello.length, hello.length);
        var inbox = new Inbox();
        int at = 0;
        var found = new java.util.ArrayList<String>();
        for (byte one : stream) {
            inbox.add(new byte[] {one, 0, 0}, 1);
            String what = at < 2 ? inbox.line() : java.util.Optional.ofNullable(inbox.message()).map(Message::member).orElse(null);
            if (what != null) {
                found.add(what);
                at++;
            }
        }
        assertEquals(List.of("DATA", "OK 1234", "Hello", "Hello"), found);
        assertNull(inbox.message());
    }

    @Test void values_that_do_not_fit_their_types_are_not_sent() {
        assertThrows(WireException.class, () -> Message.call(1, "a.b", "/", "a.b", "C", "ss", "only one").bytes());
        assertThrows(WireException.class, () -> Message.call(1, "a.b", "/", "a.b", "C", "a", List.of()).bytes());
    }

    @Test void an_address_may_be_a_path_or_a_name_without_a_file() {
        assertEquals(new Address("/run/a b/bus", false), Address.parse("tcp:host=x;unix:path=/run/a%20b/bus,guid=1"));
        assertEquals(new Address("/tmp/x", true), Address.parse("unix:guid=1,abstract=/tmp/x"));
        assertNull(Address.parse("unix:dir=/tmp"));
        assertEquals("01002f6100", HexFormat.of().formatHex(new Address("/a", false).bytes()));
        assertEquals("0100002f61", HexFormat.of().formatHex(new Address("/a", true).bytes()));
    }
}
