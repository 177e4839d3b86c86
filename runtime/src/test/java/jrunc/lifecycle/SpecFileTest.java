package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.DefaultConfig;
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
}
