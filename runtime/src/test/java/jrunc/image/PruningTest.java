package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jrunc.kernel.TreeCalls;
import jrunc.linux.Errno;
import jrunc.linux.StateException;
import jrunc.plan.BundleRequest;
import jrunc.plan.BundleRequest.LayerLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a store is removed, and what stays. */
class PruningTest {
    @TempDir Path directory;
    private Path store;

    @BeforeEach void make() throws IOException {
        assumeTrue(Shell.isRoot(), "needs root");
        store = directory.resolve("store");
    }

    /** Makes a bundle of a tar with one file that says {@code content}. */
    private Path bundle(String name, String content) throws IOException, InterruptedException {
        Shell.run(directory, "mkdir -p in; echo " + content + " > in/file; tar --mtime=@0 -C in -cf " + name + ".tar file");
        var bundle = directory.resolve(name);
        var asked = new BundleRequest.Make(directory.resolve(name + ".tar").toString(), bundle.toString(), List.of(), Optional.of(store.toString()), Optional.empty(), false, false,
                LayerLimits.DEFAULT);
        assertEquals(List.of(), new BundleMaker(asked, new Sources(directory, store, LayerLimits.DEFAULT, null), Optional.empty()).make());
        return bundle;
    }

    private static String layer(Path bundle) throws IOException {
        var text = Files.readString(bundle.resolve("config.json"));
        int at = text.indexOf("/layers/file-sha256/") + 1;
        return text.substring(at, text.indexOf('"', at));
    }

    private String prune(boolean dryRun) {
        return prune(Set.of(), dryRun);
    }

    private String prune(Set<String> mounted, boolean dryRun) {
        var done = Pruning.of(store, mounted, dryRun);
        assertEquals(null, done.failure());
        return done.lines();
    }

    private String left() throws IOException, InterruptedException {
        return Shell.run(store, "find . -mindepth 3 -maxdepth 3 | cut -c3- | sort").strip();
    }

    @Test void a_layer_goes_when_the_last_bundle_that_has_it_is_gone() throws IOException, InterruptedException {
        var one = bundle("one", "same");
        var two = bundle("two", "same");
        var other = bundle("other", "other");
        String shared = layer(one);
        assertEquals(shared, layer(two));
        assertEquals("", prune(false));
        Shell.run(directory, "rm -r one");
        assertEquals("", prune(false));
        assertEquals(2, left().lines().count());
        Shell.run(directory, "rm two/config.json");
        assertEquals(shared + ": no bundle refers to it, 5 B\n", prune(true));
        assertEquals(2, left().lines().count());
        assertEquals(shared + ": no bundle refers to it, 5 B\n", prune(false));
        assertEquals(layer(other), left());
        assertEquals("", prune(false));
        assertEquals(1, Shell.run(store.resolve("bundles"), "ls").lines().count(), "the records of those that are gone are gone");
        assertEquals("same\n", Files.readString(store.resolve(layer(bundle("three", "same"))).resolve("file")), "it comes again when it is wanted again");
    }

    @Test void what_a_bundle_s_config_or_a_container_mounts_stays_too() throws IOException, InterruptedException {
        var one = bundle("one", "one");
        var two = bundle("two", "two");
        String kept = layer(two);
        Shell.run(directory, "sed -i 's#" + layer(one) + "#&:" + store + "/" + kept + "#' one/config.json; rm -r two");
        assertEquals("", prune(false));
        Shell.run(directory, "rm -r one");
        assertEquals(1, prune(Set.of(store.resolve(kept).toString()), false).lines().count());
        assertEquals(kept, left());
    }

    @Test void a_config_that_cannot_be_read_keeps_what_was_written_down() throws IOException, InterruptedException {
        bundle("one", "one");
        Shell.run(directory, "echo '{' > one/config.json");
        assertEquals("", prune(false));
    }

    @Test void a_record_that_cannot_be_read_stops_all() throws IOException, InterruptedException {
        bundle("one", "one");
        Shell.run(directory, "rm -r one; echo '{' > store/bundles/other");
        assertThrows(InvalidImageException.class, () -> prune(false));
        assertEquals(1, left().lines().count());
    }

    @Test void the_same_store_by_another_name_is_the_same() throws IOException, InterruptedException {
        Shell.run(directory, "mkdir real; ln -s real link");
        store = directory.resolve("link/store");
        bundle("one", "one");
        store = directory.resolve("real/store");
        assertEquals("", prune(false));
        Shell.run(directory, "mv real moved");
        store = directory.resolve("moved/store");
        assertEquals("", prune(false));
    }

    @Test void what_was_left_half_done_goes_and_what_was_pulled_for_nobody() throws IOException, InterruptedException {
        bundle("one", "one");
        Shell.run(store, "mkdir -p unpacking/sha256-x/a mapped/m/layers/sha256/y mapped/m/unpacking pulled/blobs/sha256; echo x > unpacking/sha256-x/a/b; chmod 0 unpacking/sha256-x/a; "
                + "touch archive-1.tar pulled/.new-1 pulled/blobs/sha256/z.partial; echo xyz > pulled/blobs/sha256/w; touch mapped/m/layers/sha256/y/z");
        var lines = """
                unpacking/sha256-x: an unpacking or a removal was killed half-way
                mapped/m/layers/sha256/y: no bundle refers to it, 0 B
                archive-1.tar: an unpacking or a removal was killed half-way
                pulled/blobs/sha256/w: pulled for no bundle that is there, 4 B
                pulled/blobs/sha256/z.partial: pulled for no bundle that is there, 0 B
                pulled/.new-1: an unpacking or a removal was killed half-way
                """;
        assertEquals(lines, prune(true));
        assertEquals(lines, prune(false));
        assertEquals("", prune(true));
        assertEquals("", prune(false));
    }

    @Test void who_makes_a_bundle_keeps_out_who_removes_layers_and_nobody_else() {
        try (var _ = BundleRecords.toMakeBundle(store); var _ = BundleRecords.toMakeBundle(store)) {
            assertTrue(isLocked());
        }
        assertFalse(isLocked());
        try (var _ = BundleRecords.toRemoveLayers(store)) {
            assertTrue(isLocked());
        }
    }

    private boolean isLocked() {
        try (var calls = new TreeCalls(); var records = LayerStore.open(store, "bundles")) {
            long locked = calls.lock(records, false);
            assertTrue(locked == 0 || locked == -Errno.EAGAIN.number());
            return locked != 0;
        }
    }

    @Test void a_store_that_is_not_there_is_not_made() {
        assertEquals("", prune(false));
        assertFalse(Files.exists(store));
    }

    @Test void a_bundle_is_removed_with_what_was_changed_in_it() throws IOException, InterruptedException {
        var bundle = bundle("one", "one");
        Shell.run(bundle, "mkdir -p upper/a/b work/work; touch upper/a/b/c; chmod 0 work/work");
        BundleRemoval.remove(bundle);
        assertFalse(Files.exists(bundle));
        assertEquals(1, prune(false).lines().count());
        var kept = bundle("two", "two");
        Files.writeString(kept.resolve("mine"), "x");
        BundleRemoval.remove(kept);
        assertEquals("mine", Shell.run(kept, "ls -A").strip());
    }

    @Test void a_directory_that_was_not_made_of_an_image_in_its_place_is_not_removed() throws IOException, InterruptedException {
        bundle("one", "one");
        Shell.run(directory, "mv one moved");
        var e = assertThrows(StateException.class, () -> BundleRemoval.remove(directory.resolve("moved")));
        assertEquals("remove bundle " + directory.resolve("moved") + ": it was not made of an image in this place; rm -r removes any directory", e.getMessage());
        assertTrue(Files.exists(directory.resolve("moved/upper")));
        assertThrows(StateException.class, () -> BundleRemoval.remove(directory.resolve("nothing")));
    }
}
