package jrunc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jrunc.host.ProcessFile;
import jrunc.lifecycle.CarriedTape;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.plan.ContainerRecord;
import jrunc.plan.FrontPage;
import jrunc.plan.FrontTape;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Operand;
import jrunc.tape.Tape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a front does by itself, to a process that stands for a container's; lib/java says "java" and what it was started with. */
class FrontCommandTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-aarch64");

    @TempDir
    private Path folder;
    private Path root;
    private Process process;

    @BeforeEach
    void a_container() throws IOException {
        process = new ProcessBuilder("sleep", "1000").start();
        root = Files.createDirectory(folder.resolve("root"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        writePage("c1", process.pid(), ProcessFile.startTime(process.pid()));
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private void writePage(String id, long pid, long startTime) throws IOException {
        var record = new ContainerRecord(pid, startTime, "1.3.0", id, "/b", "/b/rootfs", "now", 1, 1, "", "", List.of(), true, "", List.of(), Map.of(), Map.of());
        var page = FrontPage.of(record, List.of("{\"id\": \"" + id + "\", \"pid\": ", ", \"status\": \"", "\"}\n"), false, false).orElseThrow();
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putLong(8, pid).putLong(16, startTime);
        Files.write(Files.createDirectories(root.resolve(id)).resolve("front"), page);
        Files.writeString(root.resolve(id).resolve("record"), "");
    }

    /** How a front ended. */
    private record Ended(int exit, String out) {}

    private Ended run(Arch arch, String... arguments) throws IOException, InterruptedException {
        return run(new CarriedTape(arch), arguments);
    }

    private Ended run(Front.Carrying carrying, String... arguments) throws IOException, InterruptedException {
        var arch = carrying.at(0, 0, 0).tape().arch();
        assumeTrue(arch == Arch.host() || Files.isExecutable(QEMU), "needs qemu-user");
        executable(folder.resolve("lib/java"), "#!/bin/sh\nshift\necho java \"$@\"\n".getBytes(StandardCharsets.UTF_8));
        var front = executable(folder.resolve("bin/jrunc"), Front.of(arch, new Front.Becoming(Front.FOLDER + "/lib/java", List.of(CarriedTape.ARGUMENT), List.of(), List.of()), carrying));
        var command = new ArrayList<String>(arch == Arch.host() ? List.of() : List.of(QEMU.toString()));
        command.add(front.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("XDG_RUNTIME_DIR");
        var started = builder.start();
        started.getOutputStream().close();
        var out = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(started.waitFor(), out);
    }

    private static Path executable(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @EnumSource
    void state_is_printed_by_the_front_alone(Arch arch) throws Exception {
        var expected = new Ended(0, "{\"id\": \"c1\", \"pid\": " + process.pid() + ", \"status\": \"running\"}\n");
        assertEquals(expected, run(arch, "--root", root.toString(), "state", "c1"));
        assertEquals(expected, run(arch, "--root=" + root, "--log", "/nowhere/log", "--log-format=json", "--systemd-cgroup", "state", "c1"));
        process.destroyForcibly().waitFor();
        assertEquals(new Ended(0, "{\"id\": \"c1\", \"pid\": 0, \"status\": \"stopped\"}\n"), run(arch, "--root", root.toString(), "state", "c1"));
    }

    @ParameterizedTest
    @EnumSource
    void a_process_that_has_the_pid_but_another_start_time_is_not_the_containers(Arch arch) throws Exception {
        writePage("c1", process.pid(), 7);
        assertEquals(new Ended(0, "{\"id\": \"c1\", \"pid\": 0, \"status\": \"stopped\"}\n"), run(arch, "--root", root.toString(), "state", "c1"));
        assertEquals(new Ended(0, "java --root " + root + " kill c1 9\n"), run(arch, "--root", root.toString(), "kill", "c1", "9"));
        assertTrue(process.isAlive());
    }

    @ParameterizedTest
    @EnumSource
    void kill_sends_the_signal_by_number_or_name(Arch arch) throws Exception {
        assertEquals(new Ended(0, ""), run(arch, "--root", root.toString(), "kill", "c1", "0"));
        assertTrue(process.isAlive());
        assertEquals(new Ended(0, ""), run(arch, "--root", root.toString(), "kill", "c1", arch == Arch.host() ? "KILL" : "15"));
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(arch == Arch.host() ? 137 : 143, process.exitValue());
    }

    @ParameterizedTest
    @EnumSource
    void delete_needs_the_process_to_have_ended_or_force(Arch arch) throws Exception {
        assertEquals(new Ended(0, "java --root " + root + " delete c1\n"), run(arch, "--root", root.toString(), "delete", "c1"));
        assertTrue(Files.exists(root.resolve("c1/record")));
        assertEquals(new Ended(0, ""), run(arch, "--root", root.toString(), "delete", "--force", "c1"));
        assertFalse(Files.exists(root.resolve("c1")));
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    }

    /** With an argument too many, a flag of another command, a strange id, an unknown container, a signal that is none. */
    @ParameterizedTest
    @EnumSource
    void whatever_is_not_as_usual_goes_through_java(Arch arch) throws Exception {
        Files.createDirectory(root.resolve("empty"));
        for (var line : new String[] {"state", "state c1 c2", "state --help c1", "state ../root/c1", "state .", "state c2", "state empty", "kill c1 65", "kill c1 HUP",
            "kill c1 9x", "kill --all c1 9", "kill c1 9 9", "delete -f c1", "create c1", "--help", "start c1"}) {
            var words = ("--root " + root + " " + line).split(" ");
            assertEquals(new Ended(0, "java " + String.join(" ", words) + "\n"), run(arch, words), line);
        }
        assertEquals("java --root root state c1\n", run(arch, "--root", "root", "state", "c1").out());
        assertEquals("java --debug --root " + root + " state c1\n", run(arch, "--debug", "--root", root.toString(), "state", "c1").out());
        for (var flag : List.of("--rootless=auto", "--rootless=", "--systemd-cgroup --debug")) {
            var words = new ArrayList<>(List.of(flag.split(" ")));
            words.addAll(List.of("--root", root.toString(), "state", "c1"));
            assertEquals("java " + String.join(" ", words) + "\n", run(arch, words.toArray(String[]::new)).out());
        }
        assertEquals("java --root\n", run(arch, "--root").out());
        assertTrue(process.isAlive());
    }

    @ParameterizedTest
    @EnumSource
    void what_others_can_write_is_not_trusted(Arch arch) throws Exception {
        var usual = "java --root " + root + " kill c1 9\n";
        Files.setPosixFilePermissions(root.resolve("c1"), PosixFilePermissions.fromString("rwx-w--w-"));
        assertEquals(usual, run(arch, "--root", root.toString(), "kill", "c1", "9").out());
        Files.setPosixFilePermissions(root.resolve("c1"), PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwx---"));
        assertEquals(usual, run(arch, "--root", root.toString(), "kill", "c1", "9").out());
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Files.move(root.resolve("c1"), root.resolve("c0"));
        Files.createSymbolicLink(root.resolve("c1"), Path.of("c0"));
        assertEquals(usual, run(arch, "--root", root.toString(), "kill", "c1", "9").out());
        assertTrue(process.isAlive());
    }

    /** Broken at any cell it leaves the rest to Java, and what it has done already does not keep anybody from doing it again. */
    @Test
    void wherever_the_tape_fails_java_takes_over() throws Exception {
        int cells = FrontTape.of(Arch.host(), 0, 0, 0, "").tape().cells().size();
        int taken = 0;
        for (int k = 0; k < cells - 1; k++) {
            var state = run(new Broken(k), "--root", root.toString(), "state", "c1");
            assertTrue(state.exit() == 0 && (state.out().startsWith("java ") || state.out().startsWith("{\"id\"")), k + ": " + state);
            if (state.out().startsWith("java ")) taken++;
            var delete = run(new Broken(k), "--root", root.toString(), "delete", "c1");
            assertEquals(new Ended(0, "java --root " + root + " delete c1\n"), delete);
            assertTrue(process.isAlive() && Files.exists(root.resolve("c1/front")), () -> "a container that runs was deleted");
        }
        assertTrue(taken > 20, taken + " of " + cells);
        process.destroyForcibly().waitFor();
        for (int k = 0; k < cells - 1; k++) {
            writePage("c1", process.pid(), 7);
            var delete = run(new Broken(k), "--root", root.toString(), "delete", "c1");
            assertEquals(0, delete.exit());
            boolean gone = !Files.exists(root.resolve("c1"));
            assertTrue(delete.out().isEmpty() == gone || delete.out().startsWith("java "), k + ": " + delete);
            if (!gone && Files.exists(root.resolve("c1/front"))) assertEquals(new Ended(0, ""), run(Arch.host(), "--root", root.toString(), "delete", "c1"));
        }
    }

    /** The tape with a cell that fails. */
    private record Broken(int k) implements Front.Carrying {
        private static final CarriedTape WHOLE = new CarriedTape(Arch.host());

        @Override
        public int pageSize() {
            return WHOLE.pageSize();
        }

        @Override
        public int answerSize() {
            return WHOLE.answerSize();
        }

        @Override
        public Front.Carried at(long page, long answer, long form) {
            var whole = WHOLE.at(page, answer, form);
            var tape = whole.tape();
            List<Cell> cells = new ArrayList<>(tape.cells());
            var cell = cells.get(k);
            cells.set(k, new Cell(Call.Own.COMPARE, List.of(Operand.imm(0), Operand.imm(-1), Operand.imm(1), Operand.imm(Errno.EIO.number())),
                    cell.result(), null, cell.skip(), List.of(), false, 1, cell.section(), cell.attempt()));
            var broken = new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
            return new Front.Carried(broken, whole.defaultRoot(), whole.verbs(), whole.served(), whole.socket(), whole.root(), whole.id(), whole.verb(), whole.force(), whole.signal(),
                    whole.told(), whole.answer(), whole.answerSize(), whole.argument(), whole.argumentIfTold(), whole.filling());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_page_that_is_damaged_is_not_believed(Arch arch) throws Exception {
        Files.write(root.resolve("c1/front"), new byte[64]);
        assertEquals("java --root " + root + " kill c1 9\n", run(arch, "--root", root.toString(), "kill", "c1", "9").out());
        assertTrue(process.isAlive());
    }
}
