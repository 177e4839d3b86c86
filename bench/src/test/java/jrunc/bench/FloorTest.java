package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Tape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloorTest {
    @TempDir Path scratch;
    private Bundles bundles;

    @BeforeEach
    void make() throws IOException {
        bundles = new Bundles(scratch.resolve("bundles"), Path.of("../runtime/src/build/rehearsal/config.json"),
                Path.of("../spec-fixtures/configs/good/seccomp-docker.json"));
    }

    @Test
    void it_sets_a_container_up_and_does_nothing_of_what_a_runtime_does_for_itself() throws IOException {
        var floor = calls(Floor.tape(Recording.read(bundles.exits().toString(), "floor")));
        assertTrue(floor.containsAll(Set.of(Sys.CLONE3, Sys.PIVOT_ROOT, Sys.FSMOUNT, Sys.CAPSET, Sys.EXECVE, Sys.WAIT4)), floor.toString());
        for (var other : Set.of(Sys.MEMFD_CREATE, Sys.EXECVEAT, Sys.PIPE2, Sys.RENAMEAT, Sys.FLOCK)) assertFalse(floor.contains(other), other.toString());
    }

    @Test
    void every_call_of_the_container_s_side_is_on_it_but_for_the_handshake() throws IOException {
        var recording = Recording.read(bundles.exits().toString(), "floor");
        var inside = recording.inside();
        var floor = Floor.tape(recording);
        long wanted = inside.cells().subList(0, inside.cleanUp()).stream().filter(cell -> cell.section().startsWith("config")).count();
        long there = floor.cells().stream().filter(cell -> cell.section().startsWith("config.md") || inside.cells().stream().anyMatch(
                other -> other.attempt().equals(cell.attempt()) && other.section().equals(cell.section()) && cell.section().startsWith("config"))).count();
        assertEquals(wanted, there);
    }

    @Test
    void it_runs_the_program_in_namespaces_of_its_own_and_leaves_no_cgroup() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "root makes namespaces");
        var recording = Recording.read(bundles.calls(false).toString(), "bench-floor-test-" + ProcessHandle.current().pid());
        var program = scratch.resolve("floor");
        Stopwatch.write(program, Floor.of(recording));
        var stopwatch = new Stopwatch(scratch);
        stopwatch.time(List.of(program.toString()));
        assertTrue(Programs.costs(stopwatch.out()).getppid() > 0, "the container's program has written its times");
        if (recording.place().isPresent()) {
            var cgroup = Path.of(recording.host().cgroups().orElseThrow().mountPoint() + recording.place().get().path());
            assertFalse(Files.exists(cgroup), cgroup.toString());
        }
    }

    @Test
    void a_program_that_cannot_be_run_leaves_no_cgroup_either() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "root makes namespaces");
        var recording = Recording.read(bundles.exits().toString(), "bench-floor-fails-" + ProcessHandle.current().pid());
        var program = scratch.resolve("floor");
        Stopwatch.write(program, Floor.of(recording));
        Files.delete(bundles.program());
        var stopwatch = new Stopwatch(scratch);
        assertThrows(IllegalStateException.class, () -> stopwatch.time(List.of(program.toString())));
        if (recording.place().isPresent()) {
            assertFalse(Files.exists(Path.of(recording.host().cgroups().orElseThrow().mountPoint() + recording.place().get().path())));
        }
    }

    private static Set<Sys> calls(Tape tape) {
        return tape.cells().stream().map(cell -> cell.call()).filter(Call.Kernel.class::isInstance).map(call -> ((Call.Kernel) call).sys())
                .collect(Collectors.toSet());
    }
}
