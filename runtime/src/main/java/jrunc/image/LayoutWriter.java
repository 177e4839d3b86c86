package jrunc.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import jrunc.config.JsonReader;
import jrunc.config.JsonWriter;

/**
 * Adds images to an OCI image layout, which is made if it is not there. Each blob is whole before it has its name, and index.json comes
 * last, so that whoever reads meanwhile sees all of an image or nothing of it.
 */
public final class LayoutWriter {
    private static final String MODE = "rw-r--r--";
    private final Path folder;

    /** @throws InvalidImageException if {@code folder} has something in it that is no layout */
    public LayoutWriter(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("blobs").resolve(Digest.SHA256));
        if (Files.exists(folder.resolve(Layout.MARK))) return;
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                if (!file.endsWith("blobs")) throw new InvalidImageException(folder.toString(), "neither empty nor an OCI image layout");
            }
        }
        write(Layout.MARK, Layout.VERSION.getBytes(StandardCharsets.UTF_8));
        write(Layout.INDEX, "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a stream of bytes. */
    public interface Content {
        void to(OutputStream out) throws IOException;
    }

    /** A layer that was written: its blob, and what it is before compression. */
    public record Layer(Descriptor descriptor, Digest diffId) {}

    /** {@return the layer whose plain tar is {@code tar}, compressed with gzip} */
    public Layer layer(Content tar) throws IOException {
        var file = Files.createTempFile(folder.resolve("blobs"), ".layer-", "");
        try {
            var compressed = Digest.calculation(Digest.SHA256);
            var plain = Digest.calculation(Digest.SHA256);
            try (var out = new DigestOutputStream(new GZIPOutputStream(new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                    compressed), 1 << 16), plain)) {
                tar.to(out);
            }
            var digest = Digest.finish(Digest.SHA256, compressed);
            var descriptor = new Descriptor(MediaType.LAYER_GZIP, digest, Files.size(file));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(MODE));
            Files.move(file, folder.resolve(Layout.path(digest)), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new Layer(descriptor, Digest.finish(Digest.SHA256, plain));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** {@return the descriptor of these bytes, which are a blob now} */
    public Descriptor blob(String mediaType, byte[] bytes) throws IOException {
        var digest = Digest.of(bytes);
        write(Layout.path(digest), bytes);
        return new Descriptor(mediaType, digest, bytes.length);
    }

    /** {@return the descriptor of a manifest of this config and these layers} */
    public Descriptor manifest(Descriptor config, List<Descriptor> layers) throws IOException {
        var json = new JsonWriter("");
        json.beginObject().key("schemaVersion").value(2).key("mediaType").value(MediaType.MANIFEST).key("config");
        config.write(json);
        json.key("layers").beginArray();
        for (var layer : layers) layer.write(json);
        json.endArray().endObject();
        return blob(MediaType.MANIFEST, json.utf8());
    }

    /** Lists {@code manifest} in index.json under {@code name}, which no other has from then on. */
    public void list(Descriptor manifest, String name) throws IOException {
        var old = Files.readAllBytes(folder.resolve(Layout.INDEX));
        var listed = ImageJson.index(old, folder.resolve(Layout.INDEX).toString()).manifests();
        var json = new JsonWriter("");
        ImageJson.read(old, folder.resolve(Layout.INDEX).toString(), reader -> {
            json.beginObject();
            reader.object();
            for (String key; (key = reader.nextKey()) != null;) {
                json.key(key);
                if (key.equals("manifests")) rows(reader, listed, manifest, name, json);
                else reader.copyTo(json);
            }
            return json.endObject();
        });
        write(Layout.INDEX, json.utf8());
    }

    private static void rows(JsonReader reader, List<Descriptor> listed, Descriptor manifest, String name, JsonWriter json) {
        json.beginArray();
        reader.array();
        for (int i = 0; reader.nextElement(); i++) {
            if (name.equals(listed.get(i).annotations().get(Descriptor.REF_NAME))) reader.skip();
            else reader.copyTo(json);
        }
        manifest.named(name).write(json);
        json.endArray();
    }

    private void write(String path, byte[] bytes) throws IOException {
        WholeFile.write(folder, folder.resolve(path), bytes, MODE);
    }
}
