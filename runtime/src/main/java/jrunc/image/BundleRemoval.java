package jrunc.image;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_RDONLY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.config.ConfigParser;
import jrunc.host.BundleReader;
import jrunc.kernel.FileCalls;
import jrunc.kernel.TreeCalls;
import jrunc.linux.StateException;
import jrunc.plan.RootSource;

/** Removes a bundle that was made of an image, with all that its containers have changed; the layers stay in the store. */
public final class BundleRemoval {
    private static final List<String> DIRECTORIES = List.of("upper", "work", "rootfs");
    /** What makes it a bundle is the last: if this is killed half-way, it can be done again. */
    private static final List<String> FILES = List.of(BundleMaker.IMAGE_CONFIG, "config.json");

    private BundleRemoval() {}

    /**
     * Removes what {@link BundleMaker} has made, and the directory, if nothing else is in it.
     *
     * @param bundle absolute; no container may be made of it any more
     * @throws StateException if it was not made so: then its files are somebody's
     */
    public static void remove(Path bundle) {
        var notes = ConfigParser.parse(BundleReader.config(bundle.toString(), ConfigParser.MAX_BYTES)).annotations();
        if (!bundle.resolve("upper").toString().equals(notes.get(RootSource.UPPERDIR))) {
            throw new StateException("remove bundle " + bundle + ": it was not made of an image in this place; rm -r removes any directory");
        }
        try (var calls = new TreeCalls(); var top = FileCalls.open(null, bundle.toString(), O_RDONLY, O_DIRECTORY)) {
            for (var name : DIRECTORIES) {
                if (calls.look(top, name).isPresent()) new TreeRemoval(calls, "bundle " + bundle).remove(top, name);
            }
            for (var name : FILES) Files.deleteIfExists(bundle.resolve(name));
            boolean empty = FileCalls.list(top, bundle.toString()).isEmpty();
            if (empty) Files.delete(bundle);
        } catch (IOException e) {
            throw new StateException("remove bundle " + bundle + ": " + e.getMessage(), e);
        }
    }
}
