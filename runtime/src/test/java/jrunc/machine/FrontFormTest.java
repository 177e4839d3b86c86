package jrunc.machine;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import jrunc.lifecycle.CarriedTape;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Chain;
import jrunc.tape.Form;
import jrunc.tape.Image;
import jrunc.tape.KeptForm;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A front finds what was kept of its command, fills it in and plays it; what is not just so it leaves to others. */
class FrontFormTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-aarch64");
    private static final List<String> COMMAND = List.of("run", "--bundle", "/b");
    private static final int EXIT = 7;

    @TempDir Path folder;
    private Path forms;
    /** What is kept: the command line without what is in the blanks, and how long the paths in them are. */
    private List<String> kept = COMMAND;
    private int[] paths = new int[3];
    /** Of which container only it is; empty if of any. */
    private String ofOne = "";

    @BeforeEach
    void root() throws IOException {
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "forms are root's");
        forms = Files.createDirectory(folder.resolve("forms"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private record Ended(int exit, String out, long pid) {}

    private Ended run(Arch arch, List<String> command, String id) throws IOException, InterruptedException {
        return run(arch, command, id, "");
    }

    /** @param variable in the environment; empty for none */
    private Ended run(Arch arch, List<String> arguments, String id, String variable) throws IOException, InterruptedException {
        assumeTrue(arch == Arch.host() || Files.isExecutable(QEMU), "needs qemu-user");
        executable(folder.resolve("lib/java"), "#!/bin/sh\nshift\necho java \"$@\"\n".getBytes(StandardCharsets.UTF_8));
        var front = executable(folder.resolve("bin/jrunc"), Front.of(arch, new Front.Becoming(Front.FOLDER + "/lib/java", List.of(CarriedTape.ARGUMENT), List.of(), List.of()),
                new CarriedTape(arch, forms.toString())));
        var command = new ArrayList<String>(arch == Arch.host() ? List.of() : List.of(QEMU.toString()));
        command.add(front.toString());
        command.addAll(arguments);
        command.add(id);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        for (var name : List.of("XDG_RUNTIME_DIR", "NOTIFY_SOCKET", "LISTEN_FDS")) builder.environment().remove(name);
        if (!variable.isEmpty()) builder.environment().put(variable, "1");
        var started = builder.start();
        started.getOutputStream().close();
        var out = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(started.waitFor(), out, started.pid());
    }

    private static Path executable(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private interface Chained {
        Chain with(List<String> texts);
    }

    /** Prints its texts, and answers with a number. */
    private static Tape prints(Arch arch, List<String> texts) {
        var tape = new Recorder(arch);
        var line = String.join(" ", texts) + "\n";
        tape.call(Sys.WRITE, imm(1), text(line), imm(line.length()));
        return tape.finish();
    }

    private static Tape fails(Arch arch) {
        var tape = new Recorder(arch);
        tape.fail(Errno.EINVAL);
        return tape.finish();
    }

    private static Form.Filled filled(Chain chain, Arch arch) {
        var code = new Recorder(arch); // the exit code stands in a tape of its own
        var exit = code.variable(EXIT);
        code.set(exit, exit);
        var image = new Image(code.finish());
        var whole = new Chain();
        for (var link : chain.links()) whole.add(link.image(), link.well() == Chain.END ? chain.links().size() : link.well(), link.failed(), link.lasts());
        whole.add(image, Chain.END, Chain.END, false);
        return new LastPlay(whole, image, exit).filled();
    }

    private List<String> texts(boolean one, int id, int pid, int start) {
        return List.of((one ? "A" : "B").repeat(id), one ? "5555-55-55T55:55:55.555555555Z" : "6666-66-66T66:66:66.666666666Z", (one ? "1" : "2").repeat(pid), (one ? "3" : "4").repeat(start),
                (one ? "C" : "D").repeat(paths[0]), (one ? "E" : "F").repeat(paths[1]), (one ? "G" : "H").repeat(paths[2]));
    }

    /** Keeps it for pids of any length, and times of the length that they have now and in an emulator, which says 0. */
    private void keep(Arch arch, int id, LocalDate day, Chained chained) throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        int now = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19].length();
        for (int pid = 1; pid < 8; pid++) {
            for (int start : new int[] {1, now}) keep(arch, id, pid, start, day, chained);
        }
    }

    private void keep(Arch arch, int id, int pid, int start, LocalDate day, Chained chained) throws IOException {
        var one = texts(true, id, pid, start);
        var other = texts(false, id, pid, start);
        var form = Form.of(() -> filled(chained.with(one), arch), one, () -> filled(chained.with(other), arch), other, () -> filled(chained.with(one), arch), one).orElseThrow();
        var texts = new ArrayList<>(one);
        texts.set(KeptForm.Text.NOW.ordinal(), day + "T00:00:00.000000000Z");
        var key = new KeptForm.Key((String.join("\0", kept) + "\0").getBytes(StandardCharsets.UTF_8), texts);
        var file = KeptForm.of(form, key, day.toEpochDay() * 86_400, LastPlay.ADDRESS).orElseThrow();
        var name = key.name();
        if (!ofOne.isEmpty()) {
            texts.set(KeptForm.Text.ID.ordinal(), ofOne);
            name = new KeptForm.Key(key.command(), texts).nameOfOne();
        }
        Files.write(forms.resolve(name), file);
        Files.setPosixFilePermissions(forms.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private static String plain(String id) {
        return "java " + String.join(" ", COMMAND) + " " + id + "\n";
    }

    @ParameterizedTest @EnumSource
    void what_is_kept_is_filled_in_with_id_time_pid_and_start_time(Arch arch) throws Exception {
        keep(arch, 4, today(), texts -> Chain.of(new Image(prints(arch, texts)), true));
        var before = Instant.now();
        var ended = run(arch, COMMAND, "c1+_");
        var after = Instant.now();
        assertEquals(EXIT, ended.exit, ended::toString);
        var words = ended.out.strip().split(" ");
        assertEquals("c1+_", words[0]);
        assertTrue(words[1].length() == KeptForm.NOW_LENGTH && !Instant.parse(words[1]).isBefore(before) && !Instant.parse(words[1]).isAfter(after), words[1]);
        assertEquals(Long.toString(ended.pid), words[2]);
        assertTrue(Long.parseLong(words[3]) >= 0, words[3]);
        assertEquals(plain("c12"), run(arch, COMMAND, "c12").out, "an id of another length");
        assertEquals("java run --bundle /c c1+_\n", run(arch, List.of("run", "--bundle", "/c"), "c1+_").out, "another bundle");
        assertEquals("java run --bundle 0A c1+_\n", run(arch, List.of("run", "--bundle", "0A"), "c1+_").out, "another with the same number");
        assertEquals("java run --bundle /b more c1+_\n", run(arch, List.of("run", "--bundle", "/b", "more"), "c1+_").out);
    }

    @ParameterizedTest @EnumSource
    void what_may_be_no_name_is_left_to_java(Arch arch) throws Exception {
        keep(arch, 4, today(), texts -> Chain.of(new Image(prints(arch, texts)), true));
        for (var id : List.of("--he", ".abc", "a/bc", "a\"bc", "a bc", "a\nbc", "ab\u00e4", "a:bc", "a@bc", "a[bc", "a`bc", "a{bc")) {
            var ended = run(arch, COMMAND, id);
            assertEquals(plain(id), ended.out);
        }
        for (var id : List.of("a09z", "Z_A9", "a.-+", "_--.")) assertTrue(run(arch, COMMAND, id).out.startsWith(id + " 20"), id);
    }

    @ParameterizedTest @EnumSource
    void what_is_of_another_day_or_not_roots_own_is_left_to_java(Arch arch) throws Exception {
        Chained chained = texts -> Chain.of(new Image(prints(arch, texts)), true);
        keep(arch, 2, today().minusDays(1), chained);
        assertEquals(plain("c1"), run(arch, COMMAND, "c1").out);
        keep(arch, 2, today().plusDays(1), chained);
        assertEquals(plain("c1"), run(arch, COMMAND, "c1").out);
        keep(arch, 2, today(), chained);
        assertTrue(run(arch, COMMAND, "c1").out.startsWith("c1 "));
        assertEquals(plain("c1"), run(arch, COMMAND, "c1", "NOTIFY_SOCKET").out);
        assertEquals(plain("c1"), run(arch, COMMAND, "c1", "LISTEN_FDS").out);
        Files.setPosixFilePermissions(forms, PosixFilePermissions.fromString("rwx-w----"));
        assertEquals(plain("c1"), run(arch, COMMAND, "c1").out);
        Files.setPosixFilePermissions(forms, PosixFilePermissions.fromString("rwx------"));
        try (var files = Files.list(forms)) {
            for (var file : files.toList()) Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w----"));
        }
        assertEquals(plain("c1"), run(arch, COMMAND, "c1").out);
    }

    @ParameterizedTest @EnumSource
    void what_has_changed_is_left_to_java_and_so_is_what_fails_before_anything_lasts(Arch arch) throws Exception {
        keep(arch, 2, today(), texts -> Chain.of(new Image(prints(arch, texts)), true).after(new Image(fails(arch))));
        assertEquals(plain("c1"), run(arch, COMMAND, "c1").out);
        keep(arch, 3, today(), texts -> new Chain().add(new Image(prints(arch, texts)), 1, Chain.END, false).add(new Image(fails(arch)), Chain.END, Chain.END, true));
        var ended = run(arch, COMMAND, "abc");
        assertTrue(ended.out.startsWith("abc ") && ended.out.endsWith(plain("abc")), ended.out);
    }

    /** A container has run and ended, but more is left than its tapes can remove. */
    @ParameterizedTest @EnumSource
    void what_is_left_of_a_run_java_removes_and_the_exit_code_stays(Arch arch) throws Exception {
        keep(arch, 2, today(), texts -> new Chain().add(new Image(prints(arch, texts)), 1, Chain.END, true).add(new Image(fails(arch)), Chain.END, Chain.END, true));
        var ended = run(arch, COMMAND, "c1");
        assertTrue(ended.out.endsWith("\njava delete --force c1\n"), ended.out);
        assertEquals(EXIT, ended.exit);
    }

    @ParameterizedTest @EnumSource
    void the_paths_of_an_exec_are_blanks_wherever_they_stand_but_nothing_else_is(Arch arch) throws Exception {
        kept = List.of("exec", "--pid-file", "", "--process", "", "--detach", "");
        paths = new int[] {3, 1, 6};
        keep(arch, 2, today(), texts -> Chain.of(new Image(prints(arch, texts.subList(4, 7))), true));
        assertEquals("tmp a bcd/ef\n", run(arch, List.of("exec", "--pid-file", "/tmp/a", "--process", "/bcd/ef", "--detach"), "c1").out);
        assertEquals("a/b x 12/456\n", run(arch, List.of("exec", "--pid-file", "/a/b/x", "--process", "/12/456", "--detach"), "c1").out);
        for (var other : List.of("--pid-file /tmp/a --process /bcd/ef c1", "--process /bcd/ef --pid-file /tmp/a --detach c1", "--pid-file /tmp/a --process /bcd/ef --detach c23",
                "--pid-file /tmp/ab --process /bcd/ef --detach c1", "--pid-file /tm/pa --process /bcd/ef --detach c1", "--pid-file /tmp/a --process /bcd/eg/ --detach c1",
                "--pid-file tmp/a --process /bcd/ef --detach c1", "--pid-file //tm/a --process /bcd/ef --detach c1", "--pid-file /tmp/a --process /bcd/.f --detach c1",
                "--pid-file /tmp/a --process /bcd/ef --detach c1 more", "--pid-file /tmp/a --process /bcd/ef --detach c1 --pid-file /tmp/a", "--pid-file")) {
            var words = List.of(("exec " + other).split(" "));
            assertEquals("java exec " + other + "\n", run(arch, words.subList(0, words.size() - 1), words.getLast()).out);
        }
    }

    @ParameterizedTest @EnumSource
    void a_line_that_is_too_long_is_left_to_java(Arch arch) throws Exception {
        for (int length : new int[] {4070, 4090, 4096, 5000, 100_000}) {
            var word = "x".repeat(length);
            assertEquals("java run " + word + " c1\n", run(arch, List.of("run", word), "c1").out);
        }
        var rest = "y".repeat(100_000);
        for (int length = 4074; length < 4084; length++) {
            var word = "x".repeat(length); // up to the end of the room, and then a path, or an id
            assertEquals("java exec c1 " + word + " --pid-file /a/b " + rest + "\n", run(arch, List.of("exec", "c1", word, "--pid-file", "/a/b"), rest).out);
            assertEquals("java exec -" + word + " --pid-file /a/b c1 " + rest + "\n", run(arch, List.of("exec", "-" + word, "--pid-file", "/a/b", "c1"), rest).out);
        }
    }

    @ParameterizedTest @EnumSource
    void the_id_of_an_exec_is_what_is_no_flag_nor_its_value(Arch arch) throws Exception {
        kept = List.of("--root", "/r", "exec", "-e", "A=b", "-t", "--env=C", "--user", "0", "", "cat", "-e");
        keep(arch, 4, today(), texts -> Chain.of(new Image(prints(arch, texts)), true));
        for (var id : List.of("c1+_", "main")) {
            var words = new ArrayList<>(kept.subList(0, kept.size() - 1));
            words.set(9, id);
            var ended = run(arch, words, "-e");
            assertTrue(ended.exit == EXIT && ended.out.startsWith(id + " "), ended::toString);
        }
        for (var other : List.of("-e A=b -t --env=C --user 0 c1+ cat -e", "-e A=c -t --env=C --user 0 c1+_ cat -e", "-e A=b -t --env=C --user 0 c1+_ cat -f",
                "-e A=b -t --env=C --user 0 c1+_ cat", "-e A=b -t --env=C --user 0 c:+_ cat -e", "-e A=b -t --env=C --cwd 0 c1+_ cat -e", "-e A=b -t --env=C --user 0 -e cat -e",
                "-e", "-e A=b", "-e A=b -t --env=C --user")) {
            var words = List.of(("--root /r exec " + other).split(" "));
            assertEquals("java --root /r exec " + other + "\n", run(arch, words.subList(0, words.size() - 1), words.getLast()).out);
        }
    }

    @ParameterizedTest @EnumSource
    void what_is_kept_of_one_container_comes_before_what_is_of_any(Arch arch) throws Exception {
        kept = List.of("exec", "", "cat");
        keep(arch, 4, today(), texts -> Chain.of(new Image(prints(arch, List.of("any", texts.getFirst()))), true));
        ofOne = "c1+_";
        keep(arch, 4, today(), texts -> Chain.of(new Image(prints(arch, List.of("one", texts.getFirst()))), true));
        assertEquals("one c1+_\n", run(arch, List.of("exec", "c1+_"), "cat").out);
        assertEquals("any c2+_\n", run(arch, List.of("exec", "c2+_"), "cat").out);
    }
}
