package jrunc.image;

import java.nio.file.Path;

/**
 * Opens what a command line names as a source, be it here or in a registry.
 *
 * @param start  what a relative path starts from
 * @param store  where what must be pulled or decompressed may lie
 * @param puller who pulls
 */
public record Sources(Path start, Path store, RegistryPull.Puller puller) {
    /** Where, in the store, what was pulled lies. */
    private static final String PULLED = "pulled";

    /**
     * {@return the source}
     *
     * @param text as written
     */
    Source open(String text, Platform platform) {
        if (!text.startsWith(Reference.SCHEME)) return Source.open(SourceName.of(text, start), platform, store);
        var folder = store.resolve(PULLED);
        var manifest = RegistryPull.pull(Reference.parse(text), platform, folder, puller);
        var files = new FolderFiles(folder);
        return new Source.OfImage("image of a registry", Layout.of(files).image(manifest), java.util.List.of(), files);
    }
}
