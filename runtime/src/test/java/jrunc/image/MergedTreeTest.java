package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import jrunc.kernel.TreeReader;
import jrunc.linux.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of overlayfs, on layers in its form; ImageBundleTest holds the whole against the kernel's own. */
class MergedTreeTest {
    @TempDir private Path directory;

    @BeforeEach void whiteouts_need_root() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: trusted attributes");
    }

    private Path layer(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private static void write(Path layer, String path, String text) throws IOException {
        var file = layer.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void run(Path in, String... words) throws IOException {
        var process = new ProcessBuilder(words).directory(in.toFile()).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertEquals(0, process.waitFor(), said);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void opaque(Path layer, String path) throws IOException {
        run(layer, "python3", "-c", "import os, sys; os.setxattr(sys.argv[1], 'trusted.overlay.opaque', b'y')", path);
    }

    private static MergedTree tree(Path... topmostFirst) {
        return new MergedTree(List.of(topmostFirst).stream().map(Path::toString).toList());
    }

    /** {@return each file's content by its path; of a directory a slash, of a link where it leads} */
    private static Map<String, String> seen(MergedTree tree) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        see(tree.top(), seen);
        return seen;
    }

    private static void see(MergedTree.Node node, Map<String, String> seen) throws IOException {
        if (node.type() == FileType.S_IFREG) {
            try (var content = node.content()) {
                seen.put(node.path(), new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
        } else {
            seen.put(node.path(), node.type() == FileType.S_IFLNK ? node.target() : "/");
        }
        if (node.type() != FileType.S_IFDIR) return;
        for (var child : MergedTree.children(node).values()) see(child, seen);
    }

    @Test void the_topmost_counts_and_directories_are_merged_down_to_an_opaque_one() throws IOException {
        var low = layer("low");
        var mid = layer("mid");
        var top = layer("top");
        for (var path : List.of("a", "d/low", "d/both", "o/low", "w/x/y", "f/inner", "g")) write(low, path, "low");
        for (var path : List.of("d/mid", "d/both", "o/mid", "w/z", "f")) write(mid, path, "mid");
        opaque(mid, "o");
        run(mid, "mknod", "w/x", "c", "0", "0");
        write(top, "d/top", "top");
        write(top, "o/top", "top");
        write(top, "g/inner", "top");
        run(top, "mknod", "a", "c", "0", "0");
        run(top, "mkdir", "-p", "w/x");
        try (var tree = tree(top, mid, low)) {
            assertEquals(Map.ofEntries(Map.entry("", "/"), Map.entry("d", "/"), Map.entry("d/low", "low"), Map.entry("d/mid", "mid"), Map.entry("d/top", "top"), Map.entry("d/both", "mid"),
                    Map.entry("o", "/"), Map.entry("o/mid", "mid"), Map.entry("o/top", "top"), Map.entry("w", "/"), Map.entry("w/x", "/"), Map.entry("w/z", "mid"),
                    Map.entry("f", "mid"), Map.entry("g", "/"), Map.entry("g/inner", "top")), seen(tree));
        }
    }

    @Test void links_are_followed_as_inside_of_the_container_and_never_out_of_it() throws IOException {
        var low = layer("low");
        var top = layer("top");
        write(low, "real/passwd", "mine");
        write(top, "real/other", "x");
        run(top, "ln", "-s", "../../../../real", "etc");
        run(low, "ln", "-s", "/real/passwd", "absolute");
        run(low, "ln", "-s", "loop", "loop");
        run(top, "ln", "-s", "/etc/hostname", "outside");
        try (var tree = tree(top, low)) {
            assertEquals("mine", AccountFile.read(tree, "etc/passwd"));
            assertEquals("mine", AccountFile.read(tree, "absolute"));
            for (var path : List.of("loop", "outside", "missing", "real/passwd/x", "real")) assertEquals("", AccountFile.read(tree, path), path);
        }
    }

    @Test void a_layer_comes_back_with_its_whiteouts_as_images_have_them() throws IOException {
        var layer = layer("layer");
        write(layer, "d/file", "x");
        run(layer, "mknod", "d/gone", "c", "0", "0");
        run(layer, "ln", "d/file", "d/same");
        opaque(layer, "d");
        var bytes = new ByteArrayOutputStream();
        try (var reader = new TreeReader(layer.toString()); var tar = new TarWriter(bytes)) {
            new TreeArchive(tar, List.of(), List.of()).writeLayer(reader);
        }
        var names = new StringBuilder();
        var tar = new TarReader(new java.io.ByteArrayInputStream(bytes.toByteArray()), "the layer");
        for (TarEntry entry; (entry = tar.next()) != null;) names.append(entry.name()).append(entry.target().isEmpty() ? "" : "=" + entry.target()).append(' ');
        assertEquals("./ d/ d/.wh..wh..opq d/file d/.wh.gone d/same=d/file ", names.toString());
    }

    @Test void a_tree_that_changes_meanwhile_is_archived_all_the_same() throws IOException, InterruptedException {
        var layer = layer("layer");
        write(layer, "d/stays", "x");
        var ends = new AtomicBoolean();
        var thread = Thread.ofPlatform().start(() -> {
            try {
                while (!ends.get()) {
                    write(layer, "d/comes/goes", "more and more");
                    Files.delete(layer.resolve("d/comes/goes"));
                    Files.delete(layer.resolve("d/comes"));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (var tree = tree(layer)) {
            for (int i = 0; i < 300; i++) {
                var merged = new ByteArrayOutputStream();
                try (var tar = new TarWriter(merged)) {
                    new TreeArchive(tar, List.of(), List.of()).write(tree);
                }
                var only = new ByteArrayOutputStream();
                try (var reader = new TreeReader(layer.toString()); var tar = new TarWriter(only)) {
                    new TreeArchive(tar, List.of(), List.of()).writeLayer(reader);
                }
                for (var bytes : List.of(merged, only)) {
                    var names = new java.util.ArrayList<String>();
                    var tar = new TarReader(new java.io.ByteArrayInputStream(bytes.toByteArray()), "the tree");
                    for (TarEntry entry; (entry = tar.next()) != null;) names.add(entry.name());
                    assertTrue(names.contains("d/stays"), names.toString());
                }
            }
        } finally {
            ends.set(true);
            thread.join();
        }
    }

    @Test void what_only_the_kernel_understands_is_refused() throws IOException {
        var layer = layer("layer");
        run(layer, "mkdir", "moved");
        run(layer, "python3", "-c", "import os; os.setxattr('moved', 'trusted.overlay.redirect', b'/old')");
        try (var tree = tree(layer)) {
            assertThrows(InvalidImageException.class, () -> MergedTree.children(tree.top()));
        }
    }
}
