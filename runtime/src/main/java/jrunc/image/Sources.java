package jrunc.image;

import java.nio.file.Path;
import java.util.List;
import jrunc.plan.BundleRequest.LayerLimits;

/**
 * Opens what a command line names as a source, be it here or in a registry.
 *
 * @param start  what a relative path starts from
 * @param store  where what must be pulled or decompressed may lie
 * @param limits what is decompressed may have no more bytes
 * @param puller who pulls
 */
public record Sources(Path start, Path store, LayerLimits limits, RegistryPull.Puller puller) {
    /** Where, in the store, what was pulled lies. */
    static final String PULLED = "pulled";

    /**
     * {@return the source}
     *
     * @param text as written
     */
    Source open(String text, Platform platform) {
        if (!text.startsWith(Reference.SCHEME)) return Source.open(SourceName.of(text, start), platform, new Scratch(store, limits.bytes()));
        return pulled(RegistryPull.pull(Reference.parse(text), platform, store.resolve(PULLED), puller));
    }

    /** {@return the source, to be described: the layers of an image in a registry stay there} */
    Source openToDescribe(String text, Platform platform) {
        if (!text.startsWith(Reference.SCHEME)) return open(text, platform);
        return pulled(RegistryPull.describe(Reference.parse(text), platform, store.resolve(PULLED), puller));
    }

    private Source pulled(Descriptor manifest) {
        var files = new FolderFiles(store.resolve(PULLED));
        return new Source.OfImage("image of a registry", Layout.of(files).image(manifest), List.of(), files);
    }
}
