package jrunc.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Types what by-hand's README says, from top to bottom, and sees what it says. */
class ByHandTest {
    private static final String ROOT = "root# ";
    private static final String USER = "user$ ";
    private static final Path README = Path.of("by-hand/README.md");

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void all_that_the_walkthrough_says_is_seen_by_root() throws Exception {
        var jrunc = Installed.forContainers(Path.of("target")).jrunc().getParent().getParent();
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/cgroup.procs")) || Files.exists(Path.of("/sys/fs/cgroup/unified/cgroup.procs")), "no cgroup v2 here");
        var before = left();
        try (var shell = Shell.ofRoot(jrunc)) {
            try {
                walk(shell, ROOT, 80);
            } finally {
                shell.type("for id in box one two; do jrunc delete --force $id; done");
            }
        }
        assertEquals(before, left());
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void the_last_step_needs_no_root() throws Exception {
        var jrunc = Installed.forContainers(Path.of("target")).jrunc().getParent().getParent();
        try (var shell = Shell.ofSomebody(jrunc)) {
            assumeTrue(shell.type("unshare --user true").isEmpty(), "this host lets only root make user namespaces");
            assertEquals(List.of("21017"), shell.type("id -u"));
            walk(shell, USER, 6);
        }
    }

    private static void walk(Shell shell, String prompt, int atLeast) throws Exception {
        int walked = 0;
        var differences = new ArrayList<String>();
        for (var step : Walkthrough.of(README, List.of(ROOT, USER))) {
            if (!step.prompt().equals(prompt)) continue;
            var printed = shell.type(step.command());
            if (!step.isMetBy(printed)) {
                differences.add(README + ":" + step.line() + ": " + step.command() + "\nexpected:\n" + String.join("\n", step.expected())
                        + "\nprinted:\n" + String.join("\n", printed) + "\n");
            }
            walked++;
        }
        assertEquals("", String.join("\n", differences));
        assertTrue(walked >= atLeast, walked + " commands of " + prompt);
    }

    /** {@return what the commands make and this machine would have to keep: cgroups, and mounts where they mount} */
    private static Set<String> left() throws Exception {
        var all = new TreeSet<String>();
        for (var id : List.of("box", "one", "two")) {
            for (var tree : List.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified")) {
                if (Files.exists(Path.of(tree, id))) all.add(tree + "/" + id);
            }
        }
        for (var mount : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            if (List.of("mnt", "opt").contains(mount.split(" ")[4].split("/", 3)[1])) all.add(mount);
        }
        return all;
    }
}
