package jrunc.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.linux.Arch;

/**
 * Makes bundles that run: next to each example's config.json the root filesystem that it names. The build runs it; what it
 * makes is never committed.
 */
public final class MakeBundles {
    /** In a config.json: the absolute path of the folder that the bundle is made in. */
    private static final String FOLDER = "{folder}";
    /** What a container can have of its own besides its mounts. */
    static final List<String> NAMESPACES = List.of("pid", "network", "ipc", "uts", "user", "cgroup", "time");
    private static final String SAME_IDS = "[{ \"containerID\": 0, \"hostID\": 0, \"size\": 65536 }]";

    private final Path examples;
    private final Path target;

    private MakeBundles(Path examples, Path target) {
        this.examples = examples;
        this.target = target;
    }

    /** Takes the folder of the examples and the folder to make them in. */
    public static void main(String[] args) throws IOException {
        var make = new MakeBundles(Path.of(args[0]), Path.of(args[1]).toAbsolutePath().normalize());
        make.hello();
        make.shell();
        make.overlay();
        make.namespaces();
        make.config("limits", "limits", "", "");
    }

    private void hello() throws IOException {
        config("hello", "hello", "", "");
        new Rootfs(target.resolve("hello/rootfs")).program("hello", HelloProgram.of(Arch.host()));
    }

    private void shell() throws IOException {
        config("shell", "shell", "", "");
        new Rootfs(target.resolve("shell/rootfs")).shell();
    }

    /** Two bundles, each with a layer of its own over the one root filesystem of all. */
    private void overlay() throws IOException {
        var lower = new Rootfs(target.resolve("overlay/rootfs"));
        lower.shell();
        lower.text("etc/greeting", "written when the image was made\n");
        lower.text("etc/goodbye", "written when the image was made\n");
        for (var name : List.of("one", "two")) {
            config("overlay", "overlay/" + name, "", "");
            for (var folder : List.of("rootfs", "upper", "work")) Files.createDirectories(target.resolve("overlay").resolve(name).resolve(folder));
        }
    }

    /** One bundle for each namespace: the container shares all others with the host, but for its mounts. */
    private void namespaces() throws IOException {
        var written = "{ \"type\": \"pid\" }]";
        for (var type : NAMESPACES) {
            var own = written.replace("pid", type);
            // Only who owns the pid namespace may mount its proc, so this one comes with two.
            if (type.equals("user")) own = "{ \"type\": \"pid\" }, " + own + ",\n    \"uidMappings\": " + SAME_IDS + ",\n    \"gidMappings\": " + SAME_IDS;
            config("namespaces", "namespaces/" + type, written, own);
        }
    }

    private void config(String example, String bundle, String written, String instead) throws IOException {
        var folder = Files.createDirectories(target.resolve(bundle));
        var config = Files.readString(examples.resolve(example).resolve("config.json")).replace(FOLDER, folder.toString());
        if (!written.isEmpty() && !config.contains(written)) throw new IllegalStateException("change " + example + "/config.json: no " + written);
        Files.writeString(folder.resolve("config.json"), written.isEmpty() ? config : config.replace(written, instead));
    }
}
