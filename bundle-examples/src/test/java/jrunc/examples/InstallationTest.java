package jrunc.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jrunc.image.SharedLibraries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that the build leaves is all that jrunc needs, wherever it is copied and however it is called. */
class InstallationTest {
    /** What would change or break a JVM if it came through. */
    private static final Map<String, String> HOSTILE = Map.of(
            "JAVA_TOOL_OPTIONS", "-Dnot=mine", "JDK_JAVA_OPTIONS", "-Dnot=mine", "_JAVA_OPTIONS", "-Xint", "CLASSPATH", "/nonexistent",
            "LC_ALL", "C", "LD_LIBRARY_PATH", "/nonexistent", "LD_PRELOAD", "/nonexistent/preloaded.so", "JAVA_HOME", "/nonexistent",
            "_JAVA_LAUNCHER_DEBUG", "1", "JDK_AOT_VM_OPTIONS", "-Xint");

    @TempDir
    private Path scratch;
    private Path copy;
    private Installed jrunc;

    /** Copies as {@code cp -r} does: contents and permissions, but new times. */
    @BeforeEach
    void copyElsewhere() throws IOException {
        var built = Installed.folder();
        copy = scratch.resolve("a copy, é");
        try (var files = Files.walk(built)) {
            for (var file : files.toList()) {
                var to = copy.resolve(built.relativize(file).toString());
                Files.copy(file, to);
                if (!Files.isSymbolicLink(file)) Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(file));
            }
        }
        jrunc = new Installed(copy.resolve("bin/jrunc"), scratch);
    }

    @Test
    void it_is_called_by_absolute_path_by_symbolic_link_by_path_and_from_any_directory() throws Exception {
        var link = Files.createSymbolicLink(scratch.resolve("linked"), jrunc.jrunc());
        var folder = Files.createSymbolicLink(scratch.resolve("folder"), copy);
        var expected = version(jrunc.jrunc().toString());
        assertTrue(expected.out().startsWith("jrunc version "), expected.toString());
        assertEquals(expected, version(link.toString()));
        assertEquals(expected, version(folder.resolve("bin/jrunc").toString()));
        assertEquals(expected, jrunc.start(List.of("/usr/bin/env", "jrunc", "--version"), "", process ->
                process.environment().put("PATH", copy.resolve("bin") + ":/usr/bin:/bin")));
        assertEquals(expected, jrunc.start(List.of("./jrunc", "--version"), "", process -> process.directory(copy.resolve("bin").toFile())));
        assertEquals(expected, jrunc.start(List.of(link.toString(), "--version"), "", process -> process.directory(Path.of("/proc").toFile())));
    }

    @Test
    void no_environment_changes_anything_or_is_mentioned() throws Exception {
        var expected = version(jrunc.jrunc().toString());
        assertEquals(expected, jrunc.start(List.of(jrunc.jrunc().toString(), "--version"), "", process -> process.environment().putAll(HOSTILE)));
        assertEquals(expected, jrunc.start(List.of(jrunc.jrunc().toString(), "--version"), "", process -> process.environment().clear()));
        for (var variable : HOSTILE.entrySet()) {
            assertEquals(expected, jrunc.start(List.of(jrunc.jrunc().toString(), "--version"), "", process ->
                    process.environment().put(variable.getKey(), variable.getValue())), variable.toString());
        }
    }

    @Test
    void files_that_a_jvm_would_look_for_in_the_working_directory_change_nothing() throws Exception {
        var directory = Files.createDirectory(scratch.resolve("bundle"));
        Files.writeString(directory.resolve(".hotspotrc"), "+PrintFlagsFinal\n");
        Files.writeString(directory.resolve(".hotspot_compiler"), "quiet\n");
        Files.writeString(directory.resolve("file"), "--version\n");
        assertEquals(version(jrunc.jrunc().toString()),
                jrunc.start(List.of(jrunc.jrunc().toString(), "--version"), "", process -> process.directory(directory.toFile())));
        var ended = jrunc.start(List.of(jrunc.jrunc().toString(), "@file"), "", process -> process.directory(directory.toFile()));
        assertTrue(ended.exit() != 0 && ended.err().contains("@file"), ended.toString());
        try (var files = Files.list(directory)) {
            assertEquals(3, files.count());
        }
    }

    @Test
    void names_are_utf_8_in_every_locale() throws Exception {
        for (var locale : List.of("C", "POSIX", "de_DE.ISO-8859-1", "C.UTF-8")) {
            var bundle = Files.createDirectory(scratch.resolve("bündel " + locale));
            Files.copy(Path.of("target/hello/config.json"), bundle.resolve("config.json"));
            Files.createDirectory(bundle.resolve("rootfs"));
            var command = List.of(jrunc.jrunc().toString(), "explain", "create", "--bundle", bundle.toString(), "named");
            var ended = jrunc.start(command, "", process -> process.environment().put("LC_ALL", locale));
            assertEquals("", ended.err());
            assertTrue(ended.out().contains(bundle + "/rootfs"), ended.out());
        }
    }

    @Test
    void the_aot_cache_is_used_in_the_copy() throws Exception {
        var command = commandOfTheFront();
        command.add(1, "-Xlog:class+load:file=" + scratch.resolve("loaded").toString().replace(":", "\\:"));
        command.remove("-Xlog:disable");
        var ended = jrunc.start(command, "", process -> process.environment().put("LC_ALL", "C.UTF-8"));
        assertEquals(0, ended.exit(), ended.err());
        var loaded = Files.readAllLines(scratch.resolve("loaded"));
        long cached = loaded.stream().filter(line -> line.contains("shared objects file")).count();
        assertTrue(cached > 400, cached + " of " + loaded.size());
        assertTrue(loaded.stream().anyMatch(line -> line.contains(" jrunc.cli.Main source: shared objects file")), "jrunc's own classes, too");
    }

    @Test
    void only_jrunc_is_offered_in_path_and_nothing_may_be_written_by_others() throws Exception {
        try (var files = Files.list(copy.resolve("bin"))) {
            assertEquals(List.of(jrunc.jrunc()), files.toList());
        }
        assertEquals(Set.of(), new SharedLibraries().neededBy(jrunc.jrunc()));
    }

    private Installed.Ended version(String called) throws IOException, InterruptedException {
        return jrunc.start(List.of(called, "--version"), "", process -> {});
    }

    /** {@return how the front starts the JVM: lib/java is replaced by a script that says it} */
    private List<String> commandOfTheFront() throws IOException, InterruptedException {
        var java = copy.resolve("lib/java");
        var kept = Files.move(java, scratch.resolve("java"));
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
        Files.setPosixFilePermissions(java, Files.getPosixFilePermissions(kept));
        var said = version(jrunc.jrunc().toString()).out().lines().toList();
        Files.delete(java);
        Files.move(kept, java);
        return new ArrayList<>(said);
    }
}
