package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import jrunc.config.Hooks.Hook;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.plan.PretendKernel.Open;
import jrunc.tape.Call;
import jrunc.tape.Listing;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * How descriptors come and go while tapes play, on a kernel that only pretends, along random ways through the tape and with
 * random cells that fail: nothing closes what is not its own, the program gets its own and no more, the runtime leaves none.
 */
class TapeDescriptorsTest {
    private static final Open JVM = new Open("the JVM's", true);

    @Provide Arbitrary<Container> containers() {
        return RandomContainers.arbitrary();
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void the_container_can_report_until_its_exec_and_the_program_has_only_its_own(@ForAll("containers") Container container, @ForAll long seed) {
        var tape = container.inside();
        int failing = failing(tape, seed);
        var descriptors = new Descriptors(container.command().preserveFds(), container.config().process().terminal());
        var kernel = new PretendKernel[1];
        kernel[0] = new PretendKernel(tape, seed, failing, Sys.EXECVE, true, cell -> {
            var table = kernel[0].table;
            var report = table.get((long) descriptors.first());
            boolean cleaning = cell >= tape.cleanUp(); // whatever failed, be it the cell that was to say so
            assertTrue(report.what().equals("report") && (cleaning || report.closedByExec() == cell >= 2), () -> new Tracks(tape).at(cell));
            if (cell > 0) assertEquals(descriptors.first(), kernel[0].report(), () -> new Tracks(tape).at(cell));
            for (long fd = 0; fd < descriptors.first(); fd++) {
                String what = table.get(fd).what();
                assertTrue(what.equals("the user's " + fd) || fd < 3 && what.contains("TIOCGPTPEER"), what);
            }
        });
        handOver(descriptors, kernel[0].table);
        int end = kernel[0].play();
        boolean became = tape.cells().get(end).call().word().equals("execve");
        assertTrue(became || failing >= 0 || !PretendKernel.isCalm(seed), () -> "ended at " + new Tracks(tape).at(end));
        if (!became || end == failing) return;
        for (var open : kernel[0].table.entrySet()) {
            assertTrue(open.getKey() < descriptors.first() || open.getValue().what().equals("report") && open.getValue().closedByExec(), open::toString);
            if (open.getKey() < descriptors.first()) assertTrue(!open.getValue().closedByExec(), open::toString);
        }
    }

    /** {@return the cell to fail, in half of the plays} */
    private static int failing(Tape tape, long seed) {
        return seed % 2 == 0 ? -1 : (int) Math.floorMod(seed / 4, (long) tape.cells().size());
    }

    private static void handOver(Descriptors descriptors, Map<Long, Open> table) {
        for (long fd = 0; fd < descriptors.first(); fd++) table.put(fd, new Open("the user's " + fd, false));
        table.put((long) descriptors.first(), new Open("report", false));
        table.put(descriptors.first() + 1L, new Open("sync", false));
        table.put(descriptors.first() + 2L, new Open("start", false));
        if (descriptors.terminal()) table.put(descriptors.first() + 4L, new Open("console socket", false));
        table.put(descriptors.first() + 3L, new Open("machine", true));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void the_runtime_leaves_no_descriptor_but_that_of_the_process(@ForAll("containers") Container container, @ForAll long seed) {
        var tape = container.outside();
        int failing = failing(tape, seed);
        var kernel = new PretendKernel(tape, seed, failing, null, false, _ -> {});
        Set<Long> before = new TreeSet<>();
        for (long fd = 0; fd < 3 + container.command().preserveFds(); fd++) before.add(fd);
        before.add(20L);
        for (long fd : before) kernel.table.put(fd, JVM);
        int end = kernel.play();
        kernel.table.values().removeIf(open -> open.what().equals("pidfd") || open.what().contains("pidfd_open"));
        if (container.command().ties().foreground()) kernel.table.values().removeIf(open -> open.what().contains("recvmsg") || open.what().contains("/dev/tty"));
        boolean failed = end != tape.cleanUp() - 1;
        assertTrue(!failed || failing >= 0 || !PretendKernel.isCalm(seed), () -> "ended at " + new Tracks(tape).at(end));
        // After a failure the process ends, and with it what an attempt had open at that moment.
        if (!failed) assertEquals(before, kernel.table.keySet());
        else for (var own : kernel.table.entrySet()) assertTrue(before.contains(own.getKey()) || own.getValue().closedByExec(), own::toString);
    }

    @Property(tries = 100) void start_kill_and_delete_close_what_they_open_and_nothing_else(@ForAll long seed) {
        var record = running();
        var hooks = List.of(new Hook("/hook", List.of(), List.of(), OptionalLong.of(2)), new Hook("/other", List.of(), List.of(), OptionalLong.empty()));
        for (var tape : List.of(Start.of(Example.GLOBAL, Example.HOST, hooked(), hooks).tape(), Hooks.poststop(hooks, 0, Example.HOST, hooked()).tape(),
                Start.of(Example.GLOBAL, Example.HOST, record, List.of()).tape(), Kill.of(Example.GLOBAL, Example.HOST, record, Signal.SIGKILL, true, true),
                Freeze.pause(Example.GLOBAL, Example.HOST, record), Freeze.resume(Example.GLOBAL, Example.HOST, record), Kill.rest(Example.GLOBAL, Example.HOST, record, true),
                Kill.each(Example.GLOBAL, Example.HOST, record, Signal.SIGTERM, List.of(new Kill.Living(77, 815)), true, true),
                Delete.end(Example.GLOBAL, Example.HOST, record), Delete.remove(Example.GLOBAL, Example.HOST, record, List.of("/a/b", "/a"), List.of()))) {
            var kernel = new PretendKernel(tape, seed, -1, null, false, _ -> {});
            for (long fd = 0; fd < 5; fd++) kernel.table.put(fd, JVM);
            int end = kernel.play();
            if (tape.cells().get(end).call() == Call.Own.END) assertEquals(Set.of(0L, 1L, 2L, 3L, 4L), kernel.table.keySet(), () -> Listing.of(tape));
        }
    }

    /** The tape before it has left the lock, as descriptor 4. */
    @Property(tries = 50) void an_update_closes_what_it_opens_and_the_lock(@ForAll long seed) {
        var tape = UpdateTest.recorded(UpdateTest.change()).tape();
        var kernel = new PretendKernel(tape, seed, -1, null, false, _ -> {});
        for (long fd = 0; fd < 5; fd++) kernel.table.put(fd, JVM);
        int end = kernel.play();
        if (tape.cells().get(end).call() == Call.Own.END) assertEquals(Set.of(0L, 1L, 2L, 3L), kernel.table.keySet(), () -> Listing.of(tape));
    }

    @Property(tries = 100) void the_foreground_closes_what_it_opens_and_the_container_s_terminal(@ForAll long seed) {
        for (var terminals : List.of(Optional.<Foreground.Terminals>empty(), Optional.of(Example.TERMINALS))) {
            for (var notify : Example.NOTIFY) {
                var tape = Foreground.attend(Example.HOST, Example.ATTENDED, terminals, notify).tape();
                var kernel = new PretendKernel(tape, seed, -1, null, false, _ -> {});
                for (long fd : List.of(0L, 1L, 2L, 20L, 21L, 22L)) kernel.table.put(fd, JVM);
                kernel.play();
                assertEquals(terminals.isPresent() ? Set.of(0L, 1L, 2L, 20L, 22L) : Set.of(0L, 1L, 2L, 20L, 21L, 22L), kernel.table.keySet(), () -> Listing.of(tape));
            }
        }
    }

    private static ContainerRecord hooked() {
        return ContainerRecord.parse(running().text().replace("\nend of-record", "\nhooks startContainer\nhooks poststart\nhooks poststop\nend of-record"));
    }

    private static ContainerRecord running() {
        return ContainerRecord.parse(Example.record("/user.slice/example").text().replace("pid 0\nstart-time 0\n", "pid 1234\nstart-time 815\n"));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void the_machine_gets_its_descriptors_wherever_they_stood(@ForAll("containers") Container container, @ForAll long seed) {
        var tape = container.outside();
        var descriptors = new Descriptors(container.command().preserveFds(), container.config().process().terminal());
        var kernel = new PretendKernel(tape, seed, -1, Sys.EXECVEAT, true, _ -> {});
        for (long fd = 0; fd < descriptors.first(); fd++) kernel.table.put(fd, new Open("the user's " + fd, false));
        for (long fd = 0; fd < 12; fd++) if ((seed >>> fd & 1) != 0) kernel.table.putIfAbsent(fd, JVM); // holes, so that places overlap
        int end = kernel.play();
        boolean became = tape.cells().get(end).call().word().equals("execveat");
        assertTrue(became || !PretendKernel.isCalm(seed), () -> "ended at " + new Tracks(tape).at(end));
        if (!became) return;
        for (long fd = 0; fd < descriptors.first(); fd++) assertEquals(new Open("the user's " + fd, false), kernel.table.get(fd));
        var expected = new HashMap<>(Map.of(0, "\"report\", O_WRONLY", 1, "read end of", 2, "\"start\", O_RDWR", 3, "memfd_create"));
        if (descriptors.terminal()) expected.put(4, container.command().ties().foreground() ? "other end of " : "socket(AF_UNIX");
        expected.forEach((place, words) -> {
            var open = kernel.table.get((long) descriptors.first() + place);
            assertTrue(open.what().contains(words), () -> place + ": " + open);
            assertEquals(place == 3, open.closedByExec(), open::toString);
        });
        assertEquals(descriptors.first() + descriptors.count(), kernel.table.size());
        assertEquals(descriptors.first(), kernel.report());
    }
}
