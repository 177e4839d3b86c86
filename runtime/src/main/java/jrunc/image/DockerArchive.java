package jrunc.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.JsonReader;
import jrunc.linux.StateException;

/**
 * What {@code docker save} writes: {@code manifest.json} lists images, each with its config and its layers, as plain tars.
 *
 * @see <a href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md">Docker Image Specification</a>
 */
final class DockerArchive {
    /** The file that makes an archive one of docker's. */
    static final String MARK = "manifest.json";
    /** What there was instead before docker 1.10. */
    static final String OLDEST_MARK = "repositories";

    private final ImageFiles files;

    DockerArchive(ImageFiles files) {
        this.files = files;
    }

    /** One row of manifest.json. */
    private record Row(String config, List<String> layers) {}

    /** {@return the image that a name means; nothing for the only one} */
    Image find(Optional<String> wanted) {
        var all = rows();
        var matching = ImageNames.matching(all, wanted);
        if (matching.isEmpty() && wanted.isEmpty()) throw new InvalidImageException(files.name(), "no image in it");
        if (matching.size() != 1) throw ImageNames.undecided(files.name(), all, wanted);
        return image(matching.getFirst().thing());
    }

    /** {@return all images, for a person} */
    List<Source.Listed> listed() {
        List<Source.Listed> listed = new ArrayList<>();
        for (var row : rows()) listed.add(new Source.Listed(row.names(), ""));
        return listed;
    }

    private List<ImageNames.Named<Row>> rows() {
        return ImageJson.readArray(bytes(MARK), files.name() + '/' + MARK, DockerArchive::rows);
    }

    private static List<ImageNames.Named<Row>> rows(JsonReader json) {
        List<ImageNames.Named<Row>> rows = new ArrayList<>();
        json.array();
        while (json.nextElement()) {
            String config = null;
            List<String> tags = List.of();
            List<String> layers = List.of();
            if (!json.object()) continue;
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "Config" -> config = json.string();
                    case "RepoTags" -> tags = json.strings();
                    case "Layers" -> layers = json.strings();
                    default -> json.passOver();
                }
            }
            json.require(config, "Config");
            rows.add(new ImageNames.Named<>(tags, new Row(config, layers)));
        }
        return rows;
    }

    private Image image(Row row) {
        String name = "image " + row.config + " in " + files.name();
        var json = bytes(row.config);
        var config = ImageConfigJson.read(json, "config " + row.config);
        Image.checkLayers(name, config, row.layers.size());
        List<Image.Layer> layers = new ArrayList<>();
        for (int i = 0; i < row.layers.size(); i++) {
            String path = row.layers.get(i);
            layers.add(new Image.Layer("", Optional.empty(), config.diffIds().get(i), files.size(path), files.blob(path)));
        }
        return new Image(name, Optional.empty(), json, config, layers);
    }

    private byte[] bytes(String path) {
        var blob = files.blob(path);
        if (files.size(path) > Layout.MOST_JSON) throw new InvalidImageException(blob.name(), "too long; at most " + Layout.MOST_JSON + " bytes");
        try (var stream = blob.open()) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new StateException("read " + blob.name() + ": " + e.getMessage(), e);
        }
    }
}
