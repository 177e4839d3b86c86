package jrunc.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import jrunc.image.Digest;
import jrunc.image.MediaType;
import jrunc.image.TarEntry;
import jrunc.image.TarEntry.Attributes;
import jrunc.image.TarWriter;
import jrunc.linux.Arch;

/** The image that the rehearsal makes a bundle of: an OCI layout with one layer, in which there is one file of each kind that is usual. */
final class RehearsalImage {
    private static final Attributes USUAL = new Attributes(0755, 0, 0, Instant.EPOCH, Map.of());

    private final Path folder;

    private RehearsalImage(Path folder) {
        this.folder = folder;
    }

    /** Writes it into {@code folder}, which is made. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("blobs/sha256"));
        new RehearsalImage(folder).write();
    }

    private void write() throws IOException {
        var tar = tar();
        var config = "{\"architecture\":\"" + (Arch.host() == Arch.X86_64 ? "amd64" : "arm64") + "\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"/bin/true\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.of(tar) + "\"]}}";
        var manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.MANIFEST + "\",\"config\":" + blob(MediaType.CONFIG, config.getBytes(UTF_8))
                + ",\"layers\":[" + blob(MediaType.LAYER_GZIP, compressed(tar)) + "]}";
        Files.writeString(folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + blob(MediaType.MANIFEST, manifest.getBytes(UTF_8)) + "]}");
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    private static byte[] tar() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            tar.add(TarEntry.directory("bin", USUAL));
            var content = "#!/bin/sh\n".getBytes(UTF_8);
            tar.add(TarEntry.file("bin/true", USUAL, content.length));
            tar.write(content, 0, content.length);
            tar.add(TarEntry.link(TarEntry.Type.HARD_LINK, "bin/yes", USUAL, "bin/true"));
            tar.add(TarEntry.link(TarEntry.Type.SYMBOLIC_LINK, "sbin", USUAL, "bin"));
        }
        return bytes.toByteArray();
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    /** {@return the descriptor of a new blob, as JSON} */
    private String blob(String mediaType, byte[] bytes) throws IOException {
        var digest = Digest.of(bytes);
        Files.write(folder.resolve("blobs/sha256").resolve(digest.hex()), bytes);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length + "}";
    }
}
