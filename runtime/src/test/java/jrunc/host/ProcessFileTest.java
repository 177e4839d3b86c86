package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFileTest {
    private static final Path SLEEP = Path.of("/bin/sleep");

    @Test void a_name_full_of_parentheses_and_blanks_hides_no_field(@TempDir Path directory) throws Exception {
        var program = Files.copy(SLEEP.toRealPath(), directory.resolve("a) b (c) Z"), StandardCopyOption.COPY_ATTRIBUTES);
        var process = new ProcessBuilder(program.toString(), "60").start();
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String start = process.pid() + " (a) b (c) Z) ";
            assertTrue(stat.startsWith(start), stat);
            assertEquals(Long.parseLong(stat.substring(start.length()).split(" ")[19]), ProcessFile.startTime(process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test void nobody_has_no_start_time() throws Exception {
        var process = new ProcessBuilder(SLEEP.toString(), "0").start();
        process.waitFor();
        assertEquals(ProcessFile.NONE, ProcessFile.startTime(process.pid()));
        assertEquals(ProcessFile.NONE, ProcessFile.startTime(0));
        assertEquals("", ProcessFile.executable(process.pid()));
    }

    @Test void a_zombie_has_ended() throws Exception {
        // The shell becomes a program that waits for nobody; a child that ends only then stays a zombie.
        var parent = new ProcessBuilder("/bin/sh", "-c", "exec 3<&0; /bin/cat <&3 >/dev/null & echo $!; exec /bin/sleep 60").start();
        try (var line = parent.inputReader()) {
            long child = Long.parseLong(line.readLine());
            while (!ProcessFile.executable(parent.pid()).endsWith("sleep")) Thread.onSpinWait();
            parent.getOutputStream().close();
            while (!state(child).equals("Z")) Thread.onSpinWait();
            assertEquals(ProcessFile.NONE, ProcessFile.startTime(child));
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    private static String state(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ")[2];
    }

    @Test void this_process_runs_java() {
        assertTrue(ProcessFile.executable(ProcessHandle.current().pid()).endsWith("/java"));
        assertEquals(HostReader.read().startTime(), ProcessFile.startTime(ProcessHandle.current().pid()));
    }
}
