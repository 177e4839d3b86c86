package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jrunc.linux.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedLibrariesTest {
    private static final Pattern PATH = Pattern.compile("(?:=> )?(/\\S+) \\(0x");

    /** {@return the real paths of what ldd prints, for one file has several} */
    private static Set<Path> ldd(String program) throws IOException {
        var found = new TreeSet<Path>();
        var ldd = new ProcessBuilder("ldd", program).start();
        var matcher = PATH.matcher(new String(ldd.getInputStream().readAllBytes()));
        while (matcher.find()) found.add(Path.of(matcher.group(1)).toRealPath());
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/bash", "/bin/ls", "/usr/bin/perl", "/usr/bin/python3", "/usr/bin/podman", "/usr/bin/git", "/usr/sbin/iptables", "/usr/bin/systemctl",
        "/usr/bin/qemu-system-x86_64", "/bin/busybox"})
    void the_libraries_of_a_program_are_those_that_ldd_finds(String program) throws IOException {
        assumeTrue(Files.exists(Path.of(program)), program + " is not here");
        var found = new TreeSet<Path>();
        for (var file : new SharedLibraries().neededBy(Path.of(program))) found.add(file.toRealPath());
        assertEquals(ldd(program), found);
    }

    @Test void those_of_a_jdk_lie_beside_its_programs() throws IOException {
        the_libraries_of_a_program_are_those_that_ldd_finds(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    @Test void a_program_that_cannot_start_is_refused(@TempDir Path directory) throws IOException {
        var bytes = Files.readAllBytes(Path.of("/bin/ls"));
        var text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = text.indexOf("libc.so.6");
        bytes[at + 3] = 'Q';
        var program = Files.write(directory.resolve("ls"), bytes);
        assertEquals(program + ": needs libQ.so.6, which is nowhere here",
                assertThrows(InvalidImageException.class, () -> new SharedLibraries().neededBy(program)).getMessage());
    }

    @Test void what_is_no_elf_file_needs_nothing_and_a_broken_one_is_refused(@TempDir Path directory) throws IOException {
        assertEquals(Set.of(), new SharedLibraries().neededBy(Files.writeString(directory.resolve("script"), "#!/bin/sh\n")));
        assertEquals(Set.of(), new SharedLibraries().neededBy(Files.write(directory.resolve("empty"), new byte[0])));
        var cut = Files.write(directory.resolve("cut"), java.util.Arrays.copyOf(Files.readAllBytes(Path.of("/bin/ls")), 100));
        assertThrows(InvalidImageException.class, () -> new SharedLibraries().neededBy(cut));
    }

    @Test void a_root_of_programs_has_the_links_of_the_host(@TempDir Path root) throws IOException {
        var paths = new ScratchRoot(root).fill(List.of("/bin/bash", "ls"), Path.of("/"));
        assertEquals(List.of("/bin/bash", "/usr/bin/ls"), paths);
        var there = new ArrayList<String>();
        try (var files = Files.walk(root)) {
            files.filter(f -> !f.equals(root)).forEach(f -> there.add(f.toString().substring(root.toString().length())));
        }
        for (var path : there) {
            var host = Path.of(path);
            var copy = Path.of(root + path);
            assertEquals(Files.isSymbolicLink(host), Files.isSymbolicLink(copy), path);
            if (Files.isSymbolicLink(host)) assertEquals(Files.readSymbolicLink(host), Files.readSymbolicLink(copy));
            else assertEquals(Files.getPosixFilePermissions(host), Files.getPosixFilePermissions(copy), path);
            if (Files.isRegularFile(host, LinkOption.NOFOLLOW_LINKS)) assertEquals(-1, Files.mismatch(host, copy), path);
        }
        assertTrue(there.contains("/usr/bin/bash") && there.stream().anyMatch(path -> path.contains("libc.so.6")), there.toString());
        assertThrows(UsageException.class, () -> new ScratchRoot(root).fill(List.of("no-such-program"), Path.of("/")));
    }
}
