package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where links of an image lead, on this side of its root. */
class ImageLinksTest {
    @TempDir Path top;
    @TempDir Path bottom;

    @ParameterizedTest
    @CsvSource({"/var/run/x, /run/x", "/var/lib/x, /var/lib/x", "/dangling/a/b, /not/there/a/b", "/up/x, /x", "/chain/x, /run/x", "/far, /etc",
        "/loop/x, /loop/x", "/var/relative/y, /var/lib/y", "/plain/file/x, /plain/file/x", "/root/x, /x"})
    void a_place_is_said_without_the_links_on_its_way(String place, String without) throws IOException {
        link("var/run", "/run");
        link("dangling", "//not/./there/");
        link("up", "../../..");
        link("chain", "var/run");
        link("far", "../../../../../etc");
        link("loop", "loop");
        link("var/relative", "../var/lib");
        link("root", "/");
        Files.createDirectory(top.resolve("plain"));
        Files.createFile(top.resolve("plain/file"));
        var expected = place.equals(without) ? Map.of() : Map.of(place, without);
        assertEquals(expected, ImageLinks.follow(List.of(top.toString()), List.of(place)));
    }

    @Test void a_link_of_an_upper_layer_counts_and_what_covers_one_does_not_lead_on() throws IOException {
        Files.createSymbolicLink(bottom.resolve("a"), Path.of("/from/below"));
        Files.createSymbolicLink(bottom.resolve("b"), Path.of("/hidden"));
        Files.createSymbolicLink(bottom.resolve("c"), Path.of("/hidden"));
        Files.createDirectory(top.resolve("b"));
        link("c", "/from/above");
        assertEquals(Map.of("/a/x", "/from/below/x", "/c/x", "/from/above/x"),
                ImageLinks.follow(List.of(top.toString(), bottom.toString()), List.of("/a/x", "/b/x", "/c/x")));
    }

    @Test void a_chain_of_255_links_is_followed_and_a_longer_one_is_left_to_the_kernel() throws IOException {
        for (int i = 0; i < 256; i++) link("l" + i, i == 255 ? "end" : "l" + (i + 1));
        assertEquals(Map.of("/l1", "/end"), ImageLinks.follow(List.of(top.toString()), List.of("/l1")));
        assertEquals(Map.of(), ImageLinks.follow(List.of(top.toString()), List.of("/l0")));
    }

    @AfterEach void removeLinks() throws IOException {
        for (var directory : List.of(top, bottom)) {
            try (var files = Files.walk(directory)) {
                for (var link : files.filter(Files::isSymbolicLink).toList()) Files.delete(link);
            }
        }
    }

    private void link(String name, String target) throws IOException {
        Files.createDirectories(top.resolve(name).getParent());
        Files.createSymbolicLink(top.resolve(name), Path.of(target));
    }
}
