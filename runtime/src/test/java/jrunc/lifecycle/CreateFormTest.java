package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import jrunc.config.ConfigParser;
import jrunc.host.BundleFiles;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.Arch;
import jrunc.plan.Cgroups;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.plan.Ties;
import jrunc.tape.Form;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever a config asks for: what a server fills in is to the byte what it would have recorded. */
class CreateFormTest {
    private static final Path CONFIGS = Path.of("..", "spec-fixtures", "configs", "good");
    private static final Global GLOBAL = new Global("/run/jrunc", Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.CGROUPFS);
    private static final Host HOST = new Host(Arch.X86_64, 0, 0, -1, false, 4711, 815, "2026-01-01T00:00:00.000000001Z",
            Optional.of(new CgroupTree("/sys/fs/cgroup", "/user.slice/session.scope", Set.of("cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma"))), List.of("/sys", "/proc"), true);
    private static final List<String> IDS = List.of("box-1", "AAAAA", "B.B_B", "9+9-9");

    @TestFactory
    List<DynamicTest> what_is_filled_in_is_what_would_have_been_recorded() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(CONFIGS)) {
            for (var file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (var foreground : List.of(true, false)) {
                    var premises = premises(bytes, foreground, IDS.getFirst());
                    if (!Creation.of(premises).refused().isEmpty()) continue;
                    tests.add(dynamicTest(file.getFileName() + (foreground ? " run" : " create"), () -> compare(premises, bytes, foreground)));
                }
            }
        }
        assertTrue(tests.size() > 60, () -> "only " + tests.size());
        return tests;
    }

    private static void compare(Premises premises, byte[] bytes, boolean foreground) {
        var form = form(premises, foreground).orElseThrow();
        for (var id : IDS) {
            var other = premises(bytes, foreground, id);
            var later = other.with(new Blanks(id, "2027-12-31T23:59:59.999999999Z", 1111, 333, other.command().pidFile().map(path -> path.replace("pid", "BBB")), Optional.empty()));
            var recorded = recorded(later, foreground);
            var filled = form.filled(later.blanks().texts());
            assertArrayEquals(recorded.tape(), filled.tape(), id);
            assertArrayEquals(recorded.slots(), filled.slots(), id);
        }
    }

    private static Optional<Form> form(Premises premises, boolean foreground) {
        var blanks = premises.blanks();
        var one = blanks.sample(true);
        var other = blanks.sample(false);
        return Form.of(() -> recorded(premises.with(one), foreground), one.texts(), () -> recorded(premises.with(other), foreground), other.texts(), () -> recorded(premises, foreground), blanks.texts());
    }

    private static Form.Filled recorded(Premises premises, boolean foreground) {
        var creation = Creation.of(premises);
        var run = new Command.Run(premises.command(), false);
        return foreground && WholeRun.suits(GLOBAL, creation, run) ? new WholeRun(GLOBAL, creation, run).last().filled() : creation.last().filled();
    }

    private static Premises premises(byte[] bytes, boolean foreground, String id) {
        var config = ConfigParser.parse(bytes);
        var bundle = new BundleFiles("/bundle", "/bundle/rootfs", Map.of(), Map.of(), Map.of(), Optional.of("/root"));
        var console = config.process().terminal() && !foreground ? Optional.of("/run/console") : Optional.<String>empty();
        var command = new Command.Create(id, "/bundle", foreground ? Optional.empty() : Optional.of("/run/" + id + "/pid"), console, Optional.empty(), 0,
                false, false, false, new Ties(foreground, foreground));
        var path = Cgroups.path(config, id, HOST.cgroups().orElseThrow());
        return new Premises(GLOBAL, command, bytes, config, new Found(HOST, bundle, Optional.of(new CgroupTree.Place(path, List.of(path))), true, "root"));
    }

    @Test
    void the_directories_above_a_cgroup_that_are_missing_stay_as_many() {
        var premises = premises("{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"r\"}, \"process\": {\"args\": [\"x\"], \"cwd\": \"/\", \"user\": {\"uid\": 0, \"gid\": 0}}, \"linux\": {\"cgroupsPath\": \"/a/b/c\"}}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8), false, "box-1");
        var found = premises.found();
        var missing = new Premises(GLOBAL, premises.command(), premises.file(), premises.config(),
                new Found(found.host(), found.bundle(), Optional.of(new CgroupTree.Place("/a/b/c", List.of("/a/b", "/a/b/c"))), true, "root"));
        var sample = missing.with(missing.blanks().sample(true)).found();
        assertArrayEquals(new Object[] {"/a/b", "/a/b/c"}, sample.place().orElseThrow().missing().toArray());
    }
}
