package jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import jrunc.lifecycle.Operations;
import jrunc.linux.Arch;
import jrunc.linux.StateException;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.TapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @Test
    void success_is_silent() {
        assertEquals(0, run(() -> 0, "start", "c1"));
        assertEquals("", out());
        assertEquals("", err());
    }

    @Test
    void the_code_of_the_container_is_the_code_of_run() {
        assertEquals(137, run(() -> 137, "run", "c1"));
        assertEquals("", err());
    }

    @Test
    void what_was_asked_for_goes_to_stdout_in_utf8() {
        assertEquals(0, run(() -> 0, "--version"));
        assertEquals(Version.text(), out());
        assertEquals("", err());
    }

    @Test
    void a_wrong_command_line_is_one_line_on_stderr_and_code_1() {
        assertEquals(1, run(() -> 0, "kill"));
        assertEquals("", out());
        assertEquals("jrunc: \"kill\" requires a minimum of 1 argument(s); usage: jrunc kill [flags] ID [SIGNAL]\n", err());
    }

    @Test
    void a_failure_is_one_line_on_stderr_and_code_1() {
        assertEquals(1, run(failing(new StateException("container does not exist")), "state", "c1"));
        assertEquals("jrunc: container does not exist\n", err());
    }

    @Test
    void a_name_cannot_break_the_line() {
        run(() -> 0, "state", "a\nb\r\t\u0001\u009b2J");
        assertEquals("jrunc: invalid container ID format: \"a\\nb\\r\\t\\x01\\x9b2J\": only letters, digits and _ + - . are allowed\n", err());
    }

    @Test
    void a_fault_of_jrunc_itself_says_so() {
        assertEquals(1, run(failing(new IllegalStateException("x\ny")), "state", "c1"));
        assertEquals("jrunc: internal error: java.lang.IllegalStateException: x\\ny; --debug with --log FILE records where, please report it\n", err());
        assertEquals(1, run(failing(new StackOverflowError()), "state", "c1"));
    }

    @Test
    void a_failure_is_one_json_object_in_the_log_with_level_message_and_time() throws IOException {
        var log = directory.resolve("log.json");
        run(failing(new StateException("say \"é\" & <x>")), "--log", log.toString(), "--log-format", "json", "start", "c1");
        var text = Files.readString(log);
        var expected = "\\{\"level\":\"error\",\"msg\":\"say \\\\\"é\\\\\" & <x>\","
                + "\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z\",\"code\":\"file\"}\n";
        assertTrue(text.matches(expected), text);
        assertEquals("jrunc: say \"é\" & <x>\n", err());
    }

    @Test
    void the_record_has_the_message_taken_apart_for_programs() throws IOException {
        var log = directory.resolve("log.json");
        var tape = new Recorder(Arch.X86_64);
        tape.section("config.md, Mounts");
        tape.attempt("mount proc on /proc", t -> t.call(Sys.FSOPEN, Operand.text("proc"), Operand.imm(1)));
        run(failing(new TapeException(tape.finish(), new Report(1, -19))), "--log", log.toString(), "--log-format", "json", "create", "c1");
        run(failing(StateException.notRunning("c1")), "--log", log.toString(), "--log-format", "json", "kill", "c1");
        run(() -> 0, "--log", log.toString(), "--log-format", "json", "list", "-f", "xml");
        var lines = Files.readAllLines(log);
        assertTrue(lines.get(0).endsWith("\"code\":\"system-call\",\"phase\":\"config.md, Mounts\",\"errno\":\"ENODEV\",\"path\":\"proc\","
                + "\"hint\":\"this kernel does not know that file system type\"}"), lines.get(0));
        assertTrue(lines.get(1).endsWith("\"code\":\"container-not-running\"}"), lines.get(1));
        assertTrue(lines.get(2).endsWith("\"code\":\"usage\",\"phase\":\"command line\",\"hint\":\"table or json\"}"), lines.get(2));
    }

    @Test
    void a_failure_is_one_line_of_a_text_log() throws IOException {
        var log = directory.resolve("log");
        run(failing(new StateException("a \"b\"")), "--log", log.toString(), "start", "c1");
        var text = Files.readString(log);
        assertTrue(text.matches("time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\" level=error msg=\"a \\\\\"b\\\\\"\" code=file\n"), text);
    }

    @Test
    void a_wrong_command_line_after_the_log_was_named_is_in_the_log() throws IOException {
        var log = directory.resolve("log");
        run(() -> 0, "--log", log.toString(), "kill");
        assertTrue(Files.readString(log).contains("requires a minimum of 1 argument(s)"));
    }

    @Test
    void records_are_added_to_a_log_that_others_may_read_and_only_we_write() throws IOException {
        var log = directory.resolve("log");
        run(failing(new StateException("one")), "--log", log.toString(), "start", "c1");
        run(failing(new StateException("two")), "--log", log.toString(), "start", "c1");
        assertEquals(2, Files.readAllLines(log).size());
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
    }

    @Test
    void success_writes_no_log() {
        var log = directory.resolve("log");
        run(() -> 0, "--log", log.toString(), "--debug", "start", "c1");
        assertFalse(Files.exists(log));
    }

    @Test
    void debug_adds_where_it_failed_to_the_log_and_nothing_to_stderr() throws IOException {
        var log = directory.resolve("log");
        run(failing(new StateException("one")), "--log", log.toString(), "--debug", "start", "c1");
        var lines = Files.readAllLines(log);
        assertEquals(2, lines.size());
        assertTrue(lines.getLast().contains("level=debug msg=\"jrunc.linux.StateException: one\\n\\tat "), lines.getLast());
        assertEquals("jrunc: one\n", err());
    }

    @Test
    void a_log_that_cannot_be_written_does_not_hide_the_failure() {
        var log = directory.resolve("missing/log");
        assertEquals(1, run(failing(new StateException("one")), "--log", log.toString(), "start", "c1"));
        assertEquals("jrunc: one\njrunc: write the log: java.nio.file.NoSuchFileException: " + log + "\n", err());
    }

    @Test
    void a_warning_is_a_record_of_the_log_or_without_one_a_line_on_stderr() throws IOException {
        assertEquals(0, warned("say \"it\"\n", false));
        assertEquals("jrunc: warning: say \"it\"\\n\n", err());
        var log = directory.resolve("log");
        assertEquals(0, warned("once", false, "--log", log.toString()));
        assertEquals(0, warned("twice", true, "--log", log.toString(), "--log-format", "json"));
        var lines = Files.readAllLines(log);
        assertTrue(lines.get(0).matches("time=\"[^\"]*\" level=warning msg=\"once\""), lines.get(0));
        assertTrue(lines.get(1).matches("\\{\"level\":\"warning\",\"msg\":\"twice\",\"time\":\"[^\"]*\"}"), lines.get(1));
        assertEquals(0, warned("in the default config", true));
        assertEquals("jrunc: warning: say \"it\"\\n\n", err(), "nothing more");
    }

    private int warned(String line, boolean quiet, String... flags) {
        var operations = (Operations) Proxy.newProxyInstance(MainTest.class.getClassLoader(), new Class<?>[] {Operations.class}, (_, _, _) -> 0);
        var argv = java.util.Arrays.copyOf(flags, flags.length + 2);
        argv[flags.length] = "start";
        argv[flags.length + 1] = "c1";
        return new Main(FakeCaller.ROOT, out, err, (global, caller, to, warnings) -> {
            warnings.note(line, quiet);
            return operations;
        }).run(argv);
    }

    @Test
    void an_answer_that_nobody_takes_is_a_failure() {
        var closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertEquals(1, new Main(FakeCaller.ROOT, closed, err, (global, caller, to, warnings) -> null).run(new String[] {"--version"}));
        assertEquals("jrunc: write to stdout: Broken pipe\n", err());
    }

    private int run(Supplier<Integer> outcome, String... argv) {
        var operations = (Operations) Proxy.newProxyInstance(MainTest.class.getClassLoader(), new Class<?>[] {Operations.class},
                (proxy, method, arguments) -> outcome.get());
        return new Main(FakeCaller.ROOT, out, err, (global, caller, to, warnings) -> operations).run(argv);
    }

    private static Supplier<Integer> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private static Supplier<Integer> failing(Error failure) {
        return () -> {
            throw failure;
        };
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
