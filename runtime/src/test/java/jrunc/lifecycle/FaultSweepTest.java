package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jrunc.config.ConfigParser;
import jrunc.config.Resources;
import jrunc.host.HostReader;
import jrunc.linux.Errno;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Freeze;
import jrunc.plan.Global;
import jrunc.plan.HookOutcome;
import jrunc.plan.Update;
import jrunc.plan.Ties;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails create at every cell of the runtime's tape, and at every cell of the container's, one after the other: each time the
 * host must be as it was, and the words must be those of that cell.
 */
class FaultSweepTest {
    /** Another run of this test, at the same time, must not have the same cgroup. */
    private static final String ID = "sweep-" + ProcessHandle.current().pid();

    @TempDir Path directory;
    private static final Player PLAYER = new Player();
    private Global global;
    private ServerSocketChannel agent;

    @BeforeEach void makeBundle() throws IOException {
        Children.reapEnded();
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: namespaces and cgroups");
        assumeTrue(HostReader.read().cgroups().isPresent(), "needs a cgroup v2 tree");
        global = new Global(directory.resolve("state").toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO,
                Global.CgroupManager.CGROUPFS);
        for (var mountPoint : List.of("proc", "dev", "sys", "run/notify")) Files.createDirectories(directory.resolve("bundle/rootfs").resolve(mountPoint));
        var program = Files.createDirectories(directory.resolve("bundle/rootfs/bin")).resolve("program");
        Files.write(program, Elf.of(exit()));
        assertTrue(program.toFile().setExecutable(true, false));
        Files.writeString(directory.resolve("bundle/config.json"), Files.readString(Path.of("src/test/resources/sweep.json")).replace("@PROGRAM@", program.toString())
                .replace("@AGENT@", directory.resolve("agent").toString()));
        agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(directory.resolve("agent")));
        Thread.ofPlatform().daemon().start(this::listen);
    }

    /** A seccomp agent that is never asked anything. */
    private void listen() {
        try (var listening = agent) {
            while (true) {
                try (var runtime = listening.accept()) {
                    while (runtime.read(ByteBuffer.allocate(4096)) >= 0) { } // until the runtime has closed it
                }
            }
        } catch (IOException e) {
            assertFalse(agent.isOpen(), e::toString); // the test is over
        }
    }

    @AfterEach void endAgent() throws IOException {
        if (agent != null) agent.close();
    }

    /** A program that does nothing is a tape, too. */
    private static Tape exit() {
        var tape = new Recorder(jrunc.linux.Arch.host());
        tape.call(Sys.EXIT_GROUP, Operand.imm(0));
        return tape.finish();
    }

    @Test void a_failure_at_any_cell_of_the_runtime_leaves_nothing() throws IOException {
        var before = left();
        int cells = cellsUntil("close what only create needed", creation().outside().tape()); // the container is made by then
        for (int i = 0; i < cells; i++) {
            int k = i;
            var whole = creation();
            var broken = whole.outside().with(brokenAt(whole.outside().tape(), k));
            var creation = new Creation(whole.host(), whole.config(), List.of(), List.of(), whole.record(), whole.inside(), broken);
            if (isInUnplayedBranch(whole.outside().tape(), k) || cannotFail(whole.outside().tape(), k)) continue;
            var failure = assertThrows(JruncException.class, () -> creation.play(PLAYER), () -> "cell " + (k + 1) + " " + whole.outside().tape().cells().get(k));
            assertTrue(failure.getMessage().contains("EIO") || failure.getMessage().contains("the container's process"), failure.getMessage());
            assertEquals(before, left(), () -> "cell " + (k + 1) + " " + whole.outside().tape().cells().get(k).attempt());
        }
    }

    @Test void a_failure_at_any_cell_of_the_container_leaves_nothing_and_is_told_in_its_words() throws IOException {
        var before = left();
        int ready = cellsUntil("tell the runtime that the container is ready", creation().inside());
        assertTrue(ready > 300, "a set-up of " + ready + " cells");
        int played = ready;
        for (int i = 0; i < ready; i++) {
            var inside = creation().inside();
            var attempt = inside.cells().get(i).attempt();
            if (cannotFail(inside, i)) continue;
            try {
                remade(brokenAt(inside, i)).play(PLAYER);
                played--;
                new LocalOperations(global, new ThisProcess(), new Output(System.out), Assertions::fail).delete(new Command.Delete(ID, true));
                Children.reap();
                Files.delete(directory.resolve("pid"));
            } catch (CreationException e) {
                if (i > 0) assertEquals(attempt + ": EIO (Input/output error)", e.getMessage());
            }
            assertEquals(before, left(), attempt);
        }
        assertTrue(played > ready / 2, "only " + played + " of " + ready + " cells play: the others stand in branches, most of them for mount points that are missing");
    }

    @Test void without_a_failure_the_container_is_there_and_can_be_deleted() throws IOException {
        var before = left();
        var operations = new LocalOperations(global, new ThisProcess(), new Output(System.out), Assertions::fail);
        operations.create(command());
        assertFalse(left().equals(before));
        operations.delete(new Command.Delete(ID, true));
        Children.reap();
        Files.delete(directory.resolve("pid")); // the caller's
        assertEquals(before, left());
    }

    /** Of a created container on the host's own tree: without any controller there are still cgroup.max.descendants and cgroup.max.depth. */
    @Test void a_failure_at_any_cell_of_an_update_or_a_pause_leaves_every_file_as_it_was() throws IOException {
        var operations = new LocalOperations(global, new ThisProcess(), new Output(System.out), Assertions::fail);
        operations.create(command());
        try {
            var record = new Containers(global).find(ID);
            var host = HostReader.read();
            var asked = ConfigParser.parseResources("{\"unified\":{\"cgroup.max.descendants\":\"7\",\"cgroup.max.depth\":\"3\"}}".getBytes(StandardCharsets.UTF_8));
            var change = new Update.Change(Resources.NONE, asked, Optional.empty());
            var now = Map.of("cgroup.max.descendants", "max\n", "cgroup.max.depth", "max\n");
            var update = Update.of(host, record, -1, change, now, List.of(), "{}".getBytes(StandardCharsets.UTF_8));
            sweep(update.tape(), "write config.json of the container's state", record, () -> {}); // which fails: no lock is held here
            sweep(Freeze.pause(global, host, record), "close the cgroup", record, () -> PLAYER.played(Freeze.resume(global, host, record)));
        } finally {
            operations.delete(new Command.Delete(ID, true));
            Children.reap();
            Files.delete(directory.resolve("pid"));
        }
    }

    private static void sweep(Tape tape, String last, ContainerRecord record, Runnable afterSuccess) throws IOException {
        var before = files(record);
        int cells = cellsUntil(last, tape);
        assertTrue(cells >= 10, "only " + cells + " cells");
        for (int k = 0; k < cells; k++) {
            String attempt = tape.cells().get(k).attempt();
            if (!PLAYER.play(brokenAt(tape, k)).report().isFailure()) afterSuccess.run(); // it was in a branch that is not played
            assertEquals(before, files(record), () -> attempt);
        }
    }

    private static List<String> files(ContainerRecord record) throws IOException {
        List<String> texts = new ArrayList<>();
        for (var file : List.of("cgroup.max.descendants", "cgroup.max.depth", "cgroup.freeze")) {
            texts.add(Files.readString(Path.of(record.mountPoint() + record.cgroup(), file)));
        }
        return texts;
    }

    /** What is played only on kernels before 6.3, or only if a hook fails, or the container's process does. */
    private static boolean isInUnplayedBranch(Tape tape, int k) {
        for (int i = 0; i < k; i++) {
            var cell = tape.cells().get(i);
            if (cell.on() == null || i + cell.skip() < k) continue;
            boolean hooks = HookOutcome.isHook(cell.attempt()) || cell.attempt().startsWith("wait until the ");
            boolean late = cell.call() == Call.Own.COMPARE && tape.cells().get(k).call() != Call.Own.REPEAT; // or it says nothing
            if (cell.attempt().startsWith("take the seccomp listener") || cell.attempt().startsWith("wait until the seccomp filter")) return true; // it may come at once
            if (cell.on().matches(-Errno.EINVAL.number()) || hooks && (cell.on().code() < 0 || late)) return true;
        }
        return false;
    }

    /** A hook's process first sets what it reports to and that it cleans up nothing: a fault there would break the fault's own report. */
    private static boolean cannotFail(Tape tape, int k) {
        var cell = tape.cells().get(k);
        return HookOutcome.isHook(cell.attempt()) && cell.call().answersNumber();
    }

    static int cellsUntil(String attempt, Tape tape) {
        int i = 0;
        while (!tape.cells().get(i).attempt().equals(attempt)) i++;
        return i;
    }

    private Command.Create command() {
        return new Command.Create(ID, directory.resolve("bundle").toString(), Optional.of(directory.resolve("pid").toString()),
                Optional.empty(), Optional.empty(), 0, false, false, false, new Ties(false, false, 0, Optional.of("/nowhere")));
    }

    private Creation creation() {
        return Creation.of(global, command());
    }

    /** The creation with another tape for the container's side. */
    private Creation remade(Tape inside) {
        var whole = creation();
        byte[] before = Elf.of(whole.inside());
        byte[] after = Elf.of(inside);
        List<Cell> cells = new ArrayList<>();
        for (var cell : whole.outside().tape().cells()) {
            List<Operand> operands = new ArrayList<>();
            for (var operand : cell.operands()) {
                boolean image = operand instanceof Operand.Bytes bytes && java.util.Arrays.equals(bytes.bytes(), before);
                boolean size = operand instanceof Operand.Imm imm && imm.value() == before.length;
                operands.add(image ? Operand.bytes(after) : size ? Operand.imm(after.length) : operand);
            }
            cells.add(with(cell, cell.call(), operands));
        }
        var tape = whole.outside().tape();
        var remade = new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
        return new Creation(whole.host(), whole.config(), List.of(), List.of(), whole.record(), inside, whole.outside().with(remade));
    }

    static Tape brokenAt(Tape tape, int k) {
        List<Cell> cells = new ArrayList<>(tape.cells());
        var cell = cells.get(k);
        cells.set(k, new Cell(Call.Own.COMPARE, List.of(Operand.imm(0), Operand.imm(-1), Operand.imm(1), Operand.imm(Errno.EIO.number())),
                cell.result(), null, cell.skip(), List.of(), false, 1, cell.section(), cell.attempt()));
        return new Tape(tape.arch(), cells, tape.cleanUp(), tape.slots(), tape.blocks());
    }

    private static Cell with(Cell cell, Call call, List<Operand> operands) {
        return new Cell(call, operands, cell.result(), cell.on(), cell.skip(), cell.forgiven(), cell.forgiveAll(), cell.tries(),
                cell.section(), cell.attempt());
    }

    /** What could be left: state, pid file, cgroups, child processes. Descriptors end with the process that failed. */
    private Set<String> left() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(directory)) {
            files.map(Path::toString).filter(name -> !name.endsWith("/state")).forEach(found::add);
        }
        try (var files = Files.list(Path.of(HostReader.read().cgroups().orElseThrow().mountPoint()))) {
            files.map(Path::toString).filter(name -> name.endsWith(ID)).forEach(found::add);
        }
        ProcessHandle.current().children().forEach(child -> found.add(child.toString()));
        return found;
    }
}
