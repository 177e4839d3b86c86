package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jrunc.plan.BundleRequest.LayerLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerStoreTest {
    private static final String NOBODY = "65534";
    @TempDir Path directory;
    private Path root;
    private LayerStore store;

    @BeforeEach void make() throws IOException {
        assumeTrue(Shell.isRoot(), "needs root");
        root = directory.resolve("data/store");
        store = LayerStore.at(root, LayerLimits.DEFAULT);
    }

    /** {@return a tar of what {@code script} puts into an empty directory, in the order of the names that it prints} */
    private byte[] tar(String script) throws IOException, InterruptedException {
        Shell.run(directory, "rm -rf made; mkdir made; cd made; (" + script + ") > ../names; tar --no-recursion -T ../names -cf ../made.tar");
        return Files.readAllBytes(directory.resolve("made.tar"));
    }

    private Path layer(String script) throws IOException, InterruptedException {
        tar(script);
        return store.add(Shell.blob(directory.resolve("made.tar")));
    }

    /** {@return that of a layer, which is now in the store} */
    private Digest diffId(String script) throws IOException, InterruptedException {
        var diffId = Digest.of(tar(script));
        store.layer(diffId, Shell.blob(directory.resolve("made.tar")));
        return diffId;
    }

    private static String names(Path tree) throws IOException, InterruptedException {
        return Shell.run(tree, "find . -mindepth 1 -printf '%P:%y ' | tr ' ' '\\n' | sort | tr '\\n' ' '").strip();
    }

    @Test void a_layer_is_unpacked_once_and_only_its_owner_may_look() throws IOException, InterruptedException {
        var bytes = tar("mkdir a; echo x > a/b; echo a; echo a/b");
        var opened = new AtomicInteger();
        var blob = new Blob() {
            @Override public String name() {
                return "layer.tar";
            }

            @Override public InputStream open() {
                opened.incrementAndGet();
                return new ByteArrayInputStream(bytes);
            }
        };
        var diffId = Digest.of(bytes);
        var path = store.layer(diffId, blob);
        assertEquals(root.resolve("layers/sha256").resolve(diffId.hex()), path);
        assertEquals(path, store.layer(diffId, blob));
        assertEquals(1, opened.get());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
        assertEquals("", names(root.resolve("unpacking")));
    }

    /** Of a plain root filesystem nobody has said a diffID, and the digest of its file is had sooner; that file's bytes are the ones unpacked. */
    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip -1n", "zstd -q", "split -b 300K --filter='gzip -n'", "sh -c 'gzip -n; echo behind its end'"})
    void an_archive_of_no_image_lies_once_under_the_digest_of_its_file(String compress) throws IOException, InterruptedException {
        Shell.run(directory, "mkdir made; seq 200000 > made/file; tar -C made -c . | " + compress + " > packed");
        var blob = Shell.blob(directory.resolve("packed"));
        var path = store.add(blob);
        assertEquals(root.resolve("layers/file-sha256").resolve(Digest.of(Files.readAllBytes(directory.resolve("packed"))).hex()), path);
        assertEquals(Shell.run(directory, "cksum < made/file"), Shell.run(path, "cksum < file"));
        assertEquals(path, store.add(blob));
        assertEquals("", names(root.resolve("unpacking")));
        assertEquals(path.getFileName() + "\n", Shell.run(root, "ls layers/*"));
    }

    private record Named(byte[] bytes, Digest named) implements Blob {
        @Override public String name() {
            return "layer.tar";
        }

        @Override public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override public void verify() {
            if (!Digest.of(bytes).equals(named)) throw new InvalidImageException(name(), "another blob");
        }
    }

    /** The diffID says what a layer is; which digest the blob has only tells whose fault it is. */
    @Test void a_layer_with_another_diffID_is_refused_and_so_is_the_blob_if_it_is_another_one() throws IOException, InterruptedException {
        var bytes = tar("echo x > a; echo a");
        var cut = java.util.Arrays.copyOf(bytes, 600);
        var wanted = Digest.of(new byte[0]);
        refused("its diffID is " + Digest.of(bytes) + ", not " + wanted, wanted, new Named(bytes, Digest.of(bytes)));
        refused("another blob", wanted, new Named(bytes, wanted));
        refused("another blob", Digest.of(bytes), new Named(cut, Digest.of(bytes)));
        assertEquals("", names(root.resolve("unpacking")));
        assertEquals("", names(root.resolve("layers/sha256")));
    }

    @Test void what_a_file_is_called_by_is_no_diffID() throws IOException, InterruptedException {
        tar("echo x > a; echo a");
        Shell.run(directory, "gzip -n made.tar");
        var blob = Shell.blob(directory.resolve("made.tar.gz"));
        var digest = Digest.of(Files.readAllBytes(directory.resolve("made.tar.gz")));
        store.add(blob);
        assertFalse(store.has(digest));
        refused("its diffID is ", digest, blob);
    }

    private void refused(String words, Digest diffId, Blob blob) {
        var message = assertThrows(InvalidImageException.class, () -> store.layer(diffId, blob)).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test void many_at_once_unpack_one_layer_once() throws Exception {
        var bytes = tar("for i in $(seq 50); do echo $i > f$i; echo f$i; done");
        var opened = new AtomicInteger();
        var blob = new Blob() {
            @Override public String name() {
                return "layer.tar";
            }

            @Override public InputStream open() {
                opened.incrementAndGet();
                return new ByteArrayInputStream(bytes);
            }
        };
        var diffId = Digest.of(bytes);
        try (var threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Path>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) all.add(() -> LayerStore.at(root, LayerLimits.DEFAULT).layer(diffId, blob));
            for (var each : threads.invokeAll(all)) assertTrue(Files.exists(each.get().resolve("f50")));
        }
        assertEquals(1, opened.get());
        assertEquals("", names(root.resolve("unpacking")));
    }

    @Test void a_killed_process_leaves_nothing_that_the_next_does_not_remove() throws Exception {
        var bytes = tar("mkdir a; head -c 3000000 /dev/urandom > a/b; echo a; echo a/b");
        var process = new ProcessBuilder(Unpack.command(root)).start();
        process.getOutputStream().write(bytes, 0, 2_900_000);
        process.getOutputStream().flush();
        var unpacking = root.resolve("unpacking");
        for (int i = 0; i < 3000 && !(Files.isDirectory(unpacking) && names(unpacking).contains("a/b:f")); i++) Thread.sleep(10);
        LayerStore.at(root, LayerLimits.DEFAULT);
        assertTrue(names(unpacking).contains("a/b:f"), "what is being unpacked is left alone");
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        assertTrue(names(unpacking).contains("a/b:f"));
        LayerStore.at(root, LayerLimits.DEFAULT);
        assertEquals("", names(unpacking));
        assertEquals("", names(root.resolve("layers")).replace("file-sha256:d", ""));
    }

    @Test void whiteouts_are_overlayfs_own() throws IOException, InterruptedException {
        var lower = layer("mkdir -p keep gone/below opaque/below; touch keep/file keep/deleted gone/below/x opaque/below/x; find * | sort");
        var upper = layer("mkdir -p keep opaque; touch keep/.wh.deleted .wh.gone opaque/.wh..wh..opq opaque/new; find * .wh.gone | sort");
        assertEquals("gone:c keep/deleted:c keep:d opaque/new:f opaque:d", names(upper));
        assertEquals("0:0", Shell.run(upper, "stat -c %t:%T gone").strip());
        var merged = Shell.run(directory, "mkdir merged; exec unshare -m sh -c 'mount -t overlay -o lowerdir=" + upper + ":" + lower
                + " overlay merged; cd merged; find . -mindepth 1 | sort | tr \"\\n\" \" \"'");
        assertEquals("./keep ./keep/file ./opaque ./opaque/new ", merged);
    }

    @Test void a_layer_that_deletes_all_before_it_hides_the_lower_ones() throws IOException, InterruptedException {
        var lowest = diffId("touch file; echo file");
        var opaque = diffId("touch .wh..wh..opq new; echo .wh..wh..opq; echo new");
        var top = diffId("touch top; echo top");
        var layers = root.resolve("layers/sha256");
        assertEquals(List.of(layers.resolve(top.hex()), layers.resolve(lowest.hex())), store.lowerDirectories(List.of(lowest, top)));
        assertEquals(List.of(layers.resolve(top.hex()), layers.resolve(opaque.hex())), store.lowerDirectories(List.of(lowest, opaque, top)));
    }

    /** What a whiteout has deleted does not come back when the layer then makes a directory of that name. */
    @Test void a_directory_in_the_place_of_a_whiteout_is_opaque() throws IOException, InterruptedException {
        for (var order : List.of("echo .wh.dir; echo dir; echo dir/new", "echo .wh.dir; echo dir/new", "echo dir; echo dir/new; echo .wh.dir")) {
            var layer = layer("mkdir dir; touch .wh.dir dir/new; " + order);
            assertEquals("dir/new:f dir:d", names(layer), order);
            assertEquals("trusted.overlay.opaque=\"y\"", Shell.run(layer, "getfattr -d -m trusted dir | grep =").strip(), order);
        }
    }

    @Test void later_entries_replace_earlier_ones() throws IOException, InterruptedException {
        Shell.run(directory, """
                mkdir one two; cd one; mkdir -p a/b; touch a/b/c; echo old > f; ln -s f link; mkdir dir; touch dir/kept; cd ../two
                echo now a file > a; echo new > f; mkdir link; touch link/inside; mkdir -m 700 dir; cd ..
                tar -C one -cf made.tar a f link dir; tar -C two --append -f made.tar a f link dir""");
        var layer = store.add(Shell.blob(directory.resolve("made.tar")));
        assertEquals("a:f dir/kept:f dir:d f:f link/inside:f link:d", names(layer));
        assertEquals("new\n", Files.readString(layer.resolve("f")));
        assertEquals("700", Shell.run(layer, "stat -c %a dir").strip());
    }

    @Test void parents_that_no_entry_has_made_are_plain_and_links_inside_are_followed() throws IOException, InterruptedException {
        var layer = layer("umask 077; mkdir -p a/b usr/lib; touch a/b/c usr/lib/y; ln -s usr/lib lib; echo ./a/b/c; echo usr/lib; echo lib; echo lib/y");
        assertEquals("a/b/c:f a/b:d a:d lib:l usr/lib/y:f usr/lib:d usr:d", names(layer));
        assertEquals("755 755 755 700", Shell.run(layer, "stat -c %a a a/b usr usr/lib").strip().replace('\n', ' '));
    }

    @Test void what_aufs_kept_for_itself_is_left_out() throws IOException, InterruptedException {
        assertEquals("file:f", names(layer("mkdir .wh..wh.plnk; touch .wh..wh.plnk/1.2 .wh..wh.aufs file; echo .wh..wh.plnk; echo .wh..wh.plnk/1.2; echo .wh..wh.aufs; echo file")));
    }

    @Test void the_top_has_what_the_archive_says_of_it() throws IOException, InterruptedException {
        var layer = layer("chmod 1750 .; chown 12:34 .; touch -d '2001-02-03 UTC' .; echo .");
        assertEquals("1750 12 34 981158400", Shell.run(layer, "stat -c '%a %u %g %Y' .").strip());
    }

    private String asNobody(byte[] archive) throws IOException, InterruptedException {
        Shell.run(directory, "chmod 755 .; mkdir -p nobody; chown " + NOBODY + ":" + NOBODY + " nobody");
        var command = Unpack.command(directory.resolve("nobody/store"), "setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(archive);
        }
        return new String(process.getInputStream().readAllBytes()).strip();
    }

    @Test void an_ordinary_user_owns_all_and_overlayfs_in_a_user_namespace_sees_the_whiteouts() throws IOException, InterruptedException {
        var lower = asNobody(tar("mkdir -p gone opaque closed; touch gone/x opaque/x closed/in; cp /bin/true ping; setcap cap_net_raw+ep ping; chown 5:6 gone; chmod 0 closed; find * | sort"));
        var upper = asNobody(tar("mkdir opaque; touch .wh.gone opaque/.wh..wh..opq opaque/new; find opaque .wh.gone | sort"));
        assertEquals("closed:d gone:d opaque:d ping:f", Shell.run(Path.of(lower), "find . -mindepth 1 -maxdepth 1 -user " + NOBODY + " -printf '%P:%y\\n' | sort | tr '\\n' ' '").strip());
        assertEquals("0", Shell.run(Path.of(lower), "stat -c %a closed").strip());
        var mount = "mount -t overlay -o userxattr,lowerdir=" + upper + ":" + lower + " overlay merged && cd merged && find . -mindepth 1 | sort | tr \"\\n\" \" \"";
        var merged = Shell.run(directory, "mkdir merged; exec setpriv --reuid " + NOBODY + " --regid " + NOBODY + " --clear-groups unshare -Urm sh -c '" + mount + "'");
        assertEquals("./closed ./closed/in ./opaque ./opaque/new ./ping ", merged);
    }

    @Test void an_ordinary_user_gets_no_devices() throws IOException, InterruptedException {
        var said = asNobody(tar("mknod null c 1 3; echo null"));
        assertEquals("layer.tar: entry null: a device, which only root can make, and not in a user namespace", said);
        assertEquals("layers:d unpacking:d", names(directory.resolve("nobody/store")).replace("layers/file-sha256:d ", ""));
    }

    @Test void who_may_do_what() {
        assertEquals(Powers.ROOT, Powers.of(0, "         0          0 4294967295\n"));
        assertEquals(Powers.NAMESPACE_ROOT, Powers.of(0, "         0       1000          1\n         1     100000      65536\n"));
        assertEquals(Powers.USER, Powers.of(1000, "         0          0 4294967295\n"));
        assertFalse(store.usesUserXattrs());
        assertEquals(Path.of("/home/me/.local/share/jrunc"), LayerStore.base(false, null, "/home/me"));
        assertEquals(Path.of("/data/jrunc"), LayerStore.base(false, "/data", "/home/me"));
        assertEquals(Path.of("/var/lib/jrunc"), LayerStore.base(true, "/data", "/root"));
    }
}
