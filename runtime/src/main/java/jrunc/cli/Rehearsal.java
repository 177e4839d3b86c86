package jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.kernel.FrontLine;
import jrunc.lifecycle.ThisProcess;

/**
 * Goes through the commands once, one after another in one JVM: the build runs it to learn what commands load and link, and
 * keeps that in the AOT cache. Whether a command succeeds does not matter here, what it needs for it does.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /**
     * Takes a folder that is a bundle, with another in {@code engine} and a layout in {@code image}, and whether the command {@code bundle} is
     * rehearsed or all others; what they make is put into the folder, too.
     */
    public static void main(String[] argv) {
        var bundle = argv[0];
        var id = "rehearsed-" + ProcessHandle.current().pid();
        for (var line : argv[1].equals("bundle") ? ofImage(bundle, id) : lines(bundle, id)) {
            var words = new ArrayList<>(List.of("--root", bundle + "/state", "--log", bundle + "/log", "--log-format", "json"));
            words.addAll(line);
            Main.of(new Staying()).run(words.toArray(String[]::new));
        }
    }

    /** The front is not to exit after the first command that goes well. */
    private static final class Staying extends ThisProcess {
        @Override
        public Optional<FrontLine> front() {
            var line = super.front();
            return line.isEmpty() ? line : Optional.of((tape, slots, _) -> line.get().play(tape, slots, 0));
        }
    }

    private static List<List<String>> ofImage(String folder, String id) {
        return List.of(List.of("bundle", "--store", folder + "/store/" + id, folder + "/image", folder + "/made/" + id));
    }

    private static List<List<String>> lines(String bundle, String id) {
        return List.of(
                List.of("--version"),
                List.of("help"),
                List.of("spec", "--bundle", bundle + "/rootfs"),
                List.of("list"),
                List.of("state", id),
                List.of("explain", "run", "--bundle", bundle, id),
                List.of("explain", "create", "--bundle", bundle + "/engine", id),
                List.of("create", "--bundle", bundle, "--pid-file", bundle + "/pid", id),
                List.of("exec", id, "true"),
                List.of("exec", "--pid-file", bundle + "/exec-pid", "--process", bundle + "/process.json", id),
                List.of("state", id),
                List.of("list"),
                List.of("list", "--format", "json"),
                List.of("pause", id),
                List.of("resume", id),
                List.of("ps", "--format", "json", id),
                List.of("update", "--resources", bundle + "/limits.json", id),
                List.of("explain", "start", id),
                List.of("start", id),
                List.of("kill", id, "KILL"),
                List.of("delete", "--force", id),
                List.of("run", "--bundle", bundle, id),
                List.of("delete", "--force", id));
    }
}
