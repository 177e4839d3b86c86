package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigParserTest {
    private static final String LEAST = "\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/\"}";

    @Test void the_least_config_has_everything_else_absent_in_one_way() {
        var config = parse("{" + LEAST + "}");
        assertEquals(List.of(), config.mounts());
        assertEquals(Hooks.NONE, config.hooks());
        assertEquals(Linux.NONE, config.linux());
        assertEquals(Resources.NONE, config.linux().resources());
        assertEquals(Process.User.ROOT, config.process().user());
        assertEquals(Optional.empty(), config.process().capabilities());
        assertEquals(Map.of(), config.annotations());
    }

    @Test void null_and_an_empty_optional_string_mean_absent() {
        var config = parse("{" + LEAST + ",\"hostname\":\"\",\"mounts\":null,\"linux\":{\"cgroupsPath\":\"\",\"resources\":null,"
                + "\"seccomp\":null,\"sysctl\":null,\"namespaces\":null}}");
        assertEquals(Optional.empty(), config.hostname());
        assertEquals(Linux.NONE, config.linux());
    }

    @Test void seccomp_flags_may_be_absent_or_empty() {
        assertEquals(Optional.empty(), seccomp("\"flags\":null").flags());
        assertEquals(Optional.empty(), seccomp("\"x\":1").flags());
        assertEquals(Optional.of(List.of()), seccomp("\"flags\":[]").flags());
    }

    @Test void unsigned_integers_keep_all_64_bits() {
        var limit = parse("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"/\"},\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"type\":"
                + "\"RLIMIT_CORE\",\"soft\":9223372036854775808,\"hard\":18446744073709551615}]}}").process().rlimits().getFirst();
        assertEquals(Long.MIN_VALUE, limit.soft());
        assertEquals(jrunc.linux.Rlimit.RLIM_INFINITY, limit.hard());
    }

    @Test void properties_of_other_platforms_and_unknown_ones_are_stepped_over() {
        var config = parse("{" + LEAST + ",\"Process\":1,\"windows\":{\"layerFolders\":[\"x\"]},\"solaris\":{},\"vm\":{},\"zos\":{},"
                + "\"freebsd\":{\"a\":1,\"a\":2},\"new\":[[{\"a\":[]}],1.5e3,null,true]}");
        assertEquals("rootfs", config.root().path());
    }

    @Test void maps_keep_the_written_order() {
        var config = parse("{" + LEAST + ",\"annotations\":{\"z\":\"1\",\"a\":\"2\",\"m\":\"\"}}");
        assertEquals("[z, a, m]", config.annotations().keySet().toString());
    }

    @Test void a_process_alone_can_be_read() {
        var process = ConfigParser.parseProcess(bytes("{\"cwd\":\"/tmp\",\"args\":[\"sh\"],\"user\":{\"uid\":1,\"gid\":2,\"umask\":63}}"));
        assertEquals(new Process.User(1, 2, OptionalLong.of(63), List.of()), process.user());
        assertEquals("invalid config.json: cwd: is missing",
                assertThrows(InvalidConfigException.class, () -> ConfigParser.parseProcess(bytes("{}"))).getMessage());
    }

    @Test void a_process_may_be_missing_until_start() {
        assertSame(Process.ABSENT, parse("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"/\"}}").process());
        assertSame(Process.ABSENT, parse("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"/\"},\"process\":null}").process());
    }

    @Test void resources_alone_can_be_read() {
        var resources = ConfigParser.parseResources(bytes("{\"memory\":{\"limit\":-1},\"pids\":{\"limit\":7}}"));
        assertEquals(OptionalLong.of(-1), resources.memory().limit());
        assertEquals(OptionalLong.of(7), resources.pidsLimit());
    }

    @Test void all_wrong_types_are_reported_at_once_with_their_lines() {
        assertRefused("{\n\"ociVersion\": 1,\n\"root\": [],\n\"process\": {\"user\": {\"uid\": \"0\", \"gid\": 1.0}, \"args\": \"sh\", \"cwd\": null}\n}",
                "5 errors: ociVersion: expected a string, found a number (line 2); root: expected an object, found an array (line 3); "
                        + "process.user.uid: expected an integer of 0 to 4294967294, found \"0\" (line 4); "
                        + "process.user.gid: expected an integer of 0 to 4294967294, found 1.0 (line 4); "
                        + "process.args: expected an array, found a string (line 4); process.cwd: is missing", 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"7\"", "1.0", "1e3", "-1", "18446744073709551616", "99999999999999999999999999", "true", "[]", "{}", "-0"})
    void what_is_no_unsigned_integer_is_refused_as_one(String number) {
        var found = switch (number) {
            case "[]" -> "an array";
            case "{}" -> "an object";
            default -> number;
        };
        assertRefusedLinux("\"resources\":{\"cpu\":{\"shares\":" + number + "}}",
                "linux.resources.cpu.shares: expected an integer of 0 to 18446744073709551615, found " + found + " (line 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "1.0", "1e3"})
    void what_is_no_signed_integer_is_refused_as_one(String number) {
        assertRefusedLinux("\"resources\":{\"cpu\":{\"quota\":" + number + "}}", "linux.resources.cpu.quota: expected an integer of "
                + "-9223372036854775808 to 9223372036854775807, found " + number + " (line 1)");
    }

    @Test void the_id_that_means_no_id_is_refused() {
        assertRefused("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"/\"},\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":4294967295,\"gid\":4294967294}}}",
                "process.user.uid: expected an integer of 0 to 4294967294, found 4294967295 (line 1)", 1);
    }

    @Test void nesting_is_bounded_in_unknown_properties_too() {
        parse("{" + LEAST + ",\"x\":" + "[".repeat(63) + "]".repeat(63) + "}");
        assertRefused("{" + LEAST + ",\"x\":" + "[".repeat(1_000_000), "nested deeper than 64 levels (line 1)", 1);
    }

    @Test void size_is_bounded() {
        assertRefused(" ".repeat(ConfigParser.MAX_BYTES + 1), "longer than 16777216 bytes", 1);
        assertRefused("{" + LEAST + ",\"hostname\":\"" + "x".repeat(JsonReader.MAX_STRING + 1) + "\"}",
                "hostname: the string is longer than 1048576 characters (line 1)", 1);
    }

    @Test void a_number_of_a_million_digits_is_refused_in_few_words() {
        assertRefusedLinux("\"resources\":{\"cpu\":{\"shares\":" + "9".repeat(1_000_000) + "}}", "linux.resources.cpu.shares: expected an "
                + "integer of 0 to 18446744073709551615, found " + "9".repeat(40) + "... (line 1)");
    }

    @Test void of_very_many_mistakes_the_first_hundred_are_told() {
        for (var text : List.of("{\"mounts\":[" + "{},".repeat(500_000) + "{}]}", "{\"x\":[" + "\"\\u0000\",".repeat(300_000) + "1]}")) {
            var refusal = refusal(text);
            assertEquals(InvalidConfigException.MAX_VIOLATIONS, refusal.violations().size());
            assertTrue(refusal.getMessage().startsWith("invalid config.json: at least 100 errors: "), refusal.getMessage());
        }
        var wrong = ConfigParser.parse(bytes("{" + LEAST + ",\"linux\":{\"maskedPaths\":[" + "\"x\",".repeat(1_000_000) + "\"\"]}}"));
        assertEquals(InvalidConfigException.MAX_VIOLATIONS, Validation.of(wrong).size());
    }

    @Test void a_hundred_thousand_annotations_are_read() {
        var annotations = new StringBuilder("\"k\":\"v\"");
        for (int i = 0; i < 100_000; i++) annotations.append(",\"key.").append(i).append("\":\"\"");
        assertEquals(100_001, parse("{" + LEAST + ",\"annotations\":{" + annotations + "}}").annotations().size());
    }

    @Test void bytes_that_are_not_utf8_are_refused_where_they_stand() {
        var bytes = bytes("{\n\"hostname\": \"?\"}");
        bytes[15] = (byte) 0xC3;
        assertEquals("invalid config.json: not UTF-8: byte 0xc3 at offset 15 (line 2)",
                assertThrows(InvalidConfigException.class, () -> ConfigParser.parse(bytes)).getMessage());
        for (var hex : List.of("c080", "eda080", "f5808080", "ff", "e282", "80")) {
            assertThrows(InvalidConfigException.class, () -> ConfigParser.parse(java.util.HexFormat.of().parseHex(hex)), hex);
        }
    }

    @Test void a_secret_is_never_shown() {
        for (var text : List.of("{\"process\":{\"env\":\"TOKEN=hunter2\"}}", "{\"process\":{\"env\":[SECRET=hunter2]}}",
                "{\"process\":{\"env\":[\"A=hunter2\\u0000\"]}}", "{\"process\":{\"env\":[hunter2]}}", "{\"annotations\":\"hunter2\"}")) {
            assertTrue(!refusal(text).getMessage().contains("hunter2"), text);
        }
    }

    private static Seccomp seccomp(String property) {
        return parse("{" + LEAST + ",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"," + property + "}}}")
                .linux().seccomp().orElseThrow();
    }

    private static void assertRefusedLinux(String property, String message) {
        assertRefused("{" + LEAST + ",\"linux\":{" + property + "}}", message, 1);
    }

    private static void assertRefused(String text, String message, int violations) {
        var refusal = refusal(text);
        assertEquals("invalid config.json: " + message.replaceFirst("^\\d+ errors", violations + " errors"), refusal.getMessage());
        assertEquals(violations, refusal.violations().size());
    }

    private static InvalidConfigException refusal(String text) {
        return assertThrows(InvalidConfigException.class, () -> parse(text));
    }

    private static Config parse(String text) {
        return ConfigParser.parse(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
