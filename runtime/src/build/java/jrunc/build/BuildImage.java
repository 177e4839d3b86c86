package jrunc.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Makes the folder that is jrunc, from the compiled module on the class path:
 * <pre>
 * bin/jrunc        the front: a static ELF that starts lib/java with the flags of {@link JvmFlags} and plays what that records
 * lib/java         the JVM's launcher, and beside it what jlink makes
 * lib/jrunc.aot    the AOT cache: classes as they are after loading and linking
 * lib/bundle.aot   that of the command bundle
 * </pre>
 * Everything is found from where bin/jrunc is, so the folder can be copied anywhere.
 *
 * <p>Run by the build, with the JDK of the toolchain: {@code java -cp MODULES BuildImage.java FOLDER CONFIGS}, a folder with the config
 * of the container that the commands are tried with, and another.
 */
public final class BuildImage {
    private final Path image;
    private final String modulePath = System.getProperty("java.class.path");

    private BuildImage(Path image) {
        this.image = image;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var build = new BuildImage(Path.of(args[0]).toAbsolutePath().normalize());
        build.remove(build.image);
        var scratch = Files.createTempDirectory(build.image.getParent(), "training");
        try {
            build.link();
            var training = new Training(Path.of(args[1]), scratch);
            training.fill(build.image);
            build.onlyOurFront();
            build.leaveBundle(Path.of(args[1]));
        } finally {
            build.remove(scratch);
        }
    }

    /** The JDK's own modules that are needed, and ours. */
    private void link() {
        var options = List.of("--module-path", modulePath, "--add-modules", "jrunc", "--output", image.toString(),
                "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages");
        var jlink = ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException(
                "link the image: this JDK has no jlink: " + System.getProperty("java.home") + "; install a whole JDK 25"));
        if (jlink.run(System.out, System.err, options.toArray(String[]::new)) != 0) throw new IllegalStateException("link the image: jlink failed");
    }

    /** A folder in PATH should offer jrunc and nothing else: java moves to lib, from where it finds its home just as well. */
    private void onlyOurFront() throws IOException {
        Files.move(image.resolve("bin/java"), image.resolve("lib/java"));
        remove(image.resolve("bin"));
        Files.createDirectory(image.resolve("bin"));
        Fronts.write(image.resolve("bin/jrunc"));
    }

    /** For a server, which records what nobody plays in order to get quick. */
    private void leaveBundle(Path configs) throws IOException {
        var bundle = image.resolve("lib/warm-up");
        Files.createDirectories(bundle.resolve("rootfs"));
        Files.copy(configs.resolve("config.json"), bundle.resolve("config.json"));
    }

    private void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) return;
        List<Path> paths;
        try (var walk = Files.walk(tree)) {
            paths = new ArrayList<>(walk.sorted(Comparator.reverseOrder()).toList());
        }
        for (var path : paths) Files.delete(path);
    }
}
