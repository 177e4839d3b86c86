package jrunc.image;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import jrunc.linux.StateException;

/** Fetches an image from a registry into an OCI image layout: its manifest for one platform, its config and its layers. */
public final class RegistryPull {
    /** How many blobs come at once. */
    private static final int AT_ONCE = 3;
    /** More layers no overlayfs stacks. */
    private static final int MAX_LAYERS = 500;
    /** An index may list indexes, but not without end. */
    private static final int MAX_INDEXES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Reference image;
    private final Platform platform;
    private final Progress progress;
    private final Retries.Pause pause;
    private final Transport transport;
    private final Registry registry;

    /**
     * Who pulls, and how.
     *
     * @param variable the environment: where logins and certificates are
     * @param uid      whose logins
     * @param plain    whether to speak plain http to a registry on another machine, too
     */
    public record Puller(Function<String, Optional<String>> variable, long uid, boolean plain, Progress progress) {}

    RegistryPull(Reference image, Platform platform, Puller puller, Duration patience, Retries.Pause pause) {
        this.image = image;
        this.platform = platform;
        this.progress = puller.progress;
        this.pause = pause;
        transport = new Transport(() -> Trust.context(puller.variable.apply(Trust.FILE)), new Proxies(puller.variable), patience, puller.plain);
        registry = new Registry(image, transport, new Login(image, transport, CredentialFiles.of(puller.variable, puller.uid)), puller.plain);
    }

    /**
     * Fetches what of the image is not there yet.
     *
     * @param layout a directory, made if it is missing; other images in it stay
     * @return the image's manifest, which is in the layout with all that it names
     * @throws RegistryException if the registry cannot be reached or refuses
     * @throws InvalidImageException if what it sends is not what it must be
     */
    public static Descriptor pull(Reference image, Platform platform, Path layout, Puller puller) {
        return new RegistryPull(image, platform, puller, PATIENCE, Thread::sleep).into(layout);
    }

    /**
     * Fetches only what says what the image is: its manifest and its config.
     *
     * @return the manifest, which is in the layout with its config, but not listed there
     */
    public static Descriptor describe(Reference image, Platform platform, Path layout, Puller puller) {
        return new RegistryPull(image, platform, puller, PATIENCE, Thread::sleep).descriptionInto(layout);
    }

    Descriptor into(Path directory) {
        return in(directory, layout -> {
            var document = chosen();
            var manifest = checked(document);
            fetch(blobs(manifest), layout);
            layout.write(document.digest(), document.utf8());
            layout.name(image.toString(), inOciWords(document, manifest, layout));
            return document.descriptor();
        });
    }

    Descriptor descriptionInto(Path directory) {
        return in(directory, layout -> {
            var document = chosen();
            fetch(List.of(checked(document).config()), layout);
            layout.write(document.digest(), document.utf8());
            return document.descriptor();
        });
    }

    /** What is done with a layout. */
    private interface Work {
        Descriptor with(PulledLayout layout) throws IOException, InterruptedException;
    }

    private Descriptor in(Path directory, Work work) {
        try (transport; var layout = PulledLayout.at(directory)) {
            return work.with(layout);
        } catch (IOException e) {
            throw new StateException("pull " + image + " into " + directory + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("pull " + image + ": interrupted", e);
        }
    }

    /**
     * {@return the manifest that index.json lists} It is the same one, unless that is docker's: skopeo and umoci pass over docker's words in a
     * layout, so they get a manifest that says the same in OCI's.
     */
    private static Descriptor inOciWords(Registry.Document document, Manifest manifest, PulledLayout layout) throws IOException {
        if (!document.mediaType().equals(MediaType.DOCKER_MANIFEST)) return document.descriptor();
        var utf8 = OciManifest.of(manifest);
        var digest = Digest.of(utf8);
        layout.write(digest, utf8);
        return new Descriptor(MediaType.MANIFEST, digest, utf8.length);
    }

    /** The manifest for the platform, through as many indexes as are on the way. */
    private Registry.Document chosen() {
        var document = document(image.wanted(), image.digest(), -1);
        for (int indexes = 0; MediaType.isIndex(document.mediaType()); indexes++) {
            var what = "index " + document.digest() + " of " + image;
            if (indexes == MAX_INDEXES) throw new InvalidImageException(what, "more than " + MAX_INDEXES + " indexes, one in the other");
            var manifests = ImageJson.index(document.utf8(), what).manifests();
            var next = platform.choose(manifests).orElseThrow(() -> new InvalidImageException(what, "no image for " + platform + " in it; it has " + platforms(manifests)));
            document = document(next.digest().toString(), next.digest(), next.size());
        }
        return document;
    }

    private Registry.Document document(String wanted, Digest digest, long size) {
        return new Retries(pause).until("pull " + image, () -> registry.manifest(wanted, digest, size));
    }

    private static String platforms(List<Descriptor> manifests) {
        var text = new StringBuilder();
        for (var manifest : manifests) {
            if (manifest.platform().isEmpty() || text.length() > 200) continue;
            text.append(text.isEmpty() ? "" : ", ").append(manifest.platform().get());
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    private Manifest checked(Registry.Document document) {
        var what = "manifest " + document.digest() + " of " + image;
        var manifest = ImageJson.manifest(document.utf8(), what);
        if (!MediaType.isConfig(manifest.config().mediaType())) throw new InvalidImageException(what, "its config is none of an image; something else is kept there");
        if (manifest.layers().size() > MAX_LAYERS) throw new InvalidImageException(what, manifest.layers().size() + " layers, more than " + MAX_LAYERS);
        for (var layer : manifest.layers()) {
            if (MediaType.isForeign(layer.mediaType())) {
                throw new InvalidImageException(what, "layer " + layer.digest() + " is a foreign one, which its maker does not let registries give out");
            }
            if (!MediaType.isLayer(layer.mediaType())) throw new InvalidImageException(what, "layer " + layer.digest() + " is no archive of files");
        }
        return manifest;
    }

    /** Each blob once, the layers in their order; the config first, as it is small and shows whether blobs can be had at all. */
    private static List<Descriptor> blobs(Manifest manifest) {
        Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        blobs.put(manifest.config().digest(), manifest.config());
        for (var layer : manifest.layers()) {
            var same = blobs.putIfAbsent(layer.digest(), layer);
            if (same != null && same.size() != layer.size()) throw new InvalidImageException("blob " + layer.digest(), "the manifest gives it two sizes");
        }
        return List.copyOf(blobs.values());
    }

    private void fetch(List<Descriptor> blobs, PulledLayout layout) throws IOException, InterruptedException {
        progress.begin(image.toString(), blobs.size(), room(blobs, layout));
        var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().daemon().name("pull-", 0).factory());
        try {
            var fetches = new ExecutorCompletionService<Void>(threads);
            for (var blob : blobs) {
                fetches.submit(() -> {
                    new BlobFetch(blob, image, registry, layout, progress, new Retries(pause)).run();
                    return null;
                });
            }
            for (int i = 0; i < blobs.size(); i++) fetches.take().get();
        } catch (ExecutionException e) {
            transport.close();
            throw rethrown(e.getCause());
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            progress.end();
        }
    }

    /** {@return the size of all blobs} A disk that is too small is told before it is full. */
    private long room(List<Descriptor> blobs, PulledLayout layout) throws IOException {
        long all = 0;
        long missing = 0;
        for (var blob : blobs) {
            all += blob.size();
            if (all < 0) throw new InvalidImageException("manifest of " + image, "its layers are larger than any disk");
            if (!layout.has(blob)) missing += blob.size();
        }
        long room = layout.usableSpace();
        if (missing > room) throw new StateException("pull " + image + ": " + ProgressBar.size(missing) + " are to come, and only " + ProgressBar.size(room) + " are free");
        return all;
    }

    private static IOException rethrown(Throwable failed) throws IOException {
        if (failed instanceof RuntimeException e) throw e;
        if (failed instanceof Error e) throw e;
        return failed instanceof IOException e ? e : new IOException(failed);
    }
}
