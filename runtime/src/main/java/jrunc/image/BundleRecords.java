package jrunc.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jrunc.config.ConfigParser;
import jrunc.config.JsonReader;
import jrunc.config.JsonWriter;
import jrunc.host.BundleReader;
import jrunc.kernel.Fd;
import jrunc.kernel.TreeCalls;
import jrunc.linux.JruncException;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;
import jrunc.plan.RootSource;

/**
 * What the store knows of the bundles whose containers mount its layers:
 * <pre>
 * STORE/bundles        locked, together with others, by who makes a bundle, until the layers are written down; alone by who removes layers
 * STORE/bundles/HEX    one bundle: its directory, and its layers, relative to the store; HEX is made of the former
 * </pre>
 * A bundle is gone when there is no config.json where it was made.
 */
final class BundleRecords implements AutoCloseable {
    private static final String PLACE = "bundles";
    private static final int MAX_BYTES = 1 << 20;

    private final Path store;
    private final Path directory;
    private final Fd lock;

    private BundleRecords(Path store, Fd lock) {
        this.store = store;
        directory = store.resolve(PLACE);
        this.lock = lock;
    }

    private record Entry(String bundle, List<String> layers) {}

    /**
     * What the records say.
     *
     * @param layers their directories, see {@link #real}
     */
    record Said(Set<String> layers, List<Path> gone) {}

    /** {@return the records of a store, in which no layer is removed as long as they are open; waits until nobody removes any} */
    static BundleRecords toMakeBundle(Path store) {
        return locked(store, false);
    }

    /** {@return the same for who removes layers: waits until nobody makes a bundle} */
    static BundleRecords toRemoveLayers(Path store) {
        return locked(store, true);
    }

    private static BundleRecords locked(Path given, boolean alone) {
        var store = given.toAbsolutePath().normalize();
        var lock = LayerStore.open(store, PLACE);
        try (var calls = new TreeCalls()) {
            long locked = alone ? calls.lock(lock, true) : calls.lockWithOthers(lock);
            if (locked < 0) throw new SyscallException("lock " + store.resolve(PLACE), Sys.FLOCK, locked);
        } catch (JruncException e) {
            lock.close();
            throw e;
        }
        return new BundleRecords(store, lock);
    }

    /** {@return the one name of a directory, whatever symbolic links lead there; of one that is not there, its own} */
    static String real(Path directory) {
        try {
            return directory.toRealPath().toString();
        } catch (IOException e) {
            return directory.toString();
        }
    }

    /** Writes down a bundle, in the place of one that was there before. */
    void add(Path bundle, List<String> layers) throws IOException {
        var json = new JsonWriter("").beginObject().key("bundle").value(bundle.toString()).key("layers").beginArray();
        for (var layer : layers) json.value(store.relativize(Path.of(layer)).toString());
        WholeFile.write(directory, directory.resolve(Digest.of(bundle.toString().getBytes(StandardCharsets.UTF_8)).hex()), json.endArray().endObject().utf8(), "rw-------");
    }

    /**
     * {@return which layers the bundles that are there mount, and the records of those that are gone}
     *
     * @throws InvalidImageException if a record cannot be understood: then nobody knows
     */
    Said said() throws IOException {
        Set<String> layers = new HashSet<>();
        List<Path> gone = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (file.getFileName().toString().startsWith(WholeFile.UNFINISHED)) gone.add(file); // one that was never finished
                else if (!addLayers(ImageJson.read(BundleReader.file(file, MAX_BYTES), file.toString(), BundleRecords::entry), layers)) gone.add(file);
            }
        }
        return new Said(layers, gone);
    }

    private static Entry entry(JsonReader json) {
        String bundle = "";
        List<String> layers = new ArrayList<>();
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            if (key.equals("bundle")) bundle = json.string();
            else if (key.equals("layers") && json.array()) while (json.nextElement()) layers.add(json.string());
            else json.skip();
        }
        return new Entry(bundle, layers);
    }

    /** {@return whether the bundle is there} What its config says now counts, too. */
    private boolean addLayers(Entry entry, Set<String> layers) {
        if (Files.notExists(Path.of(entry.bundle, "config.json"), LinkOption.NOFOLLOW_LINKS)) return false;
        for (var layer : entry.layers) layers.add(real(store.resolve(layer)));
        try {
            var notes = ConfigParser.parse(BundleReader.config(entry.bundle, ConfigParser.MAX_BYTES)).annotations();
            if (notes.containsKey(RootSource.LOWERDIR)) for (var layer : RootSource.parted(notes.get(RootSource.LOWERDIR))) layers.add(real(Path.of(layer)));
        } catch (JruncException unreadable) {
            return true;
        }
        return true;
    }

    @Override public void close() {
        lock.close();
    }
}
