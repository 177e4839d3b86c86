package jrunc.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values as annotations write them. */
class VariantTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "'inactive-or-failed'|s|\"inactive-or-failed\"", "\"it's\"|s|\"it's\"", "'a\\'b'|s|\"a'b\"", "true|b|true", "boolean false|b|false",
            "5|i|5", "-5|i|-5", "0x10|i|16", "uint64 18446744073709551614|t|-2", "byte 255|y|255", "int16 -1|n|max", "2.5|d|2.5", "double 2|d|2.0",
            "['a', 'b']|as|[\"a\", \"b\"]", "@as []|as|[]", "@au [1, 2]|au|[1, 2]", "[uint32 1, 2]|au|[1, 2]", "@ay [1, 2]|ay|0x0102",
            "('a', 1)|(si)|[\"a\", 1]", "@a(st) [('/dev/vda', 7)]|a(st)|[[\"/dev/vda\", 7]]", "<5>|v|<5>", "objectpath '/a'|o|\"/a\"", "  [ 1 ,2 ]  |ai|[1, 2]"})
    void a_value_has_its_type(String text, String signature, String shown) {
        var value = VariantText.parse(text);
        assertEquals(signature + " " + shown, value.signature() + " " + value.shown());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"[]", "'open", "5 6", "yes", "uint16 70000", "byte -1", "['a', 5]", "@s 5", "<5", "(1", "[1 2]", "@", "-", "uint32", "9999999999", "``"})
    void what_is_none_is_an_error_that_shows_it(String text) {
        var wrong = assertThrows(WireException.class, () -> VariantText.parse(text == null ? "" : text));
        assertTrue(wrong.getMessage().startsWith("D-Bus: "), wrong.getMessage());
    }

    @Property(tries = 2000) void any_text_is_a_value_or_an_error(@ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 12) String text) {
        try {
            var value = VariantText.parse(text);
            Message.call(1, "a.b", "/", "a.b", "C", "v", value).bytes(); // and what is a value can be sent
        } catch (WireException e) {
            assertTrue(e.getMessage().startsWith("D-Bus: "));
        }
    }
}
