package jrunc.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.IdMapping;
import jrunc.config.JsonReader;
import jrunc.config.JsonWriter;
import jrunc.kernel.TreeReader;

/**
 * Makes an image of a container: the layers that it was made of, and what it has changed as one more. Layers whose blobs the layout
 * has already are taken as they are; others are packed anew, from the store.
 *
 * @param upper    the container's writable layer
 * @param lower    the layers below, topmost first
 * @param manifest of the image that the container was made of, if that had one
 * @param config   of that image as JSON; nothing if it had none
 * @param uids     of the container's user namespace, as {@code gids} are
 * @param time     RFC 3339
 */
record Commit(String upper, List<String> lower, Optional<Digest> manifest, Optional<byte[]> config, List<IdMapping> uids, List<IdMapping> gids,
        String time) {
    private static final String WHO = "jrunc bundle --commit";

    /** What the new image is below its new layer. */
    private record Base(List<Descriptor> layers, List<Digest> diffIds) {}

    /** Adds the image to the layout as {@code name}: {@return its manifest's descriptor} */
    Descriptor to(Path folder, String name) throws IOException {
        var layout = new LayoutWriter(folder);
        var known = known(Layout.at(folder));
        var base = known.isPresent() ? known.get() : packed(layout);
        var changes = pack(layout, upper);
        List<Descriptor> layers = new ArrayList<>(base.layers);
        layers.add(changes.descriptor());
        List<Digest> diffIds = new ArrayList<>(base.diffIds);
        diffIds.add(changes.diffId());
        var written = layout.blob(MediaType.CONFIG, config(diffIds).utf8());
        var made = layout.manifest(written, layers);
        layout.list(made, name);
        return made;
    }

    private Optional<Base> known(Layout layout) {
        if (manifest.isEmpty() || config.isEmpty() || !layout.has(manifest.get())) return Optional.empty();
        var found = ImageJson.manifest(layout.json(manifest.get()), "manifest " + manifest.get());
        if (!found.config().digest().equals(Digest.of(config.get()))) return Optional.empty();
        for (var layer : found.layers()) {
            if (!layout.has(layer.digest())) return Optional.empty();
        }
        return Optional.of(new Base(found.layers(), ImageConfigJson.read(config.get(), "config of the image").diffIds()));
    }

    private Base packed(LayoutWriter layout) throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (int i = lower.size() - 1; i >= 0; i--) {
            var layer = pack(layout, lower.get(i));
            layers.add(layer.descriptor());
            diffIds.add(layer.diffId());
        }
        return new Base(layers, diffIds);
    }

    private LayoutWriter.Layer pack(LayoutWriter layout, String directory) throws IOException {
        try (var tree = new TreeReader(directory)) {
            return layout.layer(out -> {
                try (var tar = new TarWriter(out)) {
                    new TreeArchive(tar, uids, gids).writeLayer(tree);
                }
            });
        }
    }

    /** All that the old config says, but for the layers and the time. */
    private JsonWriter config(List<Digest> diffIds) {
        var json = new JsonWriter("");
        json.beginObject().key("created").value(time);
        if (config.isEmpty()) json.key("architecture").value(Platform.host().architecture()).key("os").value(Platform.host().os());
        else ImageJson.read(config.get(), "config of the image", reader -> copy(reader, json));
        json.key("rootfs").beginObject().key("type").value("layers").key("diff_ids").beginArray();
        for (var diffId : diffIds) json.value(diffId.toString());
        json.endArray().endObject();
        json.key("history").beginArray();
        if (config.isPresent()) ImageJson.read(config.get(), "config of the image", reader -> copyHistory(reader, diffIds.size() - 1, json));
        else for (int i = 1; i < diffIds.size(); i++) step(json);
        step(json);
        return json.endArray().endObject();
    }

    private void step(JsonWriter json) {
        json.beginObject().key("created").value(time).key("created_by").value(WHO).endObject();
    }

    private static JsonWriter copy(JsonReader reader, JsonWriter json) {
        reader.object();
        for (String key; (key = reader.nextKey()) != null;) {
            switch (key) {
                case "created", "rootfs", "history" -> reader.skip();
                default -> {
                    json.key(key);
                    reader.copyTo(json);
                }
            }
        }
        return json;
    }

    /** The steps of old; those that made layers must be as many as there are layers, else there is one for each that says nothing. */
    private JsonWriter copyHistory(JsonReader reader, int layers, JsonWriter json) {
        int steps = 0;
        for (var step : ImageConfigJson.read(config.orElseThrow(), "config of the image").history()) steps += step.emptyLayer() ? 0 : 1;
        reader.object();
        for (String key; (key = reader.nextKey()) != null;) {
            if (!key.equals("history") || steps != layers || !reader.array()) {
                reader.skip();
                continue;
            }
            while (reader.nextElement()) reader.copyTo(json);
        }
        if (steps != layers) for (int i = 0; i < layers; i++) step(json);
        return json;
    }
}
