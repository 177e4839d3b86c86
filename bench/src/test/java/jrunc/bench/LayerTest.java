package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import jrunc.image.Inspection;
import jrunc.image.Sources;
import jrunc.plan.BundleRequest.LayerLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerTest {
    @TempDir Path folder;

    @Test
    void it_has_all_but_the_largest_files_and_is_the_layer_of_an_image_too() throws Exception {
        var source = Files.createDirectories(folder.resolve("source/below")).getParent();
        Files.writeString(source.resolve("below/a name\nof two lines"), "content");
        Files.createSymbolicLink(source.resolve("link"), Path.of("/nowhere"));
        Files.write(source.resolve("large"), new byte[2_400_000]);
        var layer = Layer.of(source, Files.createDirectory(folder.resolve("layer")));
        assertEquals(1, layer.files());
        assertEquals("content".length(), layer.size());
        assertTrue(layer.words().startsWith("the layer: 1 files, 0 MB, "), layer.words());
        var there = Files.createDirectory(folder.resolve("there"));
        assertEquals(0, new ProcessBuilder(UnpackScenario.TAR, "-xzf", layer.archive().toString(), "-C", there.toString()).start().waitFor());
        var unpacked = there.resolve(Path.of("/").relativize(source));
        assertEquals("content", Files.readString(unpacked.resolve("below/a name\nof two lines")));
        assertTrue(Files.isSymbolicLink(unpacked.resolve("link")) && Files.notExists(unpacked.resolve("large")));
        var said = Inspection.of(layer.layout().toString(), Optional.empty(), new Sources(folder, folder.resolve("store"), LayerLimits.DEFAULT, null));
        try (var plain = new GZIPInputStream(Files.newInputStream(layer.archive()))) {
            assertTrue(said.contains("sha256:" + digest(Files.readAllBytes(layer.archive())) + "  application/vnd.oci.image.layer.v1.tar+gzip"), said);
            assertTrue(said.contains("unpacked sha256:" + digest(plain.readAllBytes())), said);
        }
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
