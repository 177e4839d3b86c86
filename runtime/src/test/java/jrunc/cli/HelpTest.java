package jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import jrunc.cli.Request.Print;
import org.junit.jupiter.api.Test;

class HelpTest {
    @Test
    void help_is_asked_for_in_many_ways() {
        for (var line : new String[] {"--help", "-h", "-help", "help", "--help state", "help --help=false"}) assertEquals(Help.all(), printed(line), line);
        for (var line : new String[] {"kill --help", "kill -h", "help kill", "kill c1 --help", "kill --all -h", "explain kill --help"}) {
            assertEquals(Help.of(Verb.KILL), printed(line), line);
        }
        assertEquals(Help.of(Verb.EXPLAIN), printed("explain --help"));
        assertEquals(Help.of(Verb.HELP), printed("help --help"));
    }

    @Test
    void the_help_of_a_command_says_what_it_does_and_every_flag() {
        assertEquals("""
                Usage: jrunc kill [flags] ID [SIGNAL]

                Send a signal to the container's process: a name or a number, SIGTERM unless given.

                Flags:
                  -a, --all                     signal every process of the container; one that has stopped is no error
                      --wait                    return when no process of the container is left, at most 10 seconds later
                  -h, --help                    print this
                """, Help.of(Verb.KILL));
    }

    @Test
    void the_help_of_all_names_every_command() {
        var text = Help.all();
        for (var verb : Verb.values()) assertTrue(text.contains("\n  " + verb.word() + ' '), verb.word());
        for (var option : Verb.Flags.GLOBAL) assertTrue(text.contains(option.helpLine()), option.name());
    }

    @Test
    void no_line_of_help_is_wider_than_120_columns() {
        for (var verb : Verb.values()) Help.of(verb).lines().forEach(line -> assertTrue(line.length() <= 120, line));
        Help.all().lines().forEach(line -> assertTrue(line.length() <= 120, line));
    }

    @Test
    void no_two_flags_of_one_command_are_written_the_same() {
        for (var verb : Verb.values()) assertDistinct(verb.word(), verb.options());
        assertDistinct("global", Verb.Flags.GLOBAL);
    }

    @Test
    void the_version_is_three_lines_and_that_of_the_project() throws IOException {
        assertEquals("jrunc version 0.1.0\ncommit: unknown\nspec: 1.3.0\n", printed("--version"));
        assertEquals(printed("--version"), printed("-v"));
        var pom = Files.readString(Path.of("pom.xml"));
        assertTrue(pom.contains("<version>" + Version.NUMBER + "</version>"), "pom.xml has another version than " + Version.NUMBER);
    }

    private static void assertDistinct(String of, List<Option> options) {
        var seen = new HashSet<String>();
        for (var option : options) {
            var line = option.helpLine().strip();
            for (var word : line.substring(0, line.indexOf("  ")).split("[, ]+")) {
                if (word.startsWith("-")) assertTrue(seen.add(word), of + " has two " + word);
            }
        }
    }

    private static String printed(String line) {
        return ((Print) new CommandLine(line.split(" "), FakeCaller.ROOT).request()).text();
    }
}
