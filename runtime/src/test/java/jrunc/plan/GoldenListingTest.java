package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Violation;
import jrunc.linux.Signal;
import jrunc.linux.Arch;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * config.json in, tape out: for every good config the listing of both sides, or what is refused. With
 * {@code -Dgolden.update=true} the files are written instead of compared; the difference is then for a person to read.
 */
class GoldenListingTest {
    private static final Path GOLDEN = Path.of("..", "spec-fixtures", "golden");

    @TestFactory List<DynamicTest> a_good_config_becomes_its_golden_listing() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (var file : Example.goodConfigs()) {
            String name = file.getFileName().toString().replace(".json", "");
            tests.add(dynamicTest(name, () -> compare(name, listing(Example.config(file)))));
        }
        return tests;
    }

    @Test void a_throw_away_layer_has_its_golden_listing() throws IOException {
        var command = new Command.Create("example", "/bundle", Optional.of("/run/pid"), Optional.empty(), Optional.empty(), 2, false, true, true);
        compare("with-overlay-pid-file-and-preserved-descriptors", listing(Example.config("runc-spec-not-terminal"), command));
    }

    @Test void without_pivot_root_the_hosts_proc_is_covered() throws IOException {
        var command = new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 0, true, false, false);
        compare("with-no-pivot", listing(Example.config("runc-spec-not-terminal"), command));
    }

    @Test void a_scope_of_systemd_has_its_golden_listing() throws IOException {
        var config = Example.config("limits-v2");
        var host = Example.HOST.with(Example.HOST.asked().with(ScopeTest.MANAGER));
        var scope = Scope.of(config, "example", host);
        var place = new jrunc.host.CgroupTree.Place(scope.containerCgroup(ScopeTest.MANAGER), List.of(scope.containerCgroup(ScopeTest.MANAGER)));
        var record = new ContainerRecord(0, 0, "1.3.0", "example", "/bundle", "/bundle/rootfs", host.now(), host.pid(), host.startTime(), "/sys/fs/cgroup", place.path(),
                place.missing(), true, "", List.of(), java.util.Map.of(), java.util.Map.of(), List.of(), scope.unit());
        var out = new StringBuilder("## ask systemd\n").append(Listing.of(Bus.connect(host, jrunc.dbus.Address.parse("unix:path=/run/dbus/system_bus_socket"), "ask systemd for its version",
                List.of(SystemdCalls.hello(1), SystemdCalls.watch(2, scope.unit()), SystemdCalls.ask(3, "Version"), SystemdCalls.ask(4, "ControlGroup"))).tape()));
        out.append("\n## the runtime\n").append(Listing.of(Create.of(Example.GLOBAL, config, host, Optional.of(place), Example.COMMAND, record, new byte[100], new byte[] {'{', '}'}, Example.page(record)).tape()));
        out.append("\n## to systemd, at the pause\n").append(Listing.of(Bus.say(host, 9, "start the unit " + scope.unit(),
                List.of(SystemdCalls.start(5, scope, config, "example", ScopeTest.MANAGER, 1234)))));
        out.append("\n## and wait\n").append(Listing.of(Bus.listen(host, 9, "start the unit " + scope.unit(), 30_000).tape()));
        out.append("\n## the container's process\n").append(Listing.of(SetUp.of(config, host, Example.bundle(), RootSource.of(config, "/bundle/rootfs", Optional.empty()), Example.COMMAND)));
        compare("with-systemd", out.toString());
    }

    /** Who plays it, and when, is not known; a container's process is told as ever. */
    @Test void what_is_compiled_has_its_golden_listing() throws IOException {
        var host = Example.HOST.forLater();
        var config = Example.config("least");
        var place = new jrunc.host.CgroupTree.Place("/example", List.of()).made();
        var record = new ContainerRecord(0, 0, "1.3.0", "example", "/bundle", "/bundle/rootfs", host.now(), host.pid(), host.startTime(), "/sys/fs/cgroup", place.path(),
                place.missing(), true, "", List.of(), java.util.Map.of("a", "b"), java.util.Map.of());
        compare("compiled", Listing.of(Create.of(Example.GLOBAL, config, host, Optional.of(place), Example.FOREGROUND, record, new byte[100], new byte[] {'{', '}'}, Optional.empty()).tape()));
    }

    /** Who sees all cgroups, and is to see them in the container, too, need not wait for a mount of its own. */
    @Test void the_hosts_own_cgroups_have_their_golden_listing() throws IOException {
        var config = Example.config("runc-spec-not-terminal");
        var host = Example.HOST.with(Example.CGROUPS.asWhole());
        compare("cgroups-of-the-host", Listing.of(SetUp.of(config, host, Example.bundle(), RootSource.of(config, "/bundle/rootfs", Optional.empty()), Example.COMMAND)));
    }

    @Test void start_kill_and_delete_have_their_golden_listings() throws IOException {
        var record = Example.record("/user.slice/example");
        var out = new StringBuilder("## start\n").append(Listing.of(Start.of(Example.GLOBAL, Example.HOST, record, List.of()).tape()));
        out.append("\n## kill\n").append(Listing.of(Kill.of(Example.GLOBAL, Example.HOST, record, Signal.SIGKILL, true, false)));
        out.append("\n## delete: end it\n").append(Listing.of(Delete.end(Example.GLOBAL, Example.HOST, record)));
        out.append("\n## delete: remove what is left\n").append(Listing.of(Delete.remove(Example.GLOBAL, Example.HOST, record,
                List.of("/user.slice/example/below", "/user.slice/example"), List.of())));
        compare("start-kill-delete", out.toString());
    }

    @Test
    void what_the_front_carries_with_it() throws IOException {
        compare("front", Listing.of(FrontTape.of(Arch.X86_64, 0x10000000, 0x10010000, 0x20000000, FrontServed.FORMS).tape()).toString());
    }

    @Test void pause_resume_and_kill_of_all_have_their_golden_listings() throws IOException {
        var record = running(List.of());
        var out = new StringBuilder("## pause\n").append(Listing.of(Freeze.pause(Example.GLOBAL, Example.HOST, record)));
        out.append("\n## resume\n").append(Listing.of(Freeze.resume(Example.GLOBAL, Example.HOST, record)));
        out.append("\n## kill --wait\n").append(Listing.of(Kill.of(Example.GLOBAL, Example.HOST, record, Signal.SIGTERM, false, true)));
        out.append("\n## kill --all TERM\n").append(Listing.of(Kill.each(Example.GLOBAL, Example.HOST, record, Signal.SIGTERM,
                List.of(new Kill.Living(1234, 816), new Kill.Living(1240, 820)), true, false)));
        out.append("\n## kill --all --wait KILL of a container that has stopped\n").append(Listing.of(Kill.rest(Example.GLOBAL, Example.HOST, record, true)));
        compare("pause-resume-kill-all", out.toString());
    }

    @Test void a_container_in_the_foreground_has_its_golden_listings() throws IOException {
        var config = Example.config("runc-spec");
        compare("run-with-a-terminal", listing(config, Example.FOREGROUND) + "\n## wait for the container's process\n"
                + Listing.of(Foreground.attend(Example.HOST, Example.ATTENDED, Optional.of(Example.TERMINALS)).tape()));
        compare("run-without-a-terminal", Listing.of(Foreground.attend(Example.HOST, Example.ATTENDED, Optional.empty()).tape()));
    }

    @Test void events_and_gc_have_their_golden_listings() throws IOException {
        var record = Example.record("/user.slice/example");
        var out = new StringBuilder("## events\n").append(Listing.of(EventWatch.open(Example.HOST, record).tape()));
        out.append("\n## events: wait\n").append(Listing.of(EventWatch.await(Example.HOST, 5, 6, 7, 1_500_000_000).tape()));
        out.append("\n## gc: a directory without a record\n").append(Listing.of(Delete.unrecorded(Example.GLOBAL, Example.HOST, "example").tape()));
        compare("events-gc", out.toString());
    }

    @Test void the_protocols_of_systemd_have_their_golden_listings() throws IOException {
        var ties = new Ties(false, false, 2, Optional.of("/run/systemd/notify"));
        var command = new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 3, false, false, false, ties);
        var out = new StringBuilder(listing(StartProtocols.in(Example.config("runc-spec-not-terminal"), ties, "/run/jrunc/example"), command));
        out.append("\n## start\n").append(Listing.of(Start.of(Example.GLOBAL, Example.HOST, running(List.of()), List.of(), true).tape()));
        out.append("\n## start: wait until it is ready\n").append(Listing.of(NotifySocket.listen(Example.HOST, Operand.imm(21), Operand.imm(20)).tape()));
        out.append("\n## start: tell it\n").append(Listing.of(NotifySocket.tell(Example.HOST, "/run/systemd/notify", "READY=1", Operand.imm(1234)).tape()));
        out.append("\n## start: wait until it is understood\n").append(Listing.of(NotifySocket.awaitBarrier(Example.HOST, Operand.imm(22))));
        out.append("\n## run: wait for the container's process\n").append(Listing.of(Foreground.attend(Example.HOST, Example.ATTENDED, Optional.empty(), Example.NOTIFY.get(1)).tape()));
        compare("notify-and-listen", out.toString());
    }

    @Test void the_hooks_after_create_have_their_golden_listings() throws IOException {
        var hooks = Example.config("hooks").hooks();
        var record = running(List.of("startContainer", "poststart", "poststop"));
        var out = new StringBuilder("## start\n").append(Listing.of(Start.of(Example.GLOBAL, Example.HOST, record, hooks.poststart()).tape()));
        for (int i = 0; i < hooks.poststop().size(); i++) {
            out.append("\n## poststop\n").append(Listing.of(Hooks.poststop(hooks.poststop(), i, Example.HOST, record).tape()));
        }
        compare("hooks-after-create", out.toString());
    }

    /** A container without a pid namespace: whoever stops it must reach all of its cgroup. */
    private static ContainerRecord running(List<String> hooks) {
        var record = Example.record("/user.slice/example");
        return new ContainerRecord(1234, 816, record.ociVersion(), record.id(), record.bundle(), record.rootfs(), record.created(), record.creator(),
                record.creatorStart(), record.mountPoint(), record.cgroup(), record.cgroupsMade(), false, "", hooks, java.util.Map.of("key", "value"),
                record.words());
    }

    private static String listing(Config config) {
        return listing(config, Example.command(config));
    }

    private static String listing(Config config, Command.Create command) {
        var refused = Refusals.of(config, Example.host(config), Example.GLOBAL, command);
        if (!refused.isEmpty()) return "## refused\n" + String.join("\n", refused.stream().map(Violation::shown).toList()) + "\n";
        return "## the runtime\n" + Listing.of(Example.outside(config, command)) + "\n## the container's process\n"
                + Listing.of(Example.inside(config, command));
    }

    static String listing(Container container) {
        return "## the runtime\n" + Listing.of(container.outside()) + "\n## the container's process\n" + Listing.of(container.inside());
    }

    static void compare(String name, String listing) throws IOException {
        var file = GOLDEN.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.update")) Files.writeString(file, listing);
        assertTrue(Files.exists(file), () -> file + " is missing; -Dgolden.update=true writes it");
        assertEquals(Files.readString(file), listing);
    }
}
