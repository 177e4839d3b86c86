package jrunc.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.image.SharedLibraries;
import org.junit.jupiter.api.Test;

/** What the build has made in target, looked at without running it. */
class MadeBundlesTest {
    private static final Path TARGET = Path.of("target");

    @Test
    void every_config_is_valid_and_its_root_filesystem_is_there() throws Exception {
        for (var bundle : bundles()) {
            Config config = ConfigParser.parse(Files.readAllBytes(bundle.resolve("config.json")));
            assertTrue(Files.isDirectory(bundle.resolve(config.root().path())), bundle + ": " + config.root().path());
            assertFalse(Files.readString(bundle.resolve("config.json")).contains("{folder}"), bundle.toString());
        }
    }

    @Test
    void hello_is_one_file_and_needs_no_other() throws Exception {
        var root = TARGET.resolve("hello/rootfs");
        try (var files = Files.walk(root)) {
            assertEquals(List.of(root.resolve("bin/hello")), files.filter(Files::isRegularFile).toList());
        }
        assertEquals(Set.of(), new SharedLibraries().neededBy(root.resolve("bin/hello")));
    }

    @Test
    void all_that_the_shells_programs_need_is_in_the_root_filesystem() throws Exception {
        var root = TARGET.resolve("shell/rootfs");
        var programs = new ArrayList<Path>();
        try (var files = Files.list(root.resolve("bin"))) {
            files.filter(Files::isRegularFile).forEach(programs::add);
        }
        assertTrue(programs.size() > 10, programs.toString());
        var libraries = new SharedLibraries();
        for (var program : programs) {
            for (var file : libraries.neededBy(program)) assertTrue(Files.isRegularFile(root.resolve(file.toString().substring(1))), file.toString());
        }
        assertEquals(Path.of("bash"), Files.readSymbolicLink(root.resolve("bin/sh")));
    }

    @Test
    void both_overlays_name_the_same_lower_layer_by_absolute_path() throws Exception {
        for (var name : List.of("one", "two")) {
            var lower = ConfigParser.parse(Files.readAllBytes(TARGET.resolve("overlay").resolve(name).resolve("config.json"))).annotations().get("dev.jrunc.rootfs.lowerdir");
            assertTrue(Path.of(lower).isAbsolute(), lower);
            assertTrue(Files.isSameFile(Path.of(lower), TARGET.resolve("overlay/rootfs")), lower);
        }
    }

    private static List<Path> bundles() throws Exception {
        try (var files = Files.walk(TARGET, 3)) {
            return files.filter(path -> Files.isRegularFile(path.resolve("config.json"), LinkOption.NOFOLLOW_LINKS)).toList();
        }
    }
}
