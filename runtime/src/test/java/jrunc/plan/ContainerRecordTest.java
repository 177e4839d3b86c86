package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jrunc.linux.StateException;
import jrunc.tape.Recorder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ContainerRecordTest {
    private static final ContainerRecord FULL = new ContainerRecord(1234, 99, "1.3.0", "an-id", "/a bundle", "/root\nfs", "2026-01-01T00:00:00Z", 7, 8,
            "/sys/fs/cgroup", "/a/b", List.of("/a", "/a/b"), false, "/run/a.pid", List.of("poststart", "poststop"), Map.of("key", "value"), Map.of(600L, "exec sh"),
            List.of("/sys/fs/resctrl/an-id/mon_groups/an-id", "/sys/fs/resctrl/an-id"));

    @Provide Arbitrary<String> texts() {
        return Arbitraries.oneOf(Arbitraries.strings().withChars(" \\\n\r\tsn:=é€\u2028\u0000\u007f").ofMaxLength(8), Arbitraries.strings().ascii().ofMaxLength(8),
                Arbitraries.of("", " ", "\\", "\\n", "\n", "\\s", "a\\", "end ", "\npid 1", "😀"));
    }

    @Provide Arbitrary<ContainerRecord> records() {
        var numbers = Arbitraries.longs().between(0, Long.MAX_VALUE);
        var texts = texts().list().ofSize(8);
        var annotations = Arbitraries.maps(texts(), texts()).ofMaxSize(4);
        var words = Arbitraries.maps(numbers, texts()).ofMaxSize(3);
        return Combinators.combine(numbers.list().ofSize(4), texts, texts().list().ofMaxSize(3), Arbitraries.of(true, false), annotations, words)
                .as((n, t, made, own, notes, cells) -> new ContainerRecord(n.get(0), n.get(1), t.get(0), t.get(1), t.get(2), t.get(3), t.get(4), n.get(2),
                        n.get(3), t.get(5), t.get(6), made, own, t.get(7), made.reversed(), notes, cells, made));
    }

    @Property void what_is_written_is_read_again(@ForAll("records") ContainerRecord record) {
        assertEquals(record, ContainerRecord.parse(record.text()));
    }

    @Test void annotations_keep_their_order() {
        Map<String, String> notes = new LinkedHashMap<>();
        for (var key : List.of("z", "a", "m b", "")) notes.put(key, key + "=");
        var record = new ContainerRecord(0, 0, "", "", "", "", "", 0, 0, "", "", List.of(), true, "", List.of(), notes, Map.of());
        assertEquals(List.copyOf(notes.keySet()), List.copyOf(ContainerRecord.parse(record.text()).annotations().keySet()));
    }

    /** The tape writes the two numbers into 20 places each, so there are blanks behind them. */
    @Test void numbers_may_have_blanks_behind_them() {
        var parts = FULL.parts();
        String blanks = " ".repeat(Recorder.DIGITS - 4);
        assertEquals(FULL, ContainerRecord.parse(parts[0] + "1234" + blanks + parts[1] + "99  " + blanks + parts[2]));
    }

    /** By a program that was compiled before: it knows the time in seconds. */
    @Test void one_that_was_made_by_who_knew_no_calendar_reads_as_if_it_had() {
        var numbers = new long[] {1234, 99, 1767225600, 5, 7, 8};
        var parts = FULL.partsOfLater();
        var text = new StringBuilder(parts[0]);
        for (int i = 0; i < numbers.length; i++) text.append(String.format("%-" + Recorder.DIGITS + "d", numbers[i])).append(parts[i + 1]);
        assertEquals(FULL.text().replace("created 2026-01-01T00:00:00Z", "created 2026-01-01T00:00:00.000000005Z"), ContainerRecord.parse(text.toString()).text());
    }

    @Test void a_text_that_is_cut_anywhere_is_refused() {
        byte[] whole = FULL.text().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            String cut = new String(whole, 0, length, StandardCharsets.UTF_8);
            assertThrows(StateException.class, () -> ContainerRecord.parse(cut), () -> "cut after " + cut);
        }
    }

    @Property void a_random_record_that_is_cut_is_refused(@ForAll("records") ContainerRecord record, @ForAll long seed) {
        String text = record.text();
        String cut = text.substring(0, (int) Math.floorMod(seed, (long) text.length()));
        assertThrows(StateException.class, () -> ContainerRecord.parse(cut));
    }

    @Property(tries = 3000) void a_corrupted_text_is_read_or_refused_and_never_anything_else(@ForAll("records") ContainerRecord record, @ForAll long seed) {
        var random = new Random(seed);
        var text = new StringBuilder(record.text());
        for (int i = random.nextInt(1, 6); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                default -> text.insert(at, "\n \\x-9".charAt(random.nextInt(6)));
            }
        }
        try {
            var read = ContainerRecord.parse(text.toString());
            assertTrue(read.pid() >= 0 && read.startTime() >= 0 && read.creator() >= 0 && read.creatorStart() >= 0, "no process has a negative number");
        } catch (StateException refused) {
            assertTrue(refused.getMessage().startsWith("the record "), refused.getMessage());
        }
    }

    @Test void the_record_of_a_container_that_was_made_before_there_were_resctrl_groups_is_read() {
        String older = FULL.text().replaceAll("resctrl-group .*\n", "");
        assertEquals(List.of(), ContainerRecord.parse(older).resctrlGroups());
        assertEquals(FULL.annotations(), ContainerRecord.parse(older).annotations());
    }

    @Test void the_text_of_no_record_is_refused() {
        for (var text : List.of("", "\n", "\n\n", "pid 1\n", "{}\n", "\0\0\0\n", "end \n", FULL.text() + "x", FULL.text().replace("pid 1234", "pid -1234"),
                FULL.text().replace("own-pids false", "own-pids maybe"))) {
            assertThrows(StateException.class, () -> ContainerRecord.parse(text), () -> "taken: " + text);
        }
    }
}
