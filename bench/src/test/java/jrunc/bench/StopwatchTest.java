package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopwatchTest {
    @TempDir Path scratch;
    private Stopwatch stopwatch;

    @BeforeEach
    void make() throws IOException {
        stopwatch = new Stopwatch(scratch);
    }

    @Test
    void a_lap_lies_between_its_two_looks_at_the_clock() {
        var words = ByteBuffer.allocate(Course.LAP * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        words.asLongBuffer().put(0, new long[] {7, 999_000_000, 8, 1_500_000}).put(Course.PEAK, 321);
        var lap = Stopwatch.read(words.array()).getFirst();
        assertEquals(2.5, lap.milliseconds(), 1e-6);
        assertEquals(321, lap.peak());
    }

    @Test
    void a_command_that_sleeps_takes_that_long_and_its_memory_is_known() throws Exception {
        var lap = stopwatch.time(List.of("/bin/sleep", "0.05"));
        assertTrue(lap.milliseconds() >= 50, lap.toString());
        assertTrue(lap.peak() > 100, lap.toString());
    }

    @Test
    void each_command_of_a_row_has_a_lap_and_its_output_is_kept() throws Exception {
        assertEquals(2, stopwatch.laps(List.of(run("echo one"), new Course.Step.AwaitOrphans(), run("echo two"))).size());
        assertEquals("one\ntwo\n", new String(stopwatch.out()));
    }

    @Test
    void what_a_command_leaves_behind_is_waited_for() throws Exception {
        stopwatch.laps(List.of(run("(sleep 0.1; echo late) &"), new Course.Step.AwaitOrphans()));
        assertEquals("late\n", new String(stopwatch.out()));
    }

    @Test
    void a_command_that_fails_is_told_with_its_words() {
        assertTrue(failure(run("echo broken >&2; exit 3")).contains("broken"));
        assertTrue(failure(new Course.Step.Run(List.of("/not/there"))).contains("failed"));
    }

    @Test
    void rows_are_taken_at_once() throws Exception {
        var row = List.<Course.Step>of(run("touch $$.begun; while [ $(ls *.begun | wc -l) -lt 3 ]; do sleep 0.01; done"));
        stopwatch.together(Collections.nCopies(3, row)); // alone, none of them would end
        try (var files = Files.list(scratch)) {
            assertEquals(3, files.filter(file -> file.toString().endsWith(".begun")).count());
        }
    }

    @Test
    void the_program_of_calls_says_what_they_cost() throws Exception {
        var file = scratch.resolve("calls");
        Stopwatch.write(file, Programs.calls());
        stopwatch.time(List.of(file.toString()));
        var costs = Programs.costs(stopwatch.out());
        assertTrue(costs.getppid() > 1 && costs.getppid() < 1e6 && costs.personality() > 1 && costs.personality() < 1e6, costs.toString());
    }

    @Test
    void the_program_that_does_nothing_prints_nothing() throws Exception {
        var file = scratch.resolve("nothing-at-all");
        Stopwatch.write(file, Programs.nothing());
        stopwatch.time(List.of(file.toString()));
        assertArrayEquals(new byte[0], stopwatch.out());
    }

    private String failure(Course.Step step) {
        return assertThrows(IllegalStateException.class, () -> stopwatch.laps(List.of(step))).getMessage();
    }

    private static Course.Step run(String script) {
        return new Course.Step.Run(List.of("/bin/sh", "-c", script));
    }
}
