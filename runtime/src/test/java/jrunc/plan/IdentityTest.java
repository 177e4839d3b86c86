package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.tape.Operand;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program's environment, the search for it, and the small decisions about paths that plans rest on. */
class IdentityTest {
    private static List<String> environment(Optional<String> home, String... entries) {
        return Identity.environment(config("sh", entries).process(), home);
    }

    private static Config config(String program, String... entries) {
        String env = entries.length == 0 ? "" : "\"" + String.join("\",\"", entries) + "\"";
        return ConfigParser.parse(("{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\",\"args\":[\"" + program
                + "\"],\"env\":[" + env + "]},\"linux\":{}}").getBytes(StandardCharsets.UTF_8));
    }

    @Test void of_two_entries_with_one_name_the_last_counts() {
        assertEquals(List.of("B=2", "A=3", "HOME=/"), environment(Optional.empty(), "A=1", "B=2", "A=3"));
        assertEquals(List.of("A=", "HOME=/"), environment(Optional.empty(), "A=1", "A="));
    }

    @Test void a_value_may_hold_more_equals_signs_and_names_may_differ_in_case() {
        assertEquals(List.of("A=b=c", "a=", "HOME=/"), environment(Optional.empty(), "A=b=c", "a="));
    }

    @Test void home_is_the_users_unless_it_is_given() {
        assertEquals(List.of("HOME=/home/u"), environment(Optional.of("/home/u")));
        assertEquals(List.of("HOME=/"), environment(Optional.empty()));
        assertEquals(List.of("HOME=/mine"), environment(Optional.of("/home/u"), "HOME=/mine"));
        assertEquals(List.of("A=1", "HOME=/home/u"), environment(Optional.of("/home/u"), "HOME=", "A=1"));
        assertEquals(List.of("HOME=/late"), environment(Optional.of("/home/u"), "HOME=", "HOME=/late"));
        assertEquals(List.of("HOME=/home/u"), environment(Optional.of("/home/u"), "HOME=/early", "HOME="));
        assertEquals(List.of("HOMEX=1", "HOME=/"), environment(Optional.empty(), "HOMEX=1"));
    }

    /** The last hit on the tape counts, so the candidates stand in the reverse of the order of $PATH. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "PATH=/a:/b:/c            | /c/sh /b/sh /a/sh",
        "PATH=/a::/b              | /b/sh ./sh /a/sh",
        "PATH=/a:                 | ./sh /a/sh",
        "PATH=/one;PATH=/two      | /two/sh",
        "XPATH=/no;PATH=/a/       | /a//sh",
        "XPATH=/no                | ``",
        "PATH=                    | ``",
    })
    void the_program_is_looked_for_along_the_path(String env, String candidates) {
        var t = new Tracks(Container.of("search", config("sh", env.split(";"))).inside());
        List<String> found = new ArrayList<>();
        for (var cell : t.tape().cells()) {
            if (cell.call().word().equals("faccessat2")) found.add(((Operand.Text) cell.operands().get(1)).utf8());
        }
        assertEquals(candidates, String.join(" ", found));
    }

    @ParameterizedTest
    @CsvSource({"/bin/sh", "./sh", "bin/sh", "../sh"})
    void a_program_with_a_slash_is_not_looked_for(String program) {
        var t = new Tracks(Container.of("slash", config(program, "PATH=/a:/b")).inside());
        for (var cell : t.tape().cells()) {
            if (cell.call().word().equals("faccessat2")) assertEquals(new Operand.Text(program), cell.operands().get(1));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/          | /",         "``         | /",        "/a/b       | /a/b",     "a/b/      | /a/b",   "//a///b   | /a/b",
        "/a/./b     | /a/b",      "/a/../b    | /b",       "/../../a   | /a",       "..        | /",      "/a/b/../.. | /",
        "/...       | /...",      "/a/..b     | /a/..b",   "/a /b      | /a /b",
    })
    void a_path_is_cleaned_as_text(String path, String clean) {
        assertEquals(clean, InRoot.clean(path));
    }

    @Property void a_clean_path_stays_as_it_is_and_never_leads_up(@ForAll List<@net.jqwik.api.From("parts") String> parts) {
        String clean = InRoot.clean(String.join("/", parts));
        assertEquals(clean, InRoot.clean(clean));
        assertEquals(List.of(), InRoot.names(clean).stream().filter(name -> name.isEmpty() || name.equals(".") || name.equals("..")).toList());
    }

    @net.jqwik.api.Provide net.jqwik.api.Arbitrary<String> parts() {
        return net.jqwik.api.Arbitraries.of("", ".", "..", "a", "...", " ", "b.c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/a              | /a",          "/a:/b         | /a;/b",     "/a\\:b:/c  | /a:b;/c",   "/a\\\\:/b  | /a\\;/b",
        "/a\\x           | /ax",         "/a\\          | /a\\",      "/a::/b     | /a;;/b",    ":          | ;",
        "/a\\\\\\:b      | /a\\:b",
    })
    void layers_are_parted_at_colons_that_are_not_escaped(String list, String parts) {
        assertEquals(List.of(parts.split(";", -1)), RootSource.parted(list));
    }
}
