package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConfigWriterTest {
    @Property(tries = 500)
    void what_is_written_is_read_back_equal(@ForAll long seed) {
        var config = new RandomConfig(seed).config();
        assertEquals(config, ConfigParser.parse(written(config, "\t").utf8()));
        assertEquals(config, ConfigParser.parse(written(config, "").utf8()));
    }

    @Property(tries = 100)
    void a_process_written_alone_is_read_back_equal(@ForAll long seed) {
        var process = new RandomConfig(seed).process();
        var json = new JsonWriter("");
        ConfigWriter.write(process, json);
        assertEquals(process, ConfigParser.parseProcess(json.utf8()));
    }

    @Property(tries = 100)
    void validation_answers_for_every_config_that_can_be_read(@ForAll long seed) {
        for (var violation : Validation.of(new RandomConfig(seed).config())) {
            assertEquals(-1, violation.shown().indexOf('\n'), violation.shown());
        }
    }

    @Test void text_is_indented_as_by_go() {
        var json = new JsonWriter("  ");
        json.beginObject().key("a").beginArray().value(1).value("x").endArray().key("b").beginObject().endObject().key("c")
                .beginArray().endArray().key("d").value((String) null).endObject();
        assertEquals("{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": null\n}", json.toString());
    }

    @Test void text_without_a_step_is_one_line_without_blanks() {
        var json = new JsonWriter("");
        json.beginArray().beginObject().key("a").value(true).key("b").unsigned(-1).endObject().value("\"\\\n\u0001<é").endArray();
        assertEquals("[{\"a\":true,\"b\":18446744073709551615},\"\\\"\\\\\\n\\u0001<é\"]", json.toString());
    }

    private static JsonWriter written(Config config, String step) {
        var json = new JsonWriter(step);
        ConfigWriter.write(config, json);
        return json;
    }
}
