package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole bench, with the one contender that needs neither rights nor jrunc's image. */
class BenchTest {
    @TempDir Path out;

    @Test
    void one_round_leaves_a_table_a_page_and_json_and_nothing_else() throws Exception {
        var before = scratches();
        run("scenarios=run", "contenders=no container");
        assertEquals(before, scratches());
        var table = Files.readString(out.resolve("RESULTS.md"));
        assertTrue(table.contains("### run (ms)") && table.contains("\n| no container | 2 |"), table);
        assertTrue(Files.readString(out.resolve("bench.json")).contains("\"jrunc.bench.run.noContainer\""));
        assertTrue(Files.readString(out.resolve("bench.html")).endsWith("</html>\n"));
    }

    @Test
    void a_crun_that_is_not_there_is_said_to_be_missing() throws Exception {
        run("scenarios=run", "contenders=no container,newer crun", "crun=/not/there --flag");
        var table = Files.readString(out.resolve("RESULTS.md"));
        assertTrue(table.contains("- Missing: newer crun: no program /not/there.\n"), table);
        assertFalse(table.contains("| newer crun |"), table);
    }

    private void run(String... words) throws Exception {
        var all = new ArrayList<>(List.of("image=/not/there", "config=../runtime/src/build/rehearsal/config.json",
                "seccomp=../spec-fixtures/configs/good/seccomp-docker.json", "out=" + out, "rounds=2", "write=" + out.resolve("RESULTS.md")));
        all.addAll(List.of(words));
        Bench.main(all.toArray(String[]::new));
    }

    private static List<Path> scratches() throws IOException {
        var all = new ArrayList<Path>();
        for (var place : List.of(System.getProperty("java.io.tmpdir"), "/run", "/dev/shm")) {
            try (var files = Files.list(Path.of(place))) {
                files.filter(file -> file.getFileName().toString().startsWith("jrunc-bench")).forEach(all::add);
            }
        }
        return all;
    }
}
