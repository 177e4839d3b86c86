package jrunc.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each example as its README says, run by the built jrunc. */
class RunBundlesTest {
    /** A namespace's type in config.json, and its name under /proc/self/ns. */
    private static final Map<String, String> FILES = Map.of("pid", "pid", "network", "net", "ipc", "ipc", "uts", "uts", "user", "user",
            "cgroup", "cgroup", "time", "time");

    @TempDir
    private Path scratch;
    private Installed jrunc;

    @BeforeEach
    void find() throws IOException {
        jrunc = Installed.forContainers(scratch);
    }

    @Test
    void hello_greets() throws Exception {
        assertEquals(new Installed.Ended(0, HelloProgram.GREETING, ""), jrunc.run("hello", ""));
    }

    @Test
    void the_shell_is_alone_and_cannot_write() throws Exception {
        var ended = jrunc.run("shell", "hostname; echo $$; touch /x || echo refused; exit 7\n");
        assertEquals("shell\n1\nrefused\n", ended.out());
        assertEquals(7, ended.exit());
    }

    @Test
    void two_containers_change_one_root_filesystem_and_neither_sees_it() throws Exception {
        var folder = Path.of("target/overlay");
        assertEquals(new Installed.Ended(0, "mine\n", ""), jrunc.run("overlay/one", "echo mine > /etc/greeting; rm -f /etc/goodbye; cat /etc/greeting\n"));
        assertEquals(new Installed.Ended(0, "greeting goodbye\n", ""), jrunc.run("overlay/two", "cd /etc; echo g[r]eeting g[o]odbye\n"));
        assertEquals("mine\n", Files.readString(folder.resolve("one/upper/etc/greeting")), "copied up");
        var whiteout = Files.readAttributes(folder.resolve("one/upper/etc/goodbye"), "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS);
        assertEquals(0L, whiteout.get("rdev"));
        assertEquals(0020000, (int) whiteout.get("mode") & 0170000, "a character device");
        assertEquals("written when the image was made\n", Files.readString(folder.resolve("rootfs/etc/greeting")));
        assertTrue(Files.exists(folder.resolve("rootfs/etc/goodbye")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pid", "network", "ipc", "uts", "user", "cgroup", "time"})
    void only_the_asked_namespace_and_the_mounts_are_its_own(String type) throws Exception {
        var ended = jrunc.run("namespaces/" + type, "for n in pid net ipc uts user cgroup time mnt; do readlink /proc/self/ns/$n; done\n");
        assertEquals("", ended.err());
        var own = new TreeSet<String>();
        var host = namespacesOfThisProcess();
        for (var line : ended.out().lines().toList()) {
            if (!host.containsValue(line)) own.add(line.substring(0, line.indexOf(':')));
        }
        var expected = new TreeSet<>(Set.of("mnt", FILES.get(type)));
        if (type.equals("user")) expected.add("pid");
        assertEquals(expected, own);
    }

    @Test
    void limits_are_what_the_kernel_was_told() throws Exception {
        var controllers = Path.of("/sys/fs/cgroup/cgroup.controllers");
        assumeTrue(Files.exists(controllers) && List.of(Files.readString(controllers).strip().split(" ")).containsAll(List.of("memory", "cpu", "pids")),
                "this host has no cgroup v2 controllers");
        var ended = jrunc.run("limits", "cd /sys/fs/cgroup; cat memory.max cpu.max pids.max\n");
        assertEquals(new Installed.Ended(0, "67108864\n50000 100000\n16\n", ""), ended);
        var bomb = jrunc.run("limits", "for i in $(seq 20); do sleep 1 & done\n");
        assertFalse(bomb.err().isEmpty());
    }

    private static Map<String, String> namespacesOfThisProcess() throws IOException {
        var all = new HashMap<String, String>();
        for (var name : List.of("pid", "net", "ipc", "uts", "user", "cgroup", "time", "mnt")) {
            all.put(name, Files.readSymbolicLink(Path.of("/proc/self/ns", name)).toString());
        }
        return all;
    }
}
