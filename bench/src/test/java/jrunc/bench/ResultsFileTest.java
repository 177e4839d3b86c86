package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResultsFileTest {
    @Test
    void what_people_wrote_before_and_after_stays() {
        var file = "before\n" + ResultsFile.BEGIN + "old\n" + ResultsFile.END + "after\n";
        assertEquals("before\n" + ResultsFile.BEGIN + "new\n" + ResultsFile.END + "after\n", ResultsFile.replaced(file, "new\n"));
    }

    @Test
    void a_file_without_marks_loses_nothing() {
        assertEquals(ResultsFile.BEGIN + "new\n" + ResultsFile.END + "\nby hand\n", ResultsFile.replaced("by hand\n", "new\n"));
        assertEquals(ResultsFile.BEGIN + "new\n" + ResultsFile.END, ResultsFile.replaced("", "new\n"));
    }

    @Test
    void the_real_file_has_the_marks_and_notes_outside_of_them() throws IOException {
        var file = Files.readString(Path.of("RESULTS.md"));
        var replaced = ResultsFile.replaced(file, "");
        assertTrue(file.contains(ResultsFile.BEGIN) && file.contains(ResultsFile.END));
        assertTrue(replaced.contains("## What a seccomp filter costs per system call"));
        assertEquals(replaced, ResultsFile.replaced(replaced, ""));
    }
}
