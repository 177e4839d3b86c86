package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jrunc.config.ConfigParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {
    @TempDir Path folder;
    private Bundles bundles;

    @BeforeEach
    void make() throws IOException {
        bundles = new Bundles(folder, Path.of("../runtime/src/build/rehearsal/config.json"), Path.of("../spec-fixtures/configs/good/seccomp-docker.json"));
    }

    @Test
    void each_is_the_container_of_runc_spec_but_for_what_it_is_named_after() throws IOException {
        int usual = parsed(bundles.exits()).mounts().size();
        assertEquals("true", parsed(bundles.exits()).process().args().getFirst());
        assertEquals("wait", parsed(bundles.waits()).process().args().getFirst());
        assertEquals(usual + 50, parsed(bundles.mounts(50)).mounts().size());
        assertEquals(usual, parsed(bundles.mounts(0)).mounts().size());
        assertTrue(parsed(bundles.calls(true)).linux().seccomp().isPresent());
        assertTrue(parsed(bundles.calls(false)).linux().seccomp().isEmpty());
        assertTrue(Files.readString(bundles.limited(4096).resolve("config.json")).contains("\"limit\": 4096"));
    }

    @Test
    void all_share_one_root_filesystem_with_the_programs() throws IOException {
        var root = Path.of(parsed(bundles.waits()).root().path());
        assertEquals(root, Path.of(parsed(bundles.exits()).root().path()));
        for (var name : new String[] {"true", "wait", "calls"}) assertTrue(Files.isExecutable(root.resolve("bin").resolve(name)), name);
        bundles.mounts(3);
        assertTrue(Files.isDirectory(root.resolve("m/2")));
    }

    private static jrunc.config.Config parsed(Path bundle) throws IOException {
        return ConfigParser.parse(Files.readString(bundle.resolve("config.json")).getBytes(StandardCharsets.UTF_8));
    }
}
