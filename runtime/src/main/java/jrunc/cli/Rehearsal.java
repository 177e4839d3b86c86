package jrunc.cli;

import java.util.List;

/**
 * Goes through the commands once, one after another in one JVM: the build runs it to learn what commands load and link, and
 * keeps that in the AOT cache. Whether a command succeeds does not matter here, what it needs for it does.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /** Takes an empty folder, in which the bundle and the state of the rehearsed containers are. */
    public static void main(String[] argv) {
        var folder = argv[0];
        for (var line : lines(folder, folder + "/state")) Main.ofThisProcess().run(line.toArray(String[]::new));
    }

    private static List<List<String>> lines(String bundle, String root) {
        return List.of(
                List.of("--version"),
                List.of("help"),
                List.of("spec", "--bundle", bundle),
                List.of("--root", root, "list"),
                List.of("--root", root, "explain", "run", "--bundle", bundle, "rehearsed"),
                List.of("--root", root, "explain", "create", "--bundle", bundle, "rehearsed"),
                List.of("--root", root, "--log", bundle + "/log", "--log-format", "json", "state", "rehearsed"),
                List.of("--root", root, "--log", bundle + "/log", "--log-format", "json", "start", "rehearsed"),
                List.of("--root", root, "--log", bundle + "/log", "--log-format", "json", "kill", "rehearsed", "KILL"),
                List.of("--root", root, "--log", bundle + "/log", "--log-format", "json", "delete", "--force", "rehearsed"),
                List.of("--root", root, "list", "--format", "json"));
    }
}
