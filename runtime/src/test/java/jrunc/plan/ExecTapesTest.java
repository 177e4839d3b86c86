package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import jrunc.config.Config;
import jrunc.config.Process;
import jrunc.host.Host;
import jrunc.linux.Sys;
import jrunc.plan.PretendKernel.Open;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Both tapes of an exec: their listings, the order that keeps the container out of the host, and their descriptors. */
class ExecTapesTest {
    private static final ContainerRecord RECORD = ContainerRecord.parse(Example.record("/user.slice/example").text()
            .replace("pid 0\nstart-time 0\n", "pid 1234\nstart-time 815\n"));
    private static final Command.ProcessChanges UNCHANGED = new Command.ProcessChanges(List.of("sh"), false, Optional.empty(), List.of(), OptionalLong.empty(),
            OptionalLong.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), false);

    @Provide Arbitrary<Container> containers() {
        return RandomContainers.arbitrary();
    }

    @Test void an_exec_has_its_golden_listings() throws IOException {
        var plain = new Command.Exec("example", Optional.empty(), UNCHANGED, false, Optional.empty(), Optional.empty(), Optional.empty(), 0, Optional.empty(), false);
        GoldenListingTest.compare("exec", "## who is the user\n" + Listing.of(PasswdLook.of(Example.HOST, NamedProcess.of(RECORD), PasswdLook.sizes()[0]).tape()) + "\n"
                + listing(Example.config("containerd-default"), plain, Example.HOST));
        var much = new Command.Exec("example", Optional.empty(), UNCHANGED, true, Optional.of("/run/exec.pid"), Optional.of("/run/console"), Optional.of("/run/pidfd"), 2,
                Optional.of("/sub/./group"), true);
        GoldenListingTest.compare("exec-with-all", listing(affine(Example.config("runc-spec")), much, Example.HOST));
        GoldenListingTest.compare("exec-user-namespace", listing(Example.config("rootless-granted-ids"), plain, Example.USER));
        GoldenListingTest.compare("exec-labels", listing(Example.config("labels"), plain, Example.HOST));
    }

    /** With processors of its own before and after. */
    private static Config affine(Config config) {
        var p = config.process();
        return config.with(new Process(p.terminal(), p.consoleSize(), p.user(), p.args(), p.env(), p.cwd(), p.capabilities(), p.rlimits(), p.noNewPrivileges(),
                p.apparmorProfile(), p.oomScoreAdj(), p.scheduler(), p.selinuxLabel(), p.ioPriority(),
                Optional.of(new Process.ExecCpuAffinity(Optional.of("0"), Optional.of("1-2")))));
    }

    private static String listing(Config config, Command.Exec command, Host host) {
        return "## the runtime\n" + Listing.of(outside(config, command, host)) + "\n## the process\n" + Listing.of(inside(config, command, host));
    }

    private static Tape inside(Config config, Command.Exec command, Host host) {
        return Entry.of(config, host, RECORD, command, Optional.of("/home/user"));
    }

    private static Tape outside(Config config, Command.Exec command, Host host) {
        return Exec.of(Example.GLOBAL, config, host, command, RECORD, NamedProcess.of(RECORD), List.of(), command.cgroup(), new byte[100]).tape();
    }

    private static Command.Exec command(Container container) {
        boolean terminal = container.config().process().terminal();
        return new Command.Exec("example", Optional.empty(), UNCHANGED, terminal, Optional.of("/p"), terminal ? Optional.of("/c") : Optional.empty(), Optional.of("/f"),
                container.command().preserveFds(), Optional.empty(), false);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void nothing_of_the_host_can_be_reached_once_the_container_is_joined(@ForAll("containers") Container container) {
        var command = command(container);
        TapeRulesTest.checkAny(new Tracks(outside(container.config(), command, container.host())));
        var t = new Tracks(inside(container.config(), command, container.host()));
        TapeRulesTest.checkAny(t);
        int hidden = t.first(cell -> cell.attempt().equals("hide from the container"));
        var joins = t.tape().cells().stream().filter(calls(Sys.SETNS)).toList();
        assertTrue(joins.size() <= 1, "joined one by one the namespaces could be changed in between");
        if (joins.isEmpty()) return;
        int join = t.indexOf(joins.getFirst());
        assertTrue(hidden >= 0 && hidden < join, "visible in the container before it is hidden");
        int exec = t.last(calls(Sys.EXECVE));
        for (int i = join; i < exec; i++) {
            var cell = t.cell(i);
            if (calls(Sys.OPENAT2).test(cell)) {
                assertTrue(TapeRulesTest.isInPrivateProc(t, i) || TapeRulesTest.isInDevpts(t, i) || looksBeforeItUses(cell), t.at(i));
            }
            if (calls(Sys.OPENAT).test(cell)) {
                boolean proc = cell.attempt().equals("open a procfs that nobody else can reach"); // and it looks at what it got
                assertTrue(proc || cell.operands().get(1).equals(new Operand.Text("/")), t.at(i) + " trusts a path of the container");
            }
        }
        assertTrue(t.last(cell -> cell.attempt().startsWith("become user")) < t.first(calls(Sys.CAPSET)));
        var left = t.tape().cells().subList(t.first(cell -> cell.attempt().equals("note that nothing but the exec is left")), exec + 1);
        assertTrue(String.join(" ", left.stream().map(cell -> cell.call().word()).toList()).matches("add close_range( seccomp( capset)?)? execve"), left::toString);
    }

    /** The file system of the one, and which device the other is. */
    private static boolean looksBeforeItUses(Cell cell) {
        return cell.operands().get(1).equals(new Operand.Text("/dev/pts")) || cell.operands().get(1).equals(new Operand.Text("/dev/null"));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void the_runtime_leaves_no_descriptor_but_that_of_the_process(@ForAll("containers") Container container, @ForAll long seed) {
        var tape = outside(container.config(), command(container), container.host());
        int failing = seed % 2 == 0 ? -1 : (int) Math.floorMod(seed / 4, (long) tape.cells().size());
        var kernel = new PretendKernel(tape, seed, failing, null, false, _ -> {});
        Set<Long> before = new TreeSet<>();
        for (long fd = 0; fd < 3 + container.command().preserveFds(); fd++) before.add(fd);
        before.add(20L);
        for (long fd : before) kernel.table.put(fd, new Open("the JVM's", true));
        int end = kernel.play();
        kernel.table.values().removeIf(open -> open.what().equals("pidfd") || open.what().contains("pidfd_open"));
        boolean failed = end != tape.cleanUp() - 1;
        assertTrue(!failed || failing >= 0 || !PretendKernel.isCalm(seed), () -> "ended at " + new Tracks(tape).at(end));
        if (!failed) assertEquals(before, kernel.table.keySet());
        else for (var own : kernel.table.entrySet()) assertTrue(before.contains(own.getKey()) || own.getValue().closedByExec(), own::toString);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void the_program_has_its_own_descriptors_and_no_more(@ForAll("containers") Container container, @ForAll long seed) {
        var tape = inside(container.config(), command(container), container.host());
        var descriptors = new Descriptors(container.command().preserveFds(), container.config().process().terminal());
        var kernel = new PretendKernel(tape, seed, -1, Sys.EXECVE, true, _ -> {});
        for (long fd = 0; fd < descriptors.first(); fd++) kernel.table.put(fd, new Open("the user's " + fd, false));
        for (int i = 0; i < descriptors.count(); i++) kernel.table.put((long) descriptors.first() + i, new Open("place " + i, i == 3));
        int end = kernel.play();
        boolean became = tape.cells().get(end).call().word().equals("execve");
        assertTrue(became || !PretendKernel.isCalm(seed), () -> "ended at " + new Tracks(tape).at(end));
        if (!became) return;
        for (var open : kernel.table.entrySet()) {
            boolean report = open.getKey() == descriptors.first() && open.getValue().closedByExec();
            assertTrue(open.getKey() < descriptors.first() || report, open::toString);
        }
    }

    private static Predicate<Cell> calls(Sys sys) {
        return cell -> cell.call() instanceof Call.Kernel(var other) && other == sys;
    }
}
