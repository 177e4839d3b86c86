package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What features claims, put into configs and judged. */
class FeaturesTest {
    private static final Map<String, List<String>> CLAIMED = read(Features.of(List.of("SECCOMP_FILTER_FLAG_LOG"), Map.of("a", "b")));

    /** Every value by the path that leads to it, those of one array together. */
    private static Map<String, List<String>> read(String text) {
        Map<String, List<String>> values = new TreeMap<>();
        try (var parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                var path = parser.streamReadContext().pathAsPointer().toString().replaceAll("/[0-9]+$", "");
                if (token.isScalarValue()) values.computeIfAbsent(path, _ -> new ArrayList<>()).add(parser.getString());
            }
        }
        return values;
    }

    private static List<String> strings(String path) {
        return CLAIMED.get(path);
    }

    private static void assertSound(String linuxAndMore) {
        var text = "{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": \"r\"}, \"process\": {\"cwd\": \"/\", \"args\": [\"x\"]}, " + linuxAndMore + "}";
        assertEquals(List.of(), Validation.of(ConfigParser.parse(text.getBytes(StandardCharsets.UTF_8))), text);
        assertEquals(List.of(), ConfigParser.withoutEffect(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    @Test
    void both_versions_are_accepted() {
        for (var field : List.of("/ociVersionMin", "/ociVersionMax")) {
            var text = "{\"ociVersion\": \"" + strings(field).getFirst() + "\", \"root\": {\"path\": \"r\"}}";
            assertEquals(List.of(), Validation.of(ConfigParser.parse(text.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void every_hook_and_mount_option_and_namespace_that_is_claimed_is_known() {
        for (var hook : strings("/hooks")) assertSound("\"hooks\": {\"" + hook + "\": [{\"path\": \"/h\"}]}");
        for (var option : strings("/mountOptions")) assertTrue(MountOption.named(option).isPresent(), option);
        for (var kind : strings("/linux/namespaces")) {
            var ids = kind.equals("user") ? ", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 1, \"size\": 1}], \"gidMappings\": [{\"containerID\": 0, \"hostID\": 1, \"size\": 1}]" : "";
            assertSound("\"linux\": {\"namespaces\": [{\"type\": \"" + kind + "\"}]" + ids + "}");
        }
        assertEquals(8, strings("/linux/namespaces").size());
    }

    @Test
    void every_word_of_seccomp_that_is_claimed_is_known() {
        for (var action : strings("/linux/seccomp/actions")) {
            var listener = action.equals("SCMP_ACT_NOTIFY") ? "\"listenerPath\": \"/l\", " : "";
            assertSound("\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", " + listener + "\"syscalls\": [{\"names\": [\"getcwd\"], \"action\": \"" + action + "\"}]}}");
        }
        for (var operator : strings("/linux/seccomp/operators")) {
            assertSound("\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"getcwd\"], \"action\": \"SCMP_ACT_LOG\", "
                    + "\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"" + operator + "\"}]}]}}");
        }
        for (var arch : strings("/linux/seccomp/archs")) assertSound("\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"" + arch + "\"]}}");
        for (var flag : strings("/linux/seccomp/knownFlags")) assertSound("\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"flags\": [\"" + flag + "\"]}}");
        assertEquals(List.of("SECCOMP_FILTER_FLAG_LOG"), strings("/linux/seccomp/supportedFlags"));
    }

    @Test
    void every_memory_policy_that_is_claimed_is_known() {
        var plain = List.of("MPOL_DEFAULT", "MPOL_LOCAL");
        for (var mode : strings("/linux/memoryPolicy/modes")) {
            assertSound("\"linux\": {\"memoryPolicy\": {\"mode\": \"" + mode + "\"" + (plain.contains(mode) ? "" : ", \"nodes\": \"0\"") + "}}");
        }
        for (var flag : strings("/linux/memoryPolicy/flags")) {
            assertSound("\"linux\": {\"memoryPolicy\": {\"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\": [\"" + flag + "\"]}}");
        }
    }

    @Test
    void what_the_spec_does_not_know_is_listed_with_its_place() {
        var text = "{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": \"r\", \"x\": {\"y\": 1}}, \"windows\": {}, \"mounts\": [{\"destination\": \"/a\", \"Type\": \"b\"}]}";
        assertEquals(List.of("root.x", "windows", "mounts[0].Type"), ConfigParser.withoutEffect(text.getBytes(StandardCharsets.UTF_8)));
    }
}
