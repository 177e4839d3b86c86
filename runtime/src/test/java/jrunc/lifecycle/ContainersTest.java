package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import jrunc.host.ProcessFile;
import jrunc.linux.Arch;
import jrunc.linux.StateException;
import jrunc.linux.Sys;
import jrunc.machine.TrapPlayer;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.StateDirectory;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of containers whose records are made here, some by hand and some broken. */
class ContainersTest {
    private static final long SELF = ProcessHandle.current().pid();
    private static final long SELF_START = ProcessFile.startTime(SELF);
    @TempDir Path root;
    private Global global;
    private Containers containers;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach void open() {
        global = new Global(root.toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.CGROUPFS);
        containers = new Containers(global);
    }

    private static ContainerRecord record(String id, long pid, long startTime, long creator, long creatorStart) {
        return new ContainerRecord(pid, startTime, "1.3.0", id, "/b", "/b/r", "2026-01-01T00:00:00Z", creator, creatorStart, "", "", List.of(),
                true, "", List.of(), Map.of(), Map.of());
    }

    private void write(String id, String text) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve(id)).resolve(ContainerRecord.FILE), text);
    }

    @Test void without_a_process_a_container_is_being_created_as_long_as_its_creator_lives() {
        assertEquals("creating", containers.status(record("c", 0, 0, SELF, SELF_START)));
        assertEquals("stopped", containers.status(record("c", 0, 0, SELF, SELF_START - 1)));
        assertEquals("stopped", containers.status(record("c", 0, 0, Integer.MAX_VALUE, 5)));
        assertEquals("stopped", containers.status(ContainerRecord.none("c")));
    }

    @Test void a_process_that_got_the_number_later_is_not_the_containers() throws Exception {
        var innocent = new ProcessBuilder("/bin/sleep", "60").start();
        try {
            long start = ProcessFile.startTime(innocent.pid());
            assertEquals("running", containers.status(record("c", innocent.pid(), start, 1, 1)));
            assertEquals("stopped", containers.status(record("c", innocent.pid(), start - 1, 1, 1)));
            write("c", record("c", innocent.pid(), start - 1, 1, 1).text());
            assertEquals(0, containers.state(containers.find("c")).orElseThrow().pid());
            var operations = operations();
            assertThrows(StateException.class, () -> operations.kill(new Command.Kill("c", jrunc.linux.Signal.SIGKILL, false, false)));
            assertTrue(innocent.isAlive());
        } finally {
            innocent.destroyForcibly().waitFor();
        }
    }

    @Test void a_process_that_is_still_the_machine_waits_for_start() throws Exception {
        long memfd = memfd(Files.readAllBytes(Path.of("/bin/sleep").toRealPath()));
        var machine = new ProcessBuilder("/proc/" + SELF + "/fd/" + memfd, "60").start();
        try {
            var record = record("c", machine.pid(), ProcessFile.startTime(machine.pid()), 1, 1);
            write("c", record.text());
            assertEquals("running", containers.status(record), "without the fifo it has been started");
            Files.writeString(root.resolve("c").resolve(StateDirectory.START), "");
            assertEquals("created", containers.status(record));
            assertEquals("running", containers.status(record("c", SELF, SELF_START, 1, 1)), "a program of its own has been started");
        } finally {
            machine.destroyForcibly().waitFor();
            close(memfd);
        }
    }

    private static long memfd(byte[] program) {
        var tape = new Recorder(Arch.host());
        var fd = tape.variable(-1);
        tape.call(Sys.MEMFD_CREATE, Operand.text("jrunc"), Operand.imm(0)).into(fd);
        tape.call(Sys.WRITE, fd, Operand.bytes(program), Operand.imm(program.length));
        var playback = TrapPlayer.play(tape.finish());
        assertEquals(0, playback.report().cell());
        return playback.value(fd);
    }

    private static void close(long fd) {
        var tape = new Recorder(Arch.host());
        tape.call(Sys.CLOSE, Operand.imm(fd));
        assertEquals(0, TrapPlayer.play(tape.finish()).report().cell());
    }

    private LocalOperations operations() {
        return new LocalOperations(global, new ThisProcess(), new Output(printed), Assertions::fail);
    }

    private String list() {
        printed.reset();
        operations().list(new Command.ListContainers(Command.ListFormat.TABLE, true));
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test void a_broken_record_hides_no_other_container() throws IOException {
        write("a", record("a", 0, 0, 1, 1).text());
        write("z", record("z", 0, 0, 1, 1).text());
        for (var text : List.of("", "garbage", record("m", 0, 0, 1, 1).text().substring(5))) {
            write("m", text);
            var failure = assertThrows(StateException.class, this::list);
            assertTrue(failure.getMessage().startsWith("container \"m\": the record "), failure.getMessage());
            assertTrue(failure.getMessage().endsWith("; \"delete --force\" removes what is left"), failure.getMessage());
            assertEquals("a\nz\n", printed.toString(StandardCharsets.UTF_8));
        }
        Files.write(root.resolve("m").resolve(ContainerRecord.FILE), new byte[] {(byte) 0xff});
        assertThrows(StateException.class, this::list);
        assertEquals("a\nz\n", printed.toString(StandardCharsets.UTF_8));
    }

    @Test void what_has_no_record_yet_or_is_no_directory_is_not_listed() throws IOException {
        write("a", record("a", 0, 0, 1, 1).text());
        Files.createDirectory(root.resolve("unfinished"));
        Files.writeString(root.resolve("file"), "");
        assertEquals("a\n", list());
        Files.delete(root.resolve("a").resolve(ContainerRecord.FILE));
        assertEquals("", list());
    }

    @Test void nobody_has_made_a_container_where_there_is_no_root() throws IOException {
        Files.delete(root);
        assertEquals("", list());
        Files.createDirectory(root);
    }

    @Test void a_container_that_vanishes_while_it_is_looked_at_is_gone() throws IOException {
        write("a", record("a", 0, 0, 1, 1).text());
        var record = containers.find("a");
        Files.delete(root.resolve("a").resolve(ContainerRecord.FILE));
        Files.delete(root.resolve("a"));
        assertEquals(Optional.empty(), containers.state(record));
    }

    @Test void state_says_what_is_missing() throws IOException {
        var operations = operations();
        assertEquals("container does not exist: a", assertThrows(StateException.class, () -> operations.state(new Command.State("a"))).getMessage());
        Files.createDirectory(root.resolve("a"));
        assertTrue(assertThrows(StateException.class, () -> operations.state(new Command.State("a"))).getMessage()
                .contains("has no record: a create or delete of it was killed; \"delete --force\" removes what is left"));
    }

    /** Many commands at once: one looks when another has made the directory and not yet the record, or has removed the record and not yet the directory. */
    @Test void between_directory_and_record_who_looks_waits() throws Exception {
        Files.createDirectory(root.resolve("begun"));
        Files.createDirectory(root.resolve("going"));
        var begun = CompletableFuture.supplyAsync(() -> containers.find("begun"));
        var going = CompletableFuture.supplyAsync(() -> containers.find("going"));
        Thread.sleep(100);
        assertFalse(begun.isDone() || going.isDone());
        write("begun.new", record("begun", 0, 0, 1, 1).text());
        Files.move(root.resolve("begun.new").resolve(ContainerRecord.FILE), root.resolve("begun").resolve(ContainerRecord.FILE));
        Files.delete(root.resolve("going"));
        assertEquals("begun", begun.get(10, TimeUnit.SECONDS).id());
        var gone = assertThrows(ExecutionException.class, () -> going.get(10, TimeUnit.SECONDS)).getCause();
        assertEquals("container does not exist: going", gone.getMessage());
    }

    @Test void a_record_of_another_container_is_not_acted_on() throws IOException {
        write("copy", record("original", SELF, SELF_START, 1, 1).text());
        var failure = assertThrows(StateException.class, () -> containers.find("copy"));
        assertEquals("container \"copy\": the record is that of container \"original\"; \"delete --force\" removes what is left", failure.getMessage());
    }

    @Test void delete_by_force_removes_even_what_has_a_broken_record_or_none() throws IOException {
        write("broken", "garbage");
        Files.createDirectory(root.resolve("none"));
        for (var id : List.of("broken", "none", "missing")) assertEquals(0, operations().delete(new Command.Delete(id, true)));
        try (var left = Files.list(root)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test void delete_without_force_wants_a_stopped_container() throws IOException {
        write("c", record("c", SELF, SELF_START, 1, 1).text());
        var operations = operations();
        assertEquals("cannot delete container c that is not stopped: running",
                assertThrows(StateException.class, () -> operations.delete(new Command.Delete("c", false))).getMessage());
        write("c", record("c", 0, 0, SELF, SELF_START).text());
        assertEquals("cannot delete container c that is not stopped: creating",
                assertThrows(StateException.class, () -> operations.delete(new Command.Delete("c", false))).getMessage());
        write("c", record("c", 0, 0, 1, 1).text());
        assertEquals(0, operations.delete(new Command.Delete("c", false)));
        assertTrue(Files.notExists(root.resolve("c")));
    }
}
