package jrunc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jrunc.lifecycle.CarriedTape;
import jrunc.linux.Arch;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each front runs for real: that of the other processor under qemu-user. lib/java is a script that tells how it was started; how a front
 * plays is in {@link PlayersTest}. */
class FrontTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-aarch64");
    private static final Front.Becoming BECOMING = new Front.Becoming(Front.FOLDER + "/lib/java",
            List.of("-first", "-cache=" + Front.FOLDER + "/lib/x.aot", "-last"), List.of("LD_", "JAVA_TOOL_OPTIONS=", "LC_ALL="),
            List.of("LC_ALL=C.UTF-8", "ADDED=1"), Optional.of(new Front.Lasting("work", Map.of("-first", "-firstly", "-last", "-lasting"), Map.of("/lib/x.aot", "/lib/another.aot"))));

    @TempDir
    private Path folder;

    /** How a front ended. */
    private record Ended(int exit, List<String> out, List<String> err) {}

    @ParameterizedTest
    @EnumSource
    void the_callers_arguments_follow_the_fixed_ones(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "printf '%s\\n' \"$@\"");
        var fixed = List.of("-first", "-cache=" + folder + "/lib/x.aot", "-last");
        assertEquals(fixed, started(arch, Map.of(), jrunc.toString()).out());
        assertEquals(and(fixed, "state", "two words", "", "é"), started(arch, Map.of(), jrunc.toString(), "state", "two words", "", "é").out());
        var many = Collections.nCopies(10_000, "x");
        var command = new ArrayList<>(List.of(jrunc.toString()));
        command.addAll(many);
        assertEquals(and(fixed, many.toArray(String[]::new)), started(arch, Map.of(), command.toArray(String[]::new)).out());
    }

    @ParameterizedTest
    @EnumSource
    void one_command_has_other_arguments(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "printf '%s\\n' \"$@\"");
        var lasting = List.of("-firstly", "-cache=" + folder + "/lib/another.aot", "-lasting");
        assertEquals(and(lasting, "work", "-last"), started(arch, Map.of(), jrunc.toString(), "work", "-last").out());
        for (var flags : List.of("--root work", "--rootless=auto", "--rootless true --log x", "--debug --systemd-cgroup", "--root=/r --rootless auto --debug")) {
            var words = new ArrayList<>(List.of(flags.split(" ")));
            words.add("work");
            var command = new ArrayList<>(words);
            command.addFirst(jrunc.toString());
            assertEquals(and(lasting, words.toArray(String[]::new)), started(arch, Map.of(), command.toArray(String[]::new)).out());
        }
        var usual = List.of("-first", "-cache=" + folder + "/lib/x.aot", "-last");
        for (var other : List.of("worker", "wor", "create", "start")) {
            assertEquals(and(usual, other, "work"), started(arch, Map.of(), jrunc.toString(), other, "work").out());
        }
        assertEquals(and(usual, "--root", "work", "delete", "work", "x"), started(arch, Map.of(), jrunc.toString(), "--root", "work", "delete", "work", "x").out());
    }

    @ParameterizedTest
    @EnumSource
    void the_folder_is_where_the_file_really_lies(Arch arch) throws Exception {
        var odd = Files.createDirectories(folder.resolve("a folder: é"));
        var jrunc = install(arch, odd, "printf '%s\\n' \"$2\"");
        var link = Files.createSymbolicLink(Files.createDirectories(folder.resolve("deep/er")).resolve("jr"), jrunc);
        assertEquals(List.of("-cache=" + odd + "/lib/x.aot"), started(arch, Map.of(), link.toString()).out());
    }

    @ParameterizedTest
    @EnumSource
    void a_working_directory_that_was_removed_is_named_and_not_the_jvms(Arch arch) throws Exception {
        install(arch, folder, "printf '%s\\n' \"$1\"; pwd; /usr/bin/readlink /proc/$PPID/cwd");
        var becoming = new Front.Becoming(Front.FOLDER + "/lib/java", List.of("-where=" + Front.DIRECTORY), List.of(), List.of());
        var jrunc = executable(folder.resolve("bin/jrunc"), Front.of(arch, becoming, new CarriedTape(arch)));
        var place = folder.resolve("place");
        var script = "mkdir @; cd @; rmdir @; exec " + String.join(" ", under(arch)) + " " + jrunc;
        var gone = place + " (deleted)";
        assertEquals(List.of("-where=" + gone, "/", gone), started(arch, Map.of(), "/bin/sh", "-c", script.replace("@", place.toString())).out());
    }

    @ParameterizedTest
    @EnumSource
    void what_would_steer_the_jvm_is_taken_out_of_the_environment(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "/usr/bin/env");
        var out = started(arch, Map.of("JAVA_TOOL_OPTIONS", "-Dx", "LD_AUDIT", "/x", "LD", "kept", "LC_ALL", "C", "XDG_RUNTIME_DIR", "/run/x",
                "JAVA_TOOL", "kept"), jrunc.toString()).out();
        for (var kept : List.of("LD=kept", "XDG_RUNTIME_DIR=/run/x", "JAVA_TOOL=kept", "LC_ALL=C.UTF-8", "ADDED=1")) assertTrue(out.contains(kept), kept);
        for (var line : out) assertTrue(!line.startsWith("LD_") && !line.startsWith("JAVA_TOOL_OPTIONS") && !line.equals("LC_ALL=C"), line);
    }

    @ParameterizedTest
    @EnumSource
    void every_signal_is_blocked_but_those_of_faults(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "exec /usr/bin/grep SigBlk /proc/self/status");
        long blocked = Long.parseUnsignedLong(started(arch, Map.of(), jrunc.toString()).out().getFirst().replaceAll("SigBlk:\\s*", ""), 16);
        for (int signal : new int[] {4, 5, 7, 8, 11, 31}) assertEquals(0, blocked >>> signal - 1 & 1, "signal " + signal);
        for (int signal : new int[] {1, 2, 3, 10, 12, 13, 15, 17, 34, 60}) assertEquals(1, blocked >>> signal - 1 & 1, "signal " + signal);
    }

    @ParameterizedTest
    @EnumSource
    void a_command_that_lasts_is_ended_by_the_signals_that_its_caller_has_not_blocked(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "exec /usr/bin/grep SigBlk /proc/self/status");
        var callers = new ProcessBuilder("/usr/bin/grep", "SigBlk", "/proc/self/status").start();
        assertEquals(new String(callers.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip(), started(arch, Map.of(), jrunc.toString(), "work").out().getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void closed_standard_descriptors_are_dev_null(Arch arch) throws Exception {
        var told = folder.resolve("told");
        var jrunc = install(arch, folder, "for fd in 0 1 2; do /usr/bin/readlink /proc/$$/fd/$fd; done > " + told);
        started(arch, Map.of(), "/bin/sh", "-c", "exec " + String.join(" ", under(arch)) + " " + jrunc + " <&- 2>&-");
        var lines = Files.readAllLines(told);
        assertEquals("/dev/null", lines.get(0));
        assertEquals("/dev/null", lines.get(2));
    }

    @ParameterizedTest
    @EnumSource
    void a_folder_that_is_not_whole_is_one_line_and_exit_code_127(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "");
        Files.delete(folder.resolve("lib/java"));
        var ended = started(arch, Map.of(), jrunc.toString());
        assertEquals(127, ended.exit());
        assertEquals(List.of(), ended.out());
        assertEquals(List.of("jrunc: start " + folder + "/lib/java: ENOENT (No such file or directory); "
                + "jrunc's folder must be whole: bin, conf and lib side by side"), ended.err());
    }

    @ParameterizedTest
    @EnumSource
    void its_exit_code_is_that_of_the_jvm(Arch arch) throws Exception {
        assertEquals(7, started(arch, Map.of(), install(arch, folder, "exit 7").toString()).exit());
        assertEquals(137, started(arch, Map.of(), install(arch, folder, "kill -9 $$").toString()).exit());
    }

    @ParameterizedTest
    @EnumSource
    void the_jvm_has_the_two_pipes_and_nothing_else_that_the_caller_has_open(Arch arch) throws Exception {
        var jrunc = install(arch, folder, "exec /bin/ls /proc/self/fd");
        var ended = started(arch, Map.of(), "/bin/sh", "-c", "exec 3</dev/null 5</dev/null 9</dev/null; exec " + String.join(" ", under(arch)) + " " + jrunc);
        assertEquals(List.of("0", "1", "2", "3", "4", "5"), ended.out()); // 5 is the folder that ls reads
    }

    @ParameterizedTest
    @EnumSource
    void the_jvm_dies_with_the_front(Arch arch) throws Exception {
        var told = folder.resolve("told");
        var jrunc = install(arch, folder, "echo $$ > " + told + ".new; mv " + told + ".new " + told + "; read line");
        var command = new ArrayList<>(under(arch));
        command.add(jrunc.toString());
        var front = new ProcessBuilder(command).start();
        while (!Files.exists(told)) Thread.sleep(5);
        var jvm = ProcessHandle.of(Long.parseLong(Files.readString(told).strip()));
        front.destroyForcibly().waitFor();
        if (jvm.isPresent()) jvm.get().onExit().get(20, TimeUnit.SECONDS);
    }

    /** {@return bin/jrunc in a folder beside a lib/java that runs the script} */
    private static Path install(Arch arch, Path folder, String script) throws IOException {
        assumeTrue(arch == Arch.host() || arch == Arch.AARCH64 && Files.isExecutable(QEMU), "no qemu-aarch64");
        executable(folder.resolve("lib/java"), ("#!/bin/sh\n" + script + "\n").getBytes(StandardCharsets.UTF_8));
        return executable(folder.resolve("bin/jrunc"), Front.of(arch, BECOMING, new CarriedTape(arch)));
    }

    private static Path executable(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ended started(Arch arch, Map<String, String> environment, String... command) throws Exception {
        var words = new ArrayList<String>(command[0].equals("/bin/sh") ? List.of() : under(arch));
        words.addAll(List.of(command));
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var process = new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().putAll(environment);
        int exit = process.start().waitFor();
        return new Ended(exit, Files.readAllLines(out), Files.readAllLines(err));
    }

    private static List<String> under(Arch arch) {
        return arch == Arch.host() ? List.of() : List.of(QEMU.toString());
    }

    private static List<String> and(List<String> some, String... more) {
        var all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }
}
