package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import jrunc.host.HostReader;
import jrunc.linux.Arch;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.plan.Ties;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Breaks a run that is one chain at every cell of each of its tapes: nothing is left, wherever the chain goes on from there. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WholeRunFaultSweepTest {
    private static final String ID = "whole-" + ProcessHandle.current().pid();
    private static final Player PLAYER = new Player();
    private static final int CREATE = 0;

    @TempDir Path directory;
    private Global global;

    @BeforeEach void makeBundle() throws IOException {
        Children.reapEnded();
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: namespaces and cgroups");
        assumeTrue(HostReader.read().cgroups().isPresent(), "needs a cgroup v2 tree");
        global = new Global(directory.resolve("state").toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.CGROUPFS);
        for (var place : List.of("proc", "dev")) Files.createDirectories(directory.resolve("bundle/rootfs").resolve(place));
        var end = new Recorder(Arch.host());
        end.call(Sys.EXIT_GROUP, Operand.imm(7));
        var program = Files.write(directory.resolve("bundle/rootfs/end"), Elf.of(end.finish()));
        assertTrue(program.toFile().setExecutable(true, false));
        Files.writeString(directory.resolve("bundle/config.json"), """
                {"ociVersion": "1.0.2", "process": {"args": ["/end"], "cwd": "/"}, "root": {"path": "rootfs"},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}, {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
                 "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}}""");
    }

    private Command.Run command() {
        var create = new Command.Create(ID, directory.resolve("bundle").toString(), Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false, new Ties(true, false));
        return new Command.Run(create, false);
    }

    private LocalOperations operations() {
        return new LocalOperations(global, new ThisProcess(), new Output(System.out), Assertions::fail);
    }

    @Test void what_is_not_broken_passes_the_exit_code_on_and_leaves_nothing() throws IOException {
        var before = left();
        assertEquals(7, operations().run(command()));
        assertEquals(before, left());
    }

    @ParameterizedTest @ValueSource(ints = {0, 1, 2, 3})
    void a_failure_at_any_cell_leaves_nothing(int link) throws IOException {
        var before = left();
        int failed = 0;
        var tape = whole().chain().links().get(link).image().tape();
        int cells = link == CREATE ? FaultSweepTest.cellsUntil("close what only create needed", tape) : tape.cells().size() - 1; // a close does not fail
        for (int k = 0; k < cells; k++) {
            failed += fails(link, k) ? 1 : 0;
            Children.reapEnded();
            int cell = k;
            assertEquals(before, left(), () -> "link " + link + ", cell " + (cell + 1) + " " + whole().chain().links().get(link).image().tape().cells().get(cell).attempt());
        }
        assertTrue(failed > cells / 3, "only " + failed + " of " + cells + " cells have failed: the others are in the clean-up, or in branches that are not played");
    }

    private WholeRun whole() {
        return new WholeRun(global, Creation.of(global, command().create()), command());
    }

    /** {@return whether it did: a failed delete is made good, and says nothing} */
    private boolean fails(int link, int k) {
        try {
            return broken(link, k) != 7;
        } catch (JruncException e) {
            return true;
        }
    }

    private int broken(int link, int k) {
        var operations = operations();
        var creation = Creation.of(global, command().create());
        if (link == CREATE) {
            var outside = creation.outside().with(FaultSweepTest.brokenAt(creation.outside().tape(), k));
            var broken = new Creation(creation.host(), creation.config(), List.of(), List.of(), creation.record(), creation.inside(), outside);
            return new WholeRun(global, broken, command()).play(PLAYER, id -> operations.delete(new Command.Delete(id, true)));
        }
        var whole = new WholeRun(global, creation, command());
        var chain = new Chain();
        var removed = new boolean[1];
        for (int i = 0; i < whole.chain().links().size(); i++) {
            var each = whole.chain().links().get(i);
            chain.add(i == link ? new Image(FaultSweepTest.brokenAt(each.image().tape(), k)) : each.image(), each.well(), each.failed(), each.lasts());
        }
        int code = whole.play(chain, chain.links().get(2).image(), PLAYER, id -> {
            removed[0] = true;
            operations.delete(new Command.Delete(id, true));
        });
        return removed[0] ? -1 : code;
    }

    /** State and cgroups. */
    private Set<String> left() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(directory); var cgroups = Files.list(Path.of(HostReader.read().cgroups().orElseThrow().mountPoint()))) {
            files.map(Path::toString).filter(name -> !name.endsWith("/state")).forEach(found::add);
            cgroups.map(Path::toString).filter(name -> name.contains(ID)).forEach(found::add);
        }
        return found;
    }
}
