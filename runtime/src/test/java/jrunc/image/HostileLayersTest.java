package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import jrunc.image.TarEntry.Attributes;
import jrunc.image.TarEntry.Type;
import jrunc.plan.BundleRequest.LayerLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that want out of their directory, or are broken on purpose: each is refused by name, and neither changes nor leaves anything. */
class HostileLayersTest {
    private static final Attributes PLAIN = new Attributes(0644, 0, 0, Instant.EPOCH, Map.of());
    private static final int SIZE_FIELD = 124;

    @TempDir Path directory;
    private Path outside;
    private LayerStore store;

    @BeforeEach void surround() throws IOException {
        assumeTrue(Shell.isRoot(), "needs root, which a hostile archive could use");
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "untouched");
        store = LayerStore.at(directory.resolve("store"), LayerLimits.DEFAULT);
    }

    private interface Making {
        void write(TarWriter tar) throws IOException;
    }

    private static byte[] archive(Making making) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            making.write(tar);
        }
        return bytes.toByteArray();
    }

    private static void file(TarWriter tar, String name, String content) throws IOException {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        tar.add(TarEntry.file(name, PLAIN, bytes.length));
        tar.write(bytes, 0, bytes.length);
    }

    private static void link(TarWriter tar, Type type, String name, String target) throws IOException {
        tar.add(TarEntry.link(type, name, PLAIN, target));
    }

    /** Something good comes first, so that there is something to leave behind. */
    private void refused(String message, Making making) throws IOException, InterruptedException {
        refusedBytes(message, archive(tar -> {
            file(tar, "good/file", "good");
            making.write(tar);
        }));
    }

    private void refusedBytes(String message, byte[] archive) throws IOException, InterruptedException {
        var before = around();
        var e = assertThrows(InvalidImageException.class, () -> store.add(blob(archive)));
        assertEquals("layer.tar: " + message, e.getMessage());
        assertEquals(before, around());
        assertEquals("", Shell.run(directory.resolve("store"), "find . -mindepth 1 ! -path ./layers ! -path ./layers/file-sha256 ! -path ./unpacking"));
    }

    private static Blob blob(byte[] bytes) {
        return new Blob() {
            @Override public String name() {
                return "layer.tar";
            }

            @Override public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    private String around() throws IOException, InterruptedException {
        return Shell.run(directory, "find . -path ./store -prune -o -printf '%p %y %m %U %n %T@ %l\\n' | grep -v '^\\. '; cat outside/secret");
    }

    @Test void an_absolute_path() throws IOException, InterruptedException {
        refused("entry " + outside + "/new: an absolute path; a layer's paths are relative to its top", tar -> file(tar, outside + "/new", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/new", "good/../../outside/new", "..", "good/..", "./../x"})
    void a_path_that_leads_upwards(String name) throws IOException, InterruptedException {
        refused("entry " + name + ": it leads upwards, by \"..\"", tar -> file(tar, name, "x"));
    }

    @Test void a_file_through_an_absolute_symbolic_link() throws IOException, InterruptedException {
        refused("entry link/secret: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "link", outside.toString());
            file(tar, "link/secret", "overwritten");
        });
    }

    @Test void a_file_through_a_relative_symbolic_link() throws IOException, InterruptedException {
        refused("entry good/link/secret: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "good/link", "../../../../outside");
            file(tar, "good/link/secret", "overwritten");
        });
    }

    @Test void a_directory_through_two_symbolic_links() throws IOException, InterruptedException {
        refused("entry b/x/new: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "a", "..");
            link(tar, Type.SYMBOLIC_LINK, "b", "a/..");
            tar.add(TarEntry.directory("b/x/new", PLAIN));
        });
    }

    @Test void a_magic_link_of_proc() throws IOException, InterruptedException {
        refused("entry root/outside: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "root", "/proc/self/root");
            file(tar, "root/outside", "x");
        });
    }

    @Test void symbolic_links_that_are_a_loop() throws IOException, InterruptedException {
        refused("entry a/file: the symbolic links above it are a loop", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "a", "b");
            link(tar, Type.SYMBOLIC_LINK, "b", "a");
            file(tar, "a/file", "x");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/secret", "good/../../../outside/secret"})
    void a_hard_link_to_a_file_outside(String target) throws IOException, InterruptedException {
        refused("entry mine: a hard link to " + target + ": it leads upwards, by \"..\"", tar -> link(tar, Type.HARD_LINK, "mine", target));
    }

    @Test void a_hard_link_to_an_absolute_path() throws IOException, InterruptedException {
        refused("entry mine: a hard link to " + outside + "/secret: an absolute path; a layer's paths are relative to its top",
                tar -> link(tar, Type.HARD_LINK, "mine", outside + "/secret"));
    }

    @Test void a_hard_link_through_a_symbolic_link() throws IOException, InterruptedException {
        refused("entry mine: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "out", outside.toString());
            link(tar, Type.HARD_LINK, "mine", "out/secret");
        });
    }

    /** The new name is the link's, so writing to it as a file would replace the name, not what it leads to. */
    @Test void a_hard_link_to_a_symbolic_link_that_leads_out_is_no_way_out() throws IOException, InterruptedException {
        var before = around();
        var layer = store.add(blob(archive(tar -> {
            link(tar, Type.SYMBOLIC_LINK, "out", outside + "/secret");
            link(tar, Type.HARD_LINK, "again", "out");
            file(tar, "again", "written");
        })));
        assertEquals(before, around());
        assertEquals("written", Files.readString(layer.resolve("again")));
        assertTrue(Files.isSymbolicLink(layer.resolve("out")));
    }

    @Test void a_hard_link_to_what_is_not_there() throws IOException, InterruptedException {
        refused("entry mine: a hard link to later, which is not in the layer before it", tar -> link(tar, Type.HARD_LINK, "mine", "later"));
    }

    @Test void a_hard_link_to_a_directory_or_to_itself() throws IOException, InterruptedException {
        refused("entry mine: a hard link to good, which is a directory, or may not be linked", tar -> link(tar, Type.HARD_LINK, "mine", "good"));
        refused("entry ./mine: a hard link to itself", tar -> link(tar, Type.HARD_LINK, "./mine", "mine"));
        refused("entry mine: a hard link to what is no file: ./", tar -> link(tar, Type.HARD_LINK, "mine", "./"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh...", ".wh..", ".wh.", "good/.wh...", ".wh..wh.x", ".wh.a/file"})
    void a_whiteout_of_what_cannot_be_deleted(String name) throws IOException, InterruptedException {
        refused("entry " + name + ": names that begin with .wh. are marks of what is deleted, and this is none", tar -> file(tar, name, ""));
    }

    @Test void a_whiteout_of_a_path_that_leads_upwards() throws IOException, InterruptedException {
        refused("entry ../.wh.outside: it leads upwards, by \"..\"", tar -> file(tar, "../.wh.outside", ""));
        refused("entry out/.wh.secret: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "out", outside.toString());
            file(tar, "out/.wh.secret", "");
        });
        refused("entry out/.wh..wh..opq: a symbolic link above it leads out of the layer", tar -> {
            link(tar, Type.SYMBOLIC_LINK, "out", outside.toString());
            file(tar, "out/.wh..wh..opq", "");
        });
    }

    @Test void a_top_that_is_no_directory() throws IOException, InterruptedException {
        refused("entry ./.: the top of the layer must be a directory", tar -> file(tar, "./.", "x"));
        refused("entry .: the top of the layer must be a directory", tar -> link(tar, Type.SYMBOLIC_LINK, ".", outside.toString()));
    }

    @Test void a_file_in_a_file() throws IOException, InterruptedException {
        refused("entry good/file/below: what is above it is no directory", tar -> file(tar, "good/file/below", "x"));
    }

    @Test void a_name_with_a_NUL() throws IOException, InterruptedException {
        var name = "n".repeat(101) + "\0x";   // too long for a header, where a NUL ends it
        refused("entry " + name + ": a NUL in its name", tar -> file(tar, name, "x"));
    }

    @Test void names_that_are_too_long() throws IOException, InterruptedException {
        var name = "n".repeat(256);
        refused("entry " + name.substring(0, 200) + "...: a name of 256 bytes, and Linux takes no more than 255", tar -> file(tar, name, "x"));
        var path = "deep/".repeat(1000);
        refused("entry " + path.substring(0, 200) + "...: a path of 5001 bytes, and Linux takes no more than 4095", tar -> file(tar, path + "x", "x"));
        refused("entry link: a symbolic link whose target is too long", tar -> link(tar, Type.SYMBOLIC_LINK, "link", path));
    }

    @Test void attributes_that_overlayfs_would_obey() throws IOException, InterruptedException {
        var redirect = new Attributes(0755, 0, 0, Instant.EPOCH, Map.of("trusted.overlay.redirect", "/etc".getBytes(StandardCharsets.UTF_8)));
        refused("entry dir: an extended attribute that is overlayfs's own: trusted.overlay.redirect", tar -> tar.add(TarEntry.directory("dir", redirect)));
    }

    @Test void a_device_that_overlayfs_takes_for_a_whiteout() throws IOException, InterruptedException {
        refused("entry gone: a character device 0:0, which to overlayfs means that the file is deleted",
                tar -> tar.add(TarEntry.node(Type.CHARACTER_DEVICE, "gone", PLAIN, 0, 0)));
    }

    @Test void sizes_that_cannot_be() throws IOException, InterruptedException {
        var bytes = archive(tar -> file(tar, "file", "content"));
        refusedBytes("entry file: its size is negative: -1", changed(bytes, SIZE_FIELD, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
        refusedBytes("entry file: its size has more than 63 bits", changed(bytes, SIZE_FIELD, 0x80, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
        refusedBytes("entry file: its size is no number: 0000000-007", changed(bytes, SIZE_FIELD + 7, '-'));
        refusedBytes("entry file: the archive ends 31239 bytes before its content does", changed(bytes, SIZE_FIELD + 5, '1'));
        refusedBytes("entry file: the archive ends 5 bytes before its content does", Arrays.copyOf(bytes, 514));
        refusedBytes("entry file: after it, the archive ends within a header", Arrays.copyOf(bytes, 1100));
    }

    @Test void a_wrong_checksum() throws IOException, InterruptedException {
        var bytes = archive(tar -> {
            file(tar, "file", "content");
            file(tar, "second", "content");
        });
        bytes[1024]++;
        refusedBytes("entry file: after it, no tar header follows: the checksum is wrong", bytes);
        bytes[0]++;
        refusedBytes("no tar archive: no tar header follows: the checksum is wrong", bytes);
    }

    @Test void two_names_for_one_entry() throws IOException, InterruptedException {
        var gnu = header(archive(tar -> file(tar, "././@LongLink", "good/name\0")), 'L');
        var pax = archive(tar -> file(tar, "n".repeat(101), "x"));
        var both = new ByteArrayOutputStream();
        both.write(gnu, 0, 1024);
        both.writeBytes(pax);
        refusedBytes("entry good/name: it has two names, the other is " + "n".repeat(101), both.toByteArray());
    }

    @Test void a_sparse_file_whose_pieces_overlap() throws IOException, InterruptedException {
        var extents = List.of(new TarEntry.Extent(0, 10), new TarEntry.Extent(5, 10));
        refused("entry holes: its map of a sparse file has a piece of 10 bytes at 5, which does not follow the one before or is not within the 100 bytes of the file",
                tar -> {
                    tar.add(new TarEntry(Type.FILE, "holes", PLAIN, 100, "", 0, 0, extents));
                    tar.write(new byte[20], 0, 20);
                });
    }

    @Test void a_global_header_that_moves_all_entries() throws IOException, InterruptedException {
        var bytes = header(archive(tar -> file(tar, "pax", "18 path=../../etc\n")), 'g');
        refusedBytes("entry pax: a global header gives all entries one path, size or map", bytes);
    }

    @Test void a_kind_of_entry_that_nobody_knows() throws IOException, InterruptedException {
        refusedBytes("entry file: no kind of file that is known: 'M'", header(archive(tar -> file(tar, "file", "x")), 'M'));
    }

    @Test void a_stream_that_is_longer_than_allowed() throws IOException, InterruptedException {
        var bomb = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bomb)) {
            zip.write(archive(tar -> {
                tar.add(TarEntry.file("zeros", PLAIN, 20 << 20));
                tar.write(new byte[20 << 20], 0, 20 << 20);
            }));
        }
        assertTrue(bomb.size() < 100_000);
        store = LayerStore.at(directory.resolve("store"), new LayerLimits(10 << 20, 100));
        refusedBytes("it unpacks to more than 10485760 bytes, which is the limit; --max-layer-size sets another", bomb.toByteArray());
    }

    @Test void an_archive_with_more_entries_than_allowed() throws IOException, InterruptedException {
        store = LayerStore.at(directory.resolve("store"), new LayerLimits(10 << 20, 100));
        refused("it has more than 100 entries, which is the limit; --max-layer-entries sets another", tar -> {
            for (int i = 0; i < 100; i++) file(tar, "file" + i, "");
        });
        store.add(blob(archive(tar -> {
            for (int i = 0; i < 100; i++) file(tar, "file" + i, "");
        })));
    }

    @Test void a_top_of_any_name_that_is_no_directory() throws IOException, InterruptedException {
        for (var name : List.of("/", "./", "//.")) refused("entry " + name + ": the top of the layer must be a directory", tar -> link(tar, Type.SYMBOLIC_LINK, name, "good"));
        refused("entry mine: a hard link to what is no file: /", tar -> link(tar, Type.HARD_LINK, "mine", "/"));
        refused("entry /../: an absolute path; a layer's paths are relative to its top", tar -> tar.add(TarEntry.directory("/..", PLAIN)));
    }

    @Test void compressed_streams_that_are_cut_or_changed() throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(archive(tar -> file(tar, "file", "x".repeat(1000))));
        }
        var whole = bytes.toByteArray();
        refusedBytes("gzip: the stream ends too early", Arrays.copyOf(whole, whole.length - 1));
        var changed = whole.clone();
        changed[whole.length - 8]++;
        refusedBytes("gzip: damaged: the checksum is wrong", changed);
    }

    @Test void another_layer_than_the_image_says() throws IOException, InterruptedException {
        var bytes = archive(tar -> file(tar, "file", "x"));
        var other = Digest.of(new byte[1]);
        var e = assertThrows(InvalidImageException.class, () -> store.layer(other, blob(bytes)));
        assertEquals("layer.tar: its diffID is " + Digest.of(bytes) + ", not " + other, e.getMessage());
        assertEquals("", Shell.run(directory.resolve("store"), "find unpacking layers -mindepth 1 ! -path layers/sha256"));
    }

    /** Twelve hundred directories in one another, which are replaced: a removal that opened each would run out of descriptors. */
    @Test void directories_deeper_than_descriptors_go_are_removed() throws IOException, InterruptedException {
        refused("entry last: a hard link to nothing, which is not in the layer before it", tar -> {
            tar.add(TarEntry.directory("d/".repeat(1200), PLAIN));
            file(tar, "d", "replaces all of them");
            link(tar, Type.HARD_LINK, "last", "nothing");
        });
    }

    private static byte[] changed(byte[] archive, int at, int... bytes) {
        var changed = archive.clone();
        for (int i = 0; i < bytes.length; i++) changed[at + i] = (byte) bytes[i];
        return summed(changed);
    }

    private static byte[] header(byte[] archive, char flag) {
        return changed(archive, 156, flag);
    }

    /** The first header gets the checksum that it must have. */
    private static byte[] summed(byte[] archive) {
        Arrays.fill(archive, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) sum += archive[i] & 0xFF;
        var digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, archive, 148, 8);
        return archive;
    }
}
