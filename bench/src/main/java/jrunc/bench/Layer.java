package jrunc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * A layer as large ones are: files of this host, packed by its own tar and gzip, as an archive and as the only layer of an OCI image layout.
 *
 * @param archive FILE.tar.gz
 * @param layout  with that file as its blob
 * @param size    of the files, in bytes
 */
record Layer(Path archive, Path layout, int files, long size) {
    private static final int MOST_FILES = 20_000;
    /** A few larger ones would be half of all bytes. */
    private static final long LARGEST_FILE = 2_300_000;
    private static final String BLOBS = "blobs/sha256/";

    /** {@return one of what is in {@code source}, made in {@code folder}} */
    static Layer of(Path source, Path folder, Stopwatch stopwatch) throws IOException, InterruptedException {
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
        var list = Files.writeString(folder.resolve("names"), names);
        var archive = folder.resolve("layer.tar.gz");
        stopwatch.time(List.of(UnpackScenario.TAR, "-C", "/", "--no-recursion", "--null", "-T", list.toString(), "-czf", archive.toString()));
        return new Layer(archive, layout(folder.resolve("layout"), archive), files, size);
    }

    /** {@return how large it is, in words} */
    String words() throws IOException {
        return String.format(Locale.ROOT, "the layer: %d files, %d MB, %d MB compressed", files, size / 1_000_000, Files.size(archive) / 1_000_000);
    }

    private static Path layout(Path layout, Path archive) throws IOException {
        Files.createDirectories(layout.resolve(BLOBS));
        String diffId;
        try (var plain = new GZIPInputStream(Files.newInputStream(archive))) {
            diffId = digest(plain);
        }
        String layer;
        try (var bytes = Files.newInputStream(archive)) {
            layer = digest(bytes);
        }
        Files.createLink(layout.resolve(BLOBS + layer), archive);
        var architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        var config = blob(layout, "{'architecture':'%s','os':'linux','config':{},'rootfs':{'type':'layers','diff_ids':['sha256:%s']}}", architecture, diffId);
        var manifest = blob(layout, "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','config':%s,'layers':[%s]}",
                descriptor("config.v1+json", config, Files.size(layout.resolve(BLOBS + config))), descriptor("layer.v1.tar+gzip", layer, Files.size(archive)));
        write(layout.resolve("index.json"), "{'schemaVersion':2,'manifests':[%s]}", descriptor("manifest.v1+json", manifest, Files.size(layout.resolve(BLOBS + manifest))));
        write(layout.resolve("oci-layout"), "{'imageLayoutVersion':'1.0.0'}");
        return layout;
    }

    private static String descriptor(String type, String digest, long size) {
        return String.format(Locale.ROOT, "{'mediaType':'application/vnd.oci.image.%s','digest':'sha256:%s','size':%d}", type, digest, size);
    }

    private static String blob(Path layout, String form, Object... parts) throws IOException {
        var fresh = write(layout.resolve("fresh"), form, parts);
        String digest;
        try (var bytes = Files.newInputStream(fresh)) {
            digest = digest(bytes);
        }
        Files.move(fresh, layout.resolve(BLOBS + digest));
        return digest;
    }

    private static Path write(Path file, String form, Object... parts) throws IOException {
        return Files.write(file, String.format(Locale.ROOT, form, parts).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(InputStream bytes) throws IOException {
        try {
            var calculation = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(bytes, calculation).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(calculation.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks what every JVM must have", e);
        }
    }
}
