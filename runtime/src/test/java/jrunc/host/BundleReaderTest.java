package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.StateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bundle may hold to mislead who reads it; nothing may hang. */
@Timeout(60)
class BundleReaderTest {
    private static final String ROOT_LINE = "root:x:0:0:root:/root:/bin/sh\n";
    @TempDir Path bundle;
    private Path etc;

    @BeforeEach void makeRootfs() throws IOException {
        etc = Files.createDirectories(bundle.resolve("rootfs/etc"));
    }

    private Optional<String> home(long uid) {
        return BundleReader.read(bundle.toString(), "rootfs", List.of(), List.of(), uid).home();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "root:x:0:0:root:/root:/bin/sh                    | 0    | /root",
        "a:x:10:1:::/bin/sh;b:x:1:1::/home/b:/bin/sh      | 1    | /home/b",
        "first:x:5:5::/one:/s;second:x:5:5::/two:/s       | 5    | /one",
        "u:x:1000:1000:Jürgen,,,:/home/jürgen:/bin/bash   | 1000 | /home/jürgen",
        "u:x:4294967294:1::/far:/s                        | 4294967294 | /far",
        "u:x:7:7::relative:/s                             | 7    | ``",
        "u:x:7:7:::/s                                     | 7    | ``",
        "u:x:7:7::/six                                    | 7    | ``",
        "u:x:07:7::/octal:/s                              | 7    | ``",
        "u:x:77:7::/other:/s                              | 7    | ``",
        "nonsense;:::;::::::;u:x:7:7::/home/u:/s          | 7    | /home/u",
    })
    void the_home_is_the_sixth_field_of_the_first_line_with_the_id(String passwd, long uid, String home) throws IOException {
        Files.writeString(etc.resolve("passwd"), passwd.replace(';', '\n') + '\n');
        assertEquals(home, home(uid).orElse(""));
    }

    @Test void no_link_is_followed_to_a_passwd_file_of_the_host() throws IOException {
        var elsewhere = Files.createDirectory(bundle.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("passwd"), ROOT_LINE);
        Files.createSymbolicLink(etc.resolve("passwd"), elsewhere.resolve("passwd"));
        assertEquals(Optional.empty(), home(0));
        Files.delete(etc.resolve("passwd"));
        Files.delete(etc);
        Files.createSymbolicLink(etc, elsewhere);
        assertEquals(Optional.empty(), home(0));
    }

    @Test void a_fifo_or_a_directory_instead_of_the_file_gives_no_home() throws Exception {
        fifo(etc.resolve("passwd"));
        assertEquals(Optional.empty(), home(0));
        Files.delete(etc.resolve("passwd"));
        Files.createDirectory(etc.resolve("passwd"));
        assertEquals(Optional.empty(), home(0));
    }

    @Test void of_a_huge_file_only_the_first_part_is_read() throws IOException {
        Files.writeString(etc.resolve("passwd"), ROOT_LINE + ":".repeat((1 << 20) - ROOT_LINE.length() - 10) + "\nu:x:7:7::/late:/s\n");
        assertEquals(Optional.of("/root"), home(0));
        assertEquals(Optional.empty(), home(7));
    }

    @Test void bytes_that_are_no_text_and_a_nul_give_no_home() throws IOException {
        Files.write(etc.resolve("passwd"), "u:x:7:7::/a\0b:/s\n\u00ff\u00fe:x:8:8::/eight:/s\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(Optional.empty(), home(7));
        assertEquals(Optional.of("/eight"), home(8));
    }

    @Test void config_json_is_read_whole() throws IOException {
        Files.writeString(bundle.resolve("config.json"), "{}");
        assertArrayEquals(new byte[] {'{', '}'}, BundleReader.config(bundle.toString(), 2));
    }

    @Test void what_is_no_file_of_a_fair_size_is_refused() throws Exception {
        var file = bundle.resolve("config.json");
        assertEquals("JSON specification file " + file + " not found; is " + bundle + " a bundle?", refused());
        Files.createDirectory(file);
        assertEquals("read " + file + ": not a regular file", refused());
        Files.delete(file);
        fifo(file);
        assertEquals("read " + file + ": not a regular file", refused());
        Files.delete(file);
        Files.write(file, new byte[101]);
        assertEquals("read " + file + ": larger than 100 bytes", refused());
    }

    private String refused() {
        return assertThrows(StateException.class, () -> BundleReader.config(bundle.toString(), 100)).getMessage();
    }

    @Test void the_root_is_a_directory_without_links_and_not_the_hosts() throws IOException {
        Files.createSymbolicLink(bundle.resolve("link"), bundle.resolve("rootfs"));
        assertEquals(bundle.toRealPath().resolve("rootfs").toString(), rootfs("link"));
        Files.writeString(bundle.resolve("file"), "");
        assertTrue(assertThrows(StateException.class, () -> rootfs("file")).getMessage().endsWith("file: not a directory"));
        assertTrue(assertThrows(StateException.class, () -> rootfs("none")).getMessage().endsWith("none: no such file or directory"));
        Files.createSymbolicLink(bundle.resolve("up"), Path.of("/"));
        for (var root : List.of("/", "up", "/../", "up/.")) {
            assertTrue(assertThrows(StateException.class, () -> rootfs(root)).getMessage().endsWith("the host's own root cannot be a container's"), root);
        }
        Files.delete(bundle.resolve("up"));
    }

    private String rootfs(String path) {
        return BundleReader.read(bundle.toString(), path, List.of(), List.of(), 0).rootfs();
    }

    @Test void the_kind_of_a_source_is_seen_through_links_and_from_the_bundle() throws IOException {
        Files.writeString(bundle.resolve("file"), "");
        Files.createSymbolicLink(bundle.resolve("link"), bundle.resolve("rootfs"));
        var sources = BundleReader.read(bundle.toString(), "rootfs", List.of("file", "link", "/not/there", "/dev/null"), List.of(), 0).sources();
        assertEquals(Map.of(bundle + "/file", BundleFiles.Kind.OTHER, bundle + "/link", BundleFiles.Kind.DIRECTORY,
                "/not/there", BundleFiles.Kind.MISSING, "/dev/null", BundleFiles.Kind.OTHER), sources);
    }

    private static void fifo(Path path) throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
    }
}
