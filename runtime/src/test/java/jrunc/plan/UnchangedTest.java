package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jrunc.host.BundleFiles.Kind;
import jrunc.kernel.Glance;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.machine.TrapPlayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each premise holds as long as what it speaks of is as it was, and no longer; and nothing stays open. */
class UnchangedTest {
    @TempDir Path temporary;
    private Path folder;

    @BeforeEach
    void real() throws IOException {
        folder = temporary.toRealPath();
    }

    private static boolean holds(Premise... premises) throws IOException {
        var before = open();
        boolean well = !TrapPlayer.play(Unchanged.of(Arch.host(), List.of(premises))).report().isFailure();
        var left = open();
        left.removeAll(before); // the JVM may close some of its own meanwhile
        assertEquals(Set.of(), left, "descriptors are left open");
        return well;
    }

    private static Set<String> open() {
        return new HashSet<>(List.of(new File("/proc/self/fd").list()));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void is(boolean expected, Premise premise) throws IOException {
        assertEquals(expected, holds(premise), premise::toString);
        assertEquals(expected, holds(premise, premise), premise::toString);
    }

    @Test
    void content_is_every_byte_and_the_length() throws IOException {
        var file = folder.resolve("file");
        for (int length : new int[] {0, 1, 7, 8, 9, 4095, 4096, 4097, 70_000}) {
            var text = "x".repeat(length);
            Files.writeString(file, text);
            is(true, new Premise.Content(file.toString(), bytes(text)));
            is(false, new Premise.Content(file.toString(), bytes(text + "x")));
            if (length == 0) continue;
            is(false, new Premise.Content(file.toString(), bytes(text.substring(1))));
            for (int at : new int[] {0, length / 2, length - 1}) {
                var other = new StringBuilder(text);
                other.setCharAt(at, 'y');
                is(false, new Premise.Content(file.toString(), bytes(other.toString())));
            }
        }
        Files.delete(file);
        is(false, new Premise.Content(file.toString(), bytes("")));
        Files.createDirectory(file);
        is(false, new Premise.Content(file.toString(), bytes("")));
    }

    /** They come in pieces, and say that they have no length. */
    @Test
    void files_of_proc_are_read_to_their_end() throws IOException {
        var table = Files.readString(Path.of("/proc/self/mountinfo"));
        is(true, new Premise.Content("/proc/self/mountinfo", bytes(table)));
        is(false, new Premise.Content("/proc/self/mountinfo", bytes(table + "1 1 0:1 / / rw - tmpfs tmpfs rw\n")));
        var ciphers = Files.readAllBytes(Path.of("/proc/crypto"));
        is(true, new Premise.Content("/proc/crypto", ByteBuffer.wrap(ciphers)));
        ciphers[ciphers.length - 2]++;
        is(false, new Premise.Content("/proc/crypto", ByteBuffer.wrap(ciphers)));
    }

    @Test
    void a_fifo_in_the_place_of_a_file_keeps_nobody_waiting() throws Exception {
        var fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        is(false, new Premise.Content(fifo.toString(), bytes("text")));
        is(false, new Premise.Root(folder.toString(), folder.toString(), List.of(), Optional.of(bytes("text"))));
    }

    @Test
    void a_link_is_where_it_leads() throws IOException {
        var link = folder.resolve("link");
        Files.createSymbolicLink(link, Path.of("target"));
        is(true, new Premise.Link(link.toString(), "target"));
        for (var other : List.of("targe", "targets", "tarGet", "")) is(false, new Premise.Link(link.toString(), other));
        is(false, new Premise.Link(folder.toString(), "target"));
    }

    @Test
    void a_path_is_a_directory_or_something_else_or_nothing() throws IOException {
        var path = folder.resolve("path");
        var kinds = List.of(Kind.MISSING, Kind.OTHER, Kind.DIRECTORY);
        for (int i = 0; i < kinds.size(); i++) {
            if (i == 1) Files.createFile(path);
            if (i == 2) {
                Files.delete(path);
                Files.createDirectory(path);
            }
            for (var kind : kinds) is(kind == kinds.get(i), new Premise.Is(path.toString(), kind));
            Files.deleteIfExists(folder.resolve("link"));
            Files.createSymbolicLink(folder.resolve("link"), path);
            for (var kind : kinds) is(kind == kinds.get(i), new Premise.Is(folder.resolve("link").toString(), kind));
        }
    }

    @Test
    void the_same_file_is_the_same_only_as_long_as_nobody_writes_to_it() throws IOException {
        var file = Files.writeString(folder.resolve("program"), "1");
        List<Long> stat;
        try (var glance = new Glance()) {
            stat = glance.statx(file.toString(), Premise.Same.WORDS);
        }
        var same = new Premise.Same(file.toString(), stat);
        is(true, same);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        is(false, same);
        for (int i = 0; i < stat.size(); i++) {
            var other = new ArrayList<>(stat);
            other.set(i, other.get(i) + 1);
            is(false, new Premise.Same(file.toString(), other));
        }
        is(true, new Premise.Inode(file.toString(), stat.getFirst()));
        is(false, new Premise.Inode(file.toString(), stat.getFirst() + 1));
    }

    @Test
    void a_root_is_its_real_path_its_links_and_its_passwd() throws IOException {
        var root = Files.createDirectories(folder.resolve("root"));
        var link = Files.createSymbolicLink(folder.resolve("link"), root);
        Files.createDirectories(root.resolve("dev"));
        var places = List.of("/dev/pts", "/proc", "/missing/below");
        var none = Optional.<ByteBuffer>empty();
        is(true, new Premise.Root(root.toString(), root.toString(), places, none));
        is(true, new Premise.Root(link.toString(), root.toString(), places, none));
        is(false, new Premise.Root(root.toString(), link.toString(), places, none));
        is(false, new Premise.Root(root.resolve("dev").toString(), root.toString(), List.of(), none));
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root\n");
        is(false, new Premise.Root(root.toString(), root.toString(), places, none));
        is(true, new Premise.Root(root.toString(), root.toString(), places, Optional.of(bytes("root\n"))));
        is(false, new Premise.Root(root.toString(), root.toString(), places, Optional.of(bytes("toor\n"))));
        Files.createSymbolicLink(root.resolve("proc"), Path.of("dev"));
        is(false, new Premise.Root(root.toString(), root.toString(), places, Optional.of(bytes("root\n"))));
        Files.delete(root.resolve("proc"));
        Files.move(root.resolve("dev"), root.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("dev"), Path.of("elsewhere"));
        is(false, new Premise.Root(root.toString(), root.toString(), places, Optional.of(bytes("root\n"))));
    }

    @Test
    void this_process_has_its_user_and_its_bounding_set() throws IOException {
        var status = Files.readString(Path.of("/proc/self/status"));
        long uid = Long.parseLong(status.replaceFirst("(?s).*\nUid:\t[0-9]+\t([0-9]+).*", "$1"));
        long gid = Long.parseLong(status.replaceFirst("(?s).*\nGid:\t[0-9]+\t([0-9]+).*", "$1"));
        long bounding = Long.parseUnsignedLong(status.replaceFirst("(?s).*\nCapBnd:\t([0-9a-f]+).*", "$1"), 16);
        is(true, new Premise.User(uid, gid));
        is(false, new Premise.User(uid + 1, gid));
        is(false, new Premise.User(uid, gid + 1));
        is(true, new Premise.Bounding(bounding));
        for (int i = 0; i < Long.SIZE; i++) is(false, new Premise.Bounding(bounding ^ 1L << i));
    }

    /** As create leaves it, of a container whose first process is this one. */
    private NamedProcess container(String cgroup, long startTime) throws IOException {
        var mountPoint = cgroup.isEmpty() ? "" : "/sys/fs/cgroup";
        var record = new ContainerRecord(0, 0, "1.3.0", "box", "/b", "/b/r", "now", 1, 1, mountPoint, cgroup, List.of(), true, "", List.of(), Map.of(), Map.of());
        var page = ByteBuffer.wrap(FrontPage.of(record, List.of("{", "\"", "}"), false, false).orElseThrow()).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(FrontPage.PID * 8, ProcessHandle.current().pid()).putLong(FrontPage.START_TIME * 8, startTime);
        var global = new Global(folder.toString(), Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.CGROUPFS);
        Files.createDirectories(folder.resolve("box"));
        Files.write(folder.resolve("box/front"), page.array());
        return NamedProcess.ofLater(global, "box");
    }

    @Test
    void a_container_has_the_cgroup_that_its_page_says() throws IOException {
        var page = container("/box", 1).page();
        is(true, new Premise.Cgroup(page, "/sys/fs/cgroup/box"));
        for (var other : List.of("", "/sys/fs/cgroup/bo", "/sys/fs/cgroup/boy", "/sys/fs/cgroup/box/", "/sys/fs/cgroup")) is(false, new Premise.Cgroup(page, other));
        container("", 1);
        is(true, new Premise.Cgroup(page, ""));
        is(false, new Premise.Cgroup(page, "/sys/fs/cgroup/box"));
        Files.writeString(Path.of(page), "jrpage0\0" + "\0".repeat(200));
        is(false, new Premise.Cgroup(page, ""));
        Files.delete(Path.of(page));
        is(false, new Premise.Cgroup(page, ""));
        Files.createDirectory(Path.of(page));
        is(false, new Premise.Cgroup(page, ""));
    }

    @Test
    void its_first_process_is_the_one_that_its_page_names() throws IOException {
        var stat = Files.readString(Path.of("/proc/self/stat"));
        long startTime = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        var passwd = ByteBuffer.wrap(Arrays.copyOf(Files.readAllBytes(Path.of("/etc/passwd")), PasswdLook.sizes()[0]));
        is(true, new Premise.Home(container("", startTime), passwd));
        passwd.put(3, (byte) (passwd.get(3) + 1));
        is(false, new Premise.Home(container("", startTime), passwd));
        passwd.put(3, (byte) (passwd.get(3) - 1));
        var other = Unchanged.of(Arch.host(), List.of(new Premise.Home(container("", startTime + 1), passwd)));
        assertEquals(-Errno.ESRCH.number(), TrapPlayer.play(other).report().result());
    }
}
