package jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jrunc.linux.AtFlag;
import jrunc.linux.FileType;
import jrunc.linux.OpenFlag;
import jrunc.linux.SyscallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
    @TempDir Path directory;
    private Set<String> descriptors;

    static Set<String> openDescriptors() {
        try (var own = FileCalls.open(null, "/proc/self/fd", OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY)) {
            var names = FileCalls.list(own, "/proc/self/fd").stream().map(name -> new String(name, StandardCharsets.UTF_8));
            return names.filter(name -> !name.equals("" + own.number())).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @BeforeEach void count() {
        descriptors = openDescriptors();
    }

    @AfterEach void no_descriptor_is_left_open() {
        assertEquals(descriptors, openDescriptors());
    }

    @Test void a_file_longer_than_the_buffer_is_read_whole() throws IOException {
        var bytes = new byte[100_001];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 7);
        Files.write(directory.resolve("long"), bytes);
        assertArrayEquals(bytes, FileCalls.read(null, directory + "/long"));
    }

    @Test void a_file_of_proc_is_read_although_its_size_is_0() {
        assertTrue(new String(FileCalls.read(null, "/proc/self/status"), StandardCharsets.UTF_8).startsWith("Name:"));
    }

    @Test void a_missing_file_is_named_in_the_message() {
        var e = assertThrows(SyscallException.class, () -> FileCalls.read(null, "/nowhere/at/all"));
        assertEquals("open /nowhere/at/all: ENOENT (No such file or directory)", e.getMessage());
    }

    @Test void a_path_with_a_NUL_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> FileCalls.read(null, "/etc/passwd\0.txt"));
    }

    @Test void all_names_of_a_large_directory_are_listed_but_not_the_dots() throws IOException {
        var expected = new TreeSet<String>();
        for (int i = 0; i < 2000; i++) expected.add(Files.createFile(directory.resolve("a-rather-long-name-" + i)).getFileName().toString());
        expected.add(Files.createFile(directory.resolve("...")).getFileName().toString());
        try (var open = FileCalls.open(null, directory.toString(), OpenFlag.O_DIRECTORY)) {
            var names = new ArrayList<String>();
            for (var name : FileCalls.list(open, directory.toString())) names.add(new String(name, StandardCharsets.UTF_8));
            assertEquals(expected, new TreeSet<>(names));
            assertEquals(expected.size(), names.size());
        }
    }

    @Test void a_link_is_read_relative_to_a_directory() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("to/ä"));
        try (var open = FileCalls.open(null, directory.toString(), OpenFlag.O_PATH)) {
            assertEquals("to/ä", new String(FileCalls.readLink(open, "link"), StandardCharsets.UTF_8));
        }
    }

    @Test void statx_agrees_with_what_java_knows() throws IOException {
        var file = Files.write(directory.resolve("file"), new byte[77]);
        var statx = FileCalls.stat(null, file.toString()).orElseThrow();
        assertEquals(FileType.S_IFREG, statx.type());
        assertEquals(77, statx.size());
        assertEquals(Files.getAttribute(file, "unix:ino"), statx.inode());
        assertEquals(Files.getAttribute(file, "unix:uid"), (int) statx.uid());
        assertEquals((int) Files.getAttribute(file, "unix:mode"), statx.mode());
        assertFalse(statx.isMountPoint());
    }

    @Test void devices_and_mount_points_are_told() {
        assertEquals(1L << 32 | 3, FileCalls.stat(null, "/dev/null").orElseThrow().special());
        assertTrue(FileCalls.stat(null, "/proc").orElseThrow().isMountPoint());
    }

    @Test void a_link_is_followed_unless_it_is_asked_for() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
        assertTrue(FileCalls.stat(null, directory + "/link").isEmpty());
        assertEquals(FileType.S_IFLNK, FileCalls.stat(null, directory + "/link", AtFlag.AT_SYMLINK_NOFOLLOW).orElseThrow().type());
    }

    @Test void the_type_of_a_namespace_is_its_clone_flag() {
        for (var namespace : jrunc.linux.Namespace.values()) {
            String path = "/proc/self/ns/" + namespace.file();
            try (var open = FileCalls.open(null, path, OpenFlag.O_RDONLY)) {
                assertEquals(namespace.flag().value(), FileCalls.namespaceType(open, path));
            }
        }
    }

    @Test void a_descriptor_is_refused_after_it_was_closed() {
        var open = FileCalls.open(null, "/", OpenFlag.O_PATH);
        open.close();
        open.close();
        assertThrows(IllegalStateException.class, open::number);
        assertThrows(IllegalStateException.class, () -> FileCalls.list(open, "/"));
    }

    @Test void descriptors_are_closed_on_exec() {
        try (var open = FileCalls.open(null, "/", OpenFlag.O_PATH)) {
            assertEquals(1, Trap.call(jrunc.linux.Sys.FCNTL, open.number(), 1));
        }
    }
}
