package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jrunc.host.HostReader;
import jrunc.linux.Errno;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails a create in which systemd makes the cgroup, at every cell around its pause and in every way that systemd can fail it: each time
 * the host must be as it was. systemd is one of the test's own, which makes real cgroups.
 */
class UnitFaultSweepTest {
    private static final String ID = "unit-sweep-" + ProcessHandle.current().pid();
    private static final Player PLAYER = new Player();

    @TempDir Path directory;
    private Global global;
    private Path cgroup;
    private FakeSystemd fake;

    @BeforeEach void makeBundle() throws IOException {
        Children.reapEnded();
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: namespaces and cgroups");
        var tree = HostReader.read().cgroups();
        assumeTrue(tree.isPresent(), "needs a cgroup v2 tree");
        cgroup = Path.of(tree.get().mountPoint(), ID);
        fake = new FakeSystemd(directory.resolve("bus"), cgroup);
        global = new Global(directory.resolve("state").toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.SYSTEMD);
        for (var mountPoint : List.of("proc", "dev", "sys", "bin")) Files.createDirectories(directory.resolve("bundle/rootfs").resolve(mountPoint));
        var exit = new Recorder(jrunc.linux.Arch.host());
        exit.call(Sys.EXIT_GROUP, Operand.imm(0));
        var program = directory.resolve("bundle/rootfs/bin/program");
        Files.write(program, Elf.of(exit.finish()));
        assertTrue(program.toFile().setExecutable(true, false));
        Files.writeString(directory.resolve("bundle/config.json"), """
                {"ociVersion": "1.3.0", "root": {"path": "rootfs"}, "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["/bin/program"]},
                 "mounts": [{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
                 "annotations": {"run.oci.systemd.subgroup": "inner", "run.oci.delegate-cgroup": "payload"},
                 "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "cgroup"}]}}""");
    }

    @AfterEach void removeCgroups() throws IOException {
        if (fake == null) return;
        fake.close();
        Files.deleteIfExists(cgroup.resolve("system.slice"));
        Files.deleteIfExists(cgroup);
    }

    private Units units() {
        return new Units(PLAYER, fake.caller());
    }

    private Command.Create command() {
        return new Command.Create(ID, directory.resolve("bundle").toString(), Optional.of(directory.resolve("pid").toString()), Optional.empty(), Optional.empty(),
                0, false, false, false);
    }

    @Test void without_a_failure_the_container_is_in_its_scope_and_can_be_deleted() throws IOException {
        var before = left();
        var operations = new LocalOperations(global, fake.caller(), new Output(System.out), Assertions::fail);
        operations.create(command());
        var payload = cgroup.resolve("system.slice/jrunc-" + ID + ".scope/inner/payload");
        assertEquals(Files.readString(directory.resolve("pid")), Files.readString(payload.resolve("cgroup.procs")).strip());
        operations.delete(new Command.Delete(ID, true));
        Files.delete(directory.resolve("pid"));
        Children.reap();
        assertEquals(before, left());
        assertEquals(List.of("StopUnit jrunc-" + ID + ".scope", "ResetFailedUnit jrunc-" + ID + ".scope"), fake.asked.subList(fake.asked.size() - 2, fake.asked.size()));
    }

    @Test void a_failure_at_any_cell_around_the_pause_leaves_nothing() throws IOException {
        var before = left();
        var whole = Creation.planned(global, command());
        int pause = whole.outside().tape().pause();
        assertTrue(pause > 0);
        int last = pause;
        while (!whole.outside().tape().cells().get(last).attempt().equals("close what only create needed")) last++;
        int played = 0;
        for (int k = pause - 30; k < last; k++) {
            if (k == pause - 1) continue;
            var units = units();
            var planned = Creation.of(global, command(), units, HostReader.SELF);
            var tape = planned.outside().tape();
            var creation = with(planned, brokenAt(tape, k));
            var cell = tape.cells().get(k);
            try {
                units.play(creation);
                assertTrue(isInUnplayedBranch(tape, k), cell.attempt()); // it was not played
                new LocalOperations(global, fake.caller(), new Output(System.out), Assertions::fail).delete(new Command.Delete(ID, true));
                Children.reap();
                Files.delete(directory.resolve("pid"));
            } catch (CreationException e) {
                played++;
            }
            assertEquals(before, left(), cell.attempt());
        }
        assertTrue(played > 40, "only " + played + " cells played");
    }

    private static boolean isInUnplayedBranch(Tape tape, int k) {
        for (int i = 0; i < k; i++) {
            var cell = tape.cells().get(i);
            if (cell.on() != null && i + cell.skip() >= k) return true;
        }
        return false;
    }

    @Test void whatever_systemd_fails_with_leaves_nothing() throws IOException {
        var before = left();
        for (var fault : Map.of("refused", "Access denied", "hangs up", "the bus has closed the connection", "failed", "systemd says \"failed\"",
                "exists", "already exists").entrySet()) {
            fake.refuses = fault.getKey().equals("refused") ? "StartTransientUnit" : "";
            fake.hangsUpAt = fault.getKey().equals("hangs up") ? "StartTransientUnit" : "";
            fake.result = fault.getKey().equals("failed") ? "failed" : "done";
            fake.existing = fault.getKey().equals("exists") ? 2 : 0;
            var units = units();
            var creation = Creation.of(global, command(), units, HostReader.SELF);
            var failure = assertThrows(JruncException.class, () -> units.play(creation));
            assertTrue(failure.getMessage().contains(fault.getValue()), failure.getMessage());
            assertEquals(before, left(), fault.getKey());
        }
    }

    private static Creation with(Creation whole, Tape outside) {
        return new Creation(whole.host(), whole.config(), List.of(), List.of(), whole.record(), whole.inside(), whole.outside().with(outside));
    }

    private static Tape brokenAt(Tape tape, int k) {
        List<Cell> cells = new ArrayList<>(tape.cells());
        var cell = cells.get(k);
        cells.set(k, new Cell(Call.Own.COMPARE, List.of(Operand.imm(0), Operand.imm(-1), Operand.imm(1), Operand.imm(Errno.EIO.number())),
                cell.result(), null, cell.skip(), List.of(), false, 1, cell.section(), cell.attempt()));
        return new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
    }

    private Set<String> left() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(directory)) {
            files.map(Path::toString).filter(name -> !name.endsWith("/state")).forEach(found::add);
        }
        var slice = cgroup.resolve("system.slice");
        if (Files.isDirectory(slice)) {
            try (var files = Files.list(slice)) {
                files.filter(Files::isDirectory).map(Path::toString).forEach(found::add);
            }
        }
        ProcessHandle.current().children().forEach(child -> found.add(child.toString()));
        return found;
    }
}
