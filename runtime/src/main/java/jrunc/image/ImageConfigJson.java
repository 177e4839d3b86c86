package jrunc.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.JsonReader;

/** Reads the config of an image. */
public final class ImageConfigJson {
    private ImageConfigJson() {}

    /**
     * {@return the config}
     *
     * @param what names it in the message
     * @throws InvalidImageException if the bytes are none
     */
    public static ImageConfig read(byte[] utf8, String what) {
        return ImageJson.read(utf8, what, ImageConfigJson::config);
    }

    private static ImageConfig config(JsonReader json) {
        Map<String, String> words = new LinkedHashMap<>();
        List<String> features = List.of();
        var run = ImageConfig.Run.NONE;
        List<Digest> diffIds = null;
        List<ImageConfig.Step> history = List.of();
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "created", "author", "os", "architecture", "variant", "os.version" -> words.put(key, json.string());
                case "os.features" -> features = json.strings();
                case "config" -> run = run(json);
                case "rootfs" -> diffIds = diffIds(json);
                case "history" -> history = history(json);
                default -> json.passOver();
            }
        }
        json.require(diffIds, "rootfs");
        var platform = new Platform(words.getOrDefault("os", ""), words.getOrDefault("architecture", ""), ImageJson.text(words.get("variant")));
        return new ImageConfig(text(words, "created"), text(words, "author"), platform, text(words, "os.version"), features, run,
                diffIds == null ? List.of() : diffIds, history);
    }

    private static Optional<String> text(Map<String, String> words, String key) {
        return ImageJson.text(words.get(key));
    }

    private static ImageConfig.Run run(JsonReader json) {
        Map<String, String> words = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Map<String, String> labels = null;
        if (!json.object()) return ImageConfig.Run.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "User", "WorkingDir", "StopSignal" -> words.put(key, json.string());
                case "Env", "Entrypoint", "Cmd" -> lists.put(key, json.strings());
                case "ExposedPorts", "Volumes" -> lists.put(key, keys(json));
                case "Labels" -> labels = json.stringMap();
                default -> json.passOver();
            }
        }
        return new ImageConfig.Run(text(words, "User"), list(lists, "ExposedPorts"), list(lists, "Env"), list(lists, "Entrypoint"),
                list(lists, "Cmd"), list(lists, "Volumes"), text(words, "WorkingDir"), labels == null ? Map.of() : labels, text(words, "StopSignal"));
    }

    private static List<String> list(Map<String, List<String>> lists, String key) {
        return lists.getOrDefault(key, List.of());
    }

    /** {@return the names of an object's properties: Go's way to write a set} */
    private static List<String> keys(JsonReader json) {
        List<String> keys = new ArrayList<>();
        if (!json.object()) return keys;
        for (String key; (key = json.nextFreeKey()) != null;) {
            keys.add(key);
            json.skip();
        }
        return keys;
    }

    private static List<Digest> diffIds(JsonReader json) {
        List<String> texts = List.of();
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            if (key.equals("diff_ids")) texts = json.strings();
            else json.passOver();
        }
        List<Digest> digests = new ArrayList<>();
        for (var text : texts) digests.add(Digest.parse(text));
        return digests;
    }

    private static List<ImageConfig.Step> history(JsonReader json) {
        List<ImageConfig.Step> history = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) history.add(step(json));
        }
        return history;
    }

    private static ImageConfig.Step step(JsonReader json) {
        Map<String, String> words = new LinkedHashMap<>();
        boolean empty = false;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "created", "created_by", "author", "comment" -> words.put(key, json.string());
                    case "empty_layer" -> empty = json.bool();
                    default -> json.passOver();
                }
            }
        }
        return new ImageConfig.Step(text(words, "created"), text(words, "created_by"), text(words, "author"), text(words, "comment"), empty);
    }
}
