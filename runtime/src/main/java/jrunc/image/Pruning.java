package jrunc.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import jrunc.kernel.TreeCalls;
import jrunc.linux.JruncException;
import jrunc.linux.StateException;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Removes of a store what nobody needs: layers that no bundle and no container mounts, what was pulled for such, and what was left when a
 * command was killed. Nobody makes a bundle meanwhile. A layer leaves its place before the first of its files is removed, so there is never half of one.
 */
public final class Pruning {
    private static final String HALF_MADE = "an unpacking or a removal was killed half-way";

    private static final int LONGEST_MANIFEST = 1 << 20;

    private final Path store;
    private final boolean only;
    private final Set<String> used = new HashSet<>();
    private final StringBuilder lines = new StringBuilder();
    private JruncException failure;

    private Pruning(Path store, boolean only) {
        this.store = store;
        this.only = only;
    }

    /** What was done, a line for each thing; and what could not be done, or null. */
    public record Done(String lines, JruncException failure) {}

    /**
     * Removes it, each thing whatever becomes of the others.
     *
     * @param store   absolute and normal
     * @param mounted layers that containers mount, whether or not their bundles are still there
     * @param dryRun  only say what there is
     */
    public static Done of(Path store, Set<String> mounted, boolean dryRun) {
        var pruning = new Pruning(store, dryRun);
        if (!Files.isDirectory(store)) return new Done("", null);
        try (var records = BundleRecords.toRemoveLayers(store)) {
            for (var layer : mounted) pruning.used.add(BundleRecords.real(Path.of(layer)));
            pruning.prune(records);
            return new Done(pruning.lines.toString(), pruning.failure);
        } catch (IOException e) {
            throw new StateException("prune the store " + store + ": " + e.getMessage(), e);
        }
    }

    private void prune(BundleRecords records) throws IOException {
        var said = records.said();
        used.addAll(said.layers());
        prunePart("");
        for (var part : in(store.resolve(LayerStore.MAPPED))) prunePart(LayerStore.MAPPED + part.getFileName() + '/');
        for (var file : in(store)) {
            if (Files.isRegularFile(file)) drop(file, HALF_MADE);
        }
        prunePulled();
        if (only) return;
        for (var record : said.gone()) Files.deleteIfExists(record); // last: before, they were all that led to the layers
    }

    private void prunePart(String part) throws IOException {
        var unpacking = store.resolve(part + LayerStore.UNPACKING);
        for (var unfinished : in(unpacking)) {
            say(unfinished, HALF_MADE);
            if (!only) attempt(() -> removeUnfinished(part, unfinished.getFileName().toString()));
        }
        for (var algorithm : in(store.resolve(part + LayerStore.LAYERS))) {
            for (var layer : in(algorithm)) {
                if (used.contains(BundleRecords.real(layer))) continue;
                say(layer, "no bundle refers to it, " + Inspection.size(size(layer)));
                if (!only) attempt(() -> removeLayer(part, algorithm, layer.getFileName().toString()));
            }
        }
    }

    private void removeLayer(String part, Path algorithm, String hex) {
        var name = "removed-" + UUID.randomUUID();
        try (var calls = new TreeCalls(); var unpacking = LayerStore.open(store, part + LayerStore.UNPACKING);
                var layers = LayerStore.open(store, part + LayerStore.LAYERS + '/' + algorithm.getFileName())) {
            long moved = calls.move(layers, hex, unpacking, name);
            if (moved < 0) throw new SyscallException("remove layer " + hex, Sys.RENAMEAT, moved);
        }
        removeUnfinished(part, name);
    }

    private void removeUnfinished(String part, String name) {
        try (var calls = new TreeCalls(); var unpacking = LayerStore.open(store, part + LayerStore.UNPACKING)) {
            UnfinishedLayer.removeAbandoned(calls, unpacking, name);
        }
    }

    /** What was pulled for a bundle that is there stays, so that it need not come again for the next one. */
    private void prunePulled() throws IOException {
        var directory = store.resolve(Sources.PULLED);
        if (!Files.isDirectory(directory)) return;
        Set<String> kept = new HashSet<>();
        List<Descriptor> images = new ArrayList<>();
        if (Files.exists(directory.resolve(Layout.INDEX)) && Files.exists(directory.resolve(Layout.MARK))) {
            var layout = Layout.at(directory);
            for (var manifest : layout.index().manifests()) {
                if (keep(layout, manifest, kept)) images.add(manifest);
            }
        }
        if (!only) PulledLayout.list(directory, images);
        for (var algorithm : in(directory.resolve("blobs"))) {
            for (var blob : in(algorithm)) {
                boolean wanted = kept.contains(algorithm.getFileName() + "/" + blob.getFileName()) || isManifestOf(kept, blob);
                if (!wanted) drop(blob, "pulled for no bundle that is there, " + Inspection.size(Files.size(blob)));
            }
        }
        for (var file : in(directory)) {
            if (file.getFileName().toString().startsWith(WholeFile.UNFINISHED)) drop(file, HALF_MADE);
        }
    }

    private boolean keep(Layout layout, Descriptor manifest, Set<String> kept) {
        try {
            var image = layout.image(manifest);
            for (var layer : image.layers()) {
                if (!isUsed(layer.diffId())) return false;
            }
            kept.add(name(manifest.digest()));
            kept.add(name(layout.manifest(manifest).config().digest()));
            for (var layer : image.layers()) kept.add(name(layer.digest().orElseThrow()));
            return true;
        } catch (JruncException broken) {
            return false; // of no use to anybody
        }
    }

    /** A manifest in docker's words lies beside the one that is listed. */
    private static boolean isManifestOf(Set<String> kept, Path blob) throws IOException {
        if (Files.size(blob) > LONGEST_MANIFEST) return false;
        try {
            return kept.contains(name(ImageJson.manifest(Files.readAllBytes(blob), blob.toString()).config().digest()));
        } catch (InvalidImageException another) {
            return false;
        }
    }

    private boolean isUsed(Digest diffId) {
        for (var layer : used) {
            if (layer.startsWith(BundleRecords.real(store) + '/') && layer.endsWith('/' + LayerStore.LAYERS + '/' + name(diffId))) return true;
        }
        return false;
    }

    private static String name(Digest digest) {
        return digest.algorithm() + '/' + digest.hex();
    }

    private void drop(Path file, String why) {
        say(file, why);
        if (!only) attempt(() -> Files.deleteIfExists(file));
    }

    private void say(Path thing, String why) {
        lines.append(store.relativize(thing)).append(": ").append(why).append('\n');
    }

    /** Something to remove. */
    private interface Removal {
        void act() throws IOException;
    }

    private void attempt(Removal removal) {
        try {
            removal.act();
        } catch (IOException e) {
            if (failure == null) failure = new StateException("prune the store " + store + ": " + e.getMessage(), e);
        } catch (JruncException e) {
            if (failure == null) failure = e;
        }
    }

    private static List<Path> in(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) return found;
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) found.add(file);
        }
        found.sort(null);
        return found;
    }

    /** {@return how many bytes the files of a layer have, as far as they may be looked at} */
    private static long size(Path layer) throws IOException {
        var sum = new long[1];
        Files.walkFileTree(layer, new SimpleFileVisitor<>() {
            @Override public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }
}
