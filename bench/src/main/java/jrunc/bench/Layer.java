package jrunc.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import jrunc.config.JsonWriter;
import jrunc.image.Layout;
import jrunc.image.LayoutWriter;
import jrunc.image.MediaType;
import jrunc.image.Platform;

/**
 * A layer as large ones are: files of this host, packed by its own tar and compressed as gzip -6 does, as an archive and as the only layer of an
 * OCI image layout.
 *
 * @param archive FILE.tar.gz
 * @param layout  with that file as its blob
 * @param size    of the files, in bytes
 */
record Layer(Path archive, Path layout, int files, long size) {
    private static final int MOST_FILES = 20_000;
    /** A few larger ones would be half of all bytes. */
    private static final long LARGEST_FILE = 2_300_000;

    /** {@return one of what is in {@code source}, made in {@code folder}} */
    static Layer of(Path source, Path folder) throws IOException {
        var names = new StringBuilder();
        int files = 0;
        long size = 0;
        try (var all = Files.walk(source)) {
            for (var file : (Iterable<Path>) all.sorted()::iterator) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    long bytes = Files.size(file);
                    if (bytes > LARGEST_FILE || files == MOST_FILES) continue;
                    files++;
                    size += bytes;
                }
                names.append(file.toString(), 1, file.toString().length()).append('\0');
            }
        }
        return packed(Files.writeString(folder.resolve("names"), names), folder, files, size);
    }

    /** {@return how large it is, in words} */
    String words() throws IOException {
        return String.format(Locale.ROOT, "the layer: %d files, %d MB, %d MB compressed", files, size / 1_000_000, Files.size(archive) / 1_000_000);
    }

    private static Layer packed(Path list, Path folder, int files, long size) throws IOException {
        var layout = folder.resolve("layout");
        var writer = new LayoutWriter(layout);
        var layer = writer.layer(out -> tar(list, out));
        var config = new JsonWriter("");
        config.beginObject().key("architecture").value(Platform.host().architecture()).key("os").value(Platform.host().os());
        config.key("rootfs").beginObject().key("type").value("layers").key("diff_ids").beginArray().value(layer.diffId().toString()).endArray().endObject();
        var manifest = writer.manifest(writer.blob(MediaType.CONFIG, config.endObject().utf8()), List.of(layer.descriptor()));
        writer.list(manifest, "latest");
        var blob = layout.resolve(Layout.path(layer.descriptor().digest()));
        return new Layer(Files.createLink(folder.resolve("layer.tar.gz"), blob), layout, files, size);
    }

    private static void tar(Path list, OutputStream out) throws IOException {
        var tar = new ProcessBuilder(UnpackScenario.TAR, "-C", "/", "--no-recursion", "--null", "-T", list.toString(), "-c").redirectError(Redirect.INHERIT).start();
        try (var archive = tar.getInputStream()) {
            archive.transferTo(out);
            int status = tar.waitFor();
            if (status != 0) throw new IOException(UnpackScenario.TAR + ": exit status " + status);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(UnpackScenario.TAR + ": interrupted");
        } finally {
            tar.destroy();
        }
    }
}
