package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.DefaultConfig;
import jrunc.linux.StateException;
import jrunc.plan.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecFileTest {
    private static final String RUNC = "/usr/sbin/runc";

    @TempDir
    Path bundle;

    @Test
    void the_default_config_says_what_that_of_runc_says() throws Exception {
        assertEquals(withVersion(runcSpec()), DefaultConfig.FOR_ROOT);
    }

    @Test
    void the_rootless_default_config_says_what_that_of_runc_says() throws Exception {
        var self = new ThisProcess();
        assertEquals(withVersion(runcSpec("--rootless")), DefaultConfig.rootless(self.uid(), self.gid()));
    }

    @Test
    void spec_writes_the_default_config_into_the_bundle() throws IOException {
        SpecFile.write(new Command.Spec(bundle.toString(), false), new ThisProcess());
        assertEquals(DefaultConfig.FOR_ROOT, read(bundle.resolve("config.json")));
    }

    @Test
    void spec_rootless_maps_root_to_the_caller() throws IOException {
        SpecFile.write(new Command.Spec(bundle.toString(), true), new SomeUser());
        assertEquals(DefaultConfig.rootless(1000, 2000), read(bundle.resolve("config.json")));
    }

    @Test
    void spec_never_writes_over_a_config_that_is_there() throws IOException {
        Files.writeString(bundle.resolve("config.json"), "mine");
        assertFails("File config.json exists. Remove it first", bundle);
        assertEquals("mine", Files.readString(bundle.resolve("config.json")));
    }

    @Test
    void spec_says_where_it_cannot_write() throws IOException {
        var missing = bundle.resolve("missing");
        assertFails("write " + missing + "/config.json: no such directory", missing);
        var file = Files.createFile(bundle.resolve("file"));
        assertFails("write " + file + "/config.json: " + file + "/config.json: Not a directory", file);
    }

    private static void assertFails(String message, Path bundle) {
        var command = new Command.Spec(bundle.toString(), false);
        assertEquals(message, assertThrows(StateException.class, () -> SpecFile.write(command, new ThisProcess())).getMessage());
    }

    private Config runcSpec(String... flags) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(RUNC)), "there is no " + RUNC + " to compare with");
        var command = new ProcessBuilder(RUNC, "spec").directory(bundle.toFile()).inheritIO();
        for (var flag : flags) command.command().add(flag);
        assertEquals(0, command.start().waitFor());
        return read(bundle.resolve("config.json"));
    }

    private static Config read(Path file) throws IOException {
        return ConfigParser.parse(Files.readAllBytes(file));
    }

    /** The spec's version is the one thing that may differ. */
    private static Config withVersion(Config of) {
        return new Config(DefaultConfig.OCI_VERSION, of.root(), of.mounts(), of.process(), of.hostname(), of.domainname(), of.hooks(),
                of.annotations(), of.linux());
    }

    private record SomeUser(String directory, long uid, long gid, boolean inUserNamespace) implements Caller {
        @Override
        public long pid() {
            return 4711;
        }

        SomeUser() {
            this("/", 1000, 2000, true);
        }

        @Override
        public Optional<String> variable(String name) {
            return Optional.empty();
        }
    }
}
