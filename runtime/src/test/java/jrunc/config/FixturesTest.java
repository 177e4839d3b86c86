package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The configs of {@code spec-fixtures}: each bad one with its exact message in the file beside it, each good one without any. */
class FixturesTest {
    private static final Path CONFIGS = Path.of("..", "spec-fixtures", "configs");

    @TestFactory List<DynamicTest> a_bad_config_is_refused_with_exactly_its_message() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (var file : jsonFiles("bad")) {
            tests.add(dynamicTest(file.getFileName().toString(), () ->
                    assertEquals(expected(file), refusal(file).getMessage() + "\n")));
        }
        return tests;
    }

    @Test void every_rule_is_broken_by_some_bad_config() throws IOException {
        var unbroken = EnumSet.complementOf(EnumSet.of(Rule.CAN_BE_APPLIED)); // that one depends on the host: plan's RefusalsTest
        for (var file : jsonFiles("bad")) {
            for (var violation : refusal(file).violations()) unbroken.remove(violation.rule());
        }
        assertEquals(EnumSet.noneOf(Rule.class), unbroken);
    }

    @Test void every_rule_links_to_a_section_that_the_spec_has() throws IOException {
        var sections = Files.readAllLines(CONFIGS.resolveSibling("spec-sections.txt"));
        for (var rule : Rule.values()) {
            assertTrue(sections.contains(rule.link().replaceFirst("^.*/blob/v1\\.3\\.0/", "")), () -> rule + " links to " + rule.link());
        }
    }

    @TestFactory List<DynamicTest> a_good_config_is_accepted_and_survives_being_written() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (var file : jsonFiles("good")) tests.add(dynamicTest(file.getFileName().toString(), () -> isGood(file)));
        return tests;
    }

    @Test void the_default_config_of_runc_is_written_as_runc_writes_it_but_for_its_version() throws IOException {
        var text = Files.readString(CONFIGS.resolve("good/runc-spec.json"));
        var json = new JsonWriter("\t");
        ConfigWriter.write(ConfigParser.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)), json);
        assertEquals(text, json + "\n");
    }

    @Test void an_unknown_capability_and_a_relative_destination_are_worth_a_warning() throws IOException {
        var capabilities = parse(CONFIGS.resolve("good/capabilities.json"));
        assertEquals(5, Validation.warnings(capabilities).size());
        assertEquals("process.capabilities.effective[4]: \"CAP_FROM_THE_FUTURE\" is no capability that Linux knows; it is left out",
                Validation.warnings(capabilities).getFirst());
        assertEquals(List.of("mounts[3].destination: \"relative\" is relative, which is deprecated; it is taken from /"),
                Validation.warnings(parse(CONFIGS.resolve("good/mounts-bind.json"))));
    }

    private static void isGood(Path file) {
        var config = parse(file);
        assertEquals(List.of(), Validation.of(config));
        var json = new JsonWriter("  ");
        ConfigWriter.write(config, json);
        assertEquals(config, ConfigParser.parse(json.utf8()));
    }

    private static InvalidConfigException refusal(Path file) {
        return assertThrows(InvalidConfigException.class, () -> Validation.require(parse(file)), file.toString());
    }

    private static Config parse(Path file) {
        try {
            return ConfigParser.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String expected(Path file) throws IOException {
        return Files.readString(file.resolveSibling(file.getFileName().toString().replace(".json", ".error")));
    }

    private static List<Path> jsonFiles(String folder) throws IOException {
        try (var files = Files.list(CONFIGS.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }
}
