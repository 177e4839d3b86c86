package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import jrunc.host.HostReader;
import jrunc.linux.Arch;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.Exec;
import jrunc.plan.Global;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fails an exec at every cell of both of its tapes: each time its container is as it was, and nothing else is left. */
class ExecFaultSweepTest {
    private static final String ID = "exec-sweep-" + ProcessHandle.current().pid();
    private static final Player PLAYER = new Player();

    @TempDir Path directory;
    private Global global;
    private LocalOperations operations;

    @BeforeEach void startContainer() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: namespaces and cgroups");
        assumeTrue(HostReader.read().cgroups().isPresent(), "needs a cgroup v2 tree");
        global = new Global(directory.resolve("state").toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO,
                Global.CgroupManager.CGROUPFS);
        for (var mountPoint : List.of("proc", "dev", "sys", "bin")) Files.createDirectories(directory.resolve("bundle/rootfs").resolve(mountPoint));
        write("end", tape -> tape.call(Sys.EXIT_GROUP, Operand.imm(0)));
        write("wait", tape -> tape.call(Sys.PPOLL, Operand.NULL, Operand.imm(0), Operand.NULL, Operand.NULL, Operand.imm(0)));
        var config = Files.readString(Path.of("src/build/rehearsal/config.json")).replace("\"true\"", "\"/bin/wait\"");
        assertTrue(config.contains("/bin/wait"));
        Files.writeString(directory.resolve("bundle/config.json"), config);
        operations = new LocalOperations(global, new ThisProcess(), new Output(System.out), Assertions::fail);
        operations.create(new Command.Create(ID, directory.resolve("bundle").toString(), Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false));
        operations.start(new Command.Start(ID));
    }

    private void write(String name, java.util.function.Consumer<Recorder> cells) throws IOException {
        var tape = new Recorder(Arch.host());
        cells.accept(tape);
        var program = directory.resolve("bundle/rootfs/bin").resolve(name);
        Files.write(program, Elf.of(tape.finish()));
        assertTrue(program.toFile().setExecutable(true, false));
    }

    @AfterEach void endContainer() {
        if (operations != null) operations.delete(new Command.Delete(ID, true));
    }

    @Test void a_failure_at_any_cell_of_the_runtime_leaves_nothing() throws IOException {
        var before = left();
        var exec = exec();
        var inside = exec.inside(Optional.empty());
        int cells = FaultSweepTest.cellsUntil("close what only exec needed", exec.outside(inside).tape());
        int failed = 0;
        for (int k = 0; k < cells; k++) {
            var whole = exec.outside(inside);
            var broken = new Exec.Recorded(FaultSweepTest.brokenAt(whole.tape(), k), whole.answer(), whole.after(), whole.pid(), whole.pidfd(), whole.terminal());
            failed += outcome(exec, inside, broken, "cell " + (k + 1) + " " + whole.tape().cells().get(k).attempt(), null) ? 1 : 0;
            assertLeft(before, "cell " + (k + 1) + " " + whole.tape().cells().get(k));
        }
        assertTrue(failed > cells * 2 / 3, "only " + failed + " of " + cells + " cells have failed");
    }

    @Test void a_failure_at_any_cell_of_the_process_leaves_nothing_and_is_told_in_its_words() throws IOException {
        var before = left();
        var exec = exec();
        int ready = FaultSweepTest.cellsUntil("tell the runtime that the container is ready", exec.inside(Optional.empty()));
        int failed = 0;
        for (int k = 0; k < ready; k++) {
            var inside = exec.inside(Optional.empty());
            var attempt = inside.cells().get(k).attempt();
            var broken = FaultSweepTest.brokenAt(inside, k);
            failed += outcome(exec, broken, exec.outside(broken), attempt, k == 0 ? null : attempt + ": EIO (Input/output error)") ? 1 : 0;
            assertLeft(before, "cell " + (k + 1) + " " + attempt);
        }
        assertTrue(failed > ready * 2 / 3, "only " + failed + " of " + ready + " cells have failed");
    }

    /** {@return whether it failed; if it did not, its cell was not played, and the process has run to its end} */
    private boolean outcome(Execution exec, Tape inside, Exec.Recorded outside, String which, String words) throws IOException {
        try {
            assertEquals(0, exec.play(PLAYER, new ThisProcess(), inside, outside).untilEnd(HostReader.read(), PLAYER), which);
            Files.delete(directory.resolve("pid")); // the caller's
            return false;
        } catch (JruncException e) {
            if (words != null) assertEquals(words, e.getMessage());
            else assertTrue(e.getMessage().contains("EIO") || e.getMessage().contains("process"), e.getMessage());
            return true;
        }
    }

    @Test void what_is_not_broken_runs() throws IOException {
        var exec = exec();
        var inside = exec.inside(Optional.empty());
        assertEquals(0, exec.play(PLAYER, new ThisProcess(), inside, exec.outside(inside)).untilEnd(HostReader.read(), PLAYER));
        Files.delete(directory.resolve("pid"));
        assertThrows(JruncException.class, () -> operations.exec(command("/bin/nosuch")));
    }

    private Execution exec() {
        return Execution.of(global, new Containers(global), command("/bin/end"));
    }

    private Command.Exec command(String program) {
        var changes = new Command.ProcessChanges(List.of(program), false, Optional.empty(), List.of("HOME=/"), OptionalLong.empty(), OptionalLong.empty(), List.of(),
                List.of(), Optional.empty(), Optional.empty(), false);
        return new Command.Exec(ID, Optional.empty(), changes, false, Optional.of(directory.resolve("pid").toString()), Optional.empty(), Optional.empty(), 0,
                Optional.empty(), false);
    }

    /** A process that its pipe ends may need a moment, and a parent that outlives the command must reap it; the front does not outlive it. */
    private void assertLeft(Set<String> before, String which) throws IOException {
        long end = System.nanoTime() + 5_000_000_000L;
        while (!before.containsAll(left()) && System.nanoTime() < end) {
            Children.reapEnded();
        }
        var now = left();
        assertTrue(before.containsAll(now), () -> which + ": " + now + ", and before " + before);
    }

    /** What could be left: a pid file, processes, cgroups. */
    private Set<String> left() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(directory)) {
            files.map(Path::toString).forEach(found::add);
        }
        ProcessHandle.current().children().forEach(child -> found.add(child.toString()));
        return found;
    }
}
