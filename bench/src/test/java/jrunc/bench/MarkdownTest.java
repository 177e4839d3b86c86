package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
    private final Options options = Options.parse("image=/i", "config=/c", "seccomp=/s", "out=/o", "rounds=20");
    private final String text = new Markdown(Sample.results(), options, "Measured nowhere.").text();

    @Test
    void every_row_of_a_table_has_as_many_cells_as_its_head() {
        int cells = 0;
        int tables = 0;
        for (var line : text.lines().toList()) {
            int bars = line.startsWith("|") ? line.length() - line.replace("|", "").length() : 0;
            if (bars > 0 && cells == 0) tables++;
            if (bars > 0 && cells > 0) assertEquals(cells, bars, line);
            cells = bars;
        }
        assertEquals(1 + 7, tables);
    }

    @Test
    void ratios_stand_beside_the_times_with_one_for_the_peer_itself() {
        var row = text.lines().filter(line -> line.startsWith("| crun |")).findFirst().orElseThrow();
        assertTrue(row.endsWith(" | 1.00 |"), row);
        assertTrue(text.contains("### parallel starts, 50 (containers/s, more is better)"));
    }

    @Test
    void aims_say_whether_they_are_reached() {
        assertTrue(text.contains("| run: jrunc served / crun | at most 0.5 | 0.25 | reached |"), text);
        assertTrue(text.contains("| parallel starts, 50: jrunc served / crun | at least 1.5 | 2."), text);
        assertTrue(text.contains("| exec: jrunc served / crun | at most 0.4 |  | not measured |"), text);
        var missed = Sample.results();
        for (int i = 0; i < 40; i++) missed.add(Sample.RUN, Field.CRUN, 1);
        for (int i = 0; i < 40; i++) missed.add(Sample.RUN, Field.SERVED, 9);
        assertTrue(new Markdown(missed, options, "").text().contains("| run: jrunc served / crun | at most 0.5 | 9.00 | missed |"));
    }

    @Test
    void what_is_missing_is_said_in_one_line() {
        assertTrue(text.contains("- Missing: jrunc <compiled>: not \"there\" & not known.\n"));
    }

    @Test
    void the_page_says_how_to_measure_again() {
        assertTrue(text.contains("mvn -B -q -Pbench") && text.contains("-Dbench.rounds=100"));
    }

    @Test
    void numbers_have_three_digits_that_count() {
        assertEquals(List.of("0.20", "1.69", "16.9", "169", "1690"), List.of(0.2, 1.69, 16.9, 169.2, 1690.0).stream().map(Markdown::number).toList());
    }

    @Test
    void only_what_was_asked_for_is_explained() {
        var run = new Markdown(Sample.results(), Options.parse("image=/i", "config=/c", "seccomp=/s", "out=/o", "rounds=20", "scenarios=run"), "").text();
        assertTrue(run.contains("- `run`: "));
        assertFalse(run.contains("- `list`: "));
    }
}
