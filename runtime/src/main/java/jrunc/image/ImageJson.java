package jrunc.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.InvalidConfigException;
import jrunc.config.JsonReader;

/**
 * Reads the JSON of images: indexes and manifests, OCI's and docker's. Properties that are not known are passed over, as the
 * image-spec asks for. Each method throws {@link InvalidImageException} if the bytes are not what they should be, and names {@code what}.
 */
public final class ImageJson {
    private ImageJson() {}

    /** Reads one value from a reader. */
    interface Reading<T> {
        T of(JsonReader json);
    }

    /** {@return what {@code reading} finds in one object} */
    static <T> T read(byte[] utf8, String what, Reading<T> reading) {
        try {
            return whole(new JsonReader(utf8), reading);
        } catch (InvalidConfigException e) {
            throw new InvalidImageException(what, e.violations().getFirst().shown());
        }
    }

    /** {@return what {@code reading} finds in one array} */
    static <T> T readArray(byte[] utf8, String what, Reading<T> reading) {
        try {
            return whole(JsonReader.ofArray(utf8), reading);
        } catch (InvalidConfigException e) {
            throw new InvalidImageException(what, e.violations().getFirst().shown());
        }
    }

    private static <T> T whole(JsonReader json, Reading<T> reading) {
        T found = reading.of(json);
        json.finish();
        return found;
    }

    /** {@return the media type that an index or manifest gives itself; without one, the one that its properties are of} */
    public static String mediaType(byte[] utf8, String what) {
        return read(utf8, what, json -> {
            String type = null;
            String likely = "";
            json.object();
            for (String key; (key = json.nextKey()) != null;) {
                if (key.equals("mediaType")) {
                    type = json.string();
                    continue;
                }
                if (key.equals("manifests")) likely = MediaType.INDEX;
                else if (key.equals("config")) likely = MediaType.MANIFEST;
                json.skip();
            }
            return type == null || type.isEmpty() ? likely : type;
        });
    }

    /** {@return an index} */
    public static Index index(byte[] utf8, String what) {
        return read(utf8, what, json -> {
            List<Descriptor> manifests = null;
            Map<String, String> annotations = null;
            json.object();
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "schemaVersion" -> version(json, what);
                    case "manifests" -> manifests = descriptors(json);
                    case "config", "layers" -> throw both(what);
                    case "annotations" -> annotations = json.stringMap();
                    default -> json.passOver();
                }
            }
            json.require(manifests, "manifests");
            return new Index(orEmpty(manifests), annotations);
        });
    }

    /** {@return the manifest of one image} */
    public static Manifest manifest(byte[] utf8, String what) {
        return read(utf8, what, json -> {
            Descriptor config = null;
            List<Descriptor> layers = null;
            Map<String, String> annotations = null;
            json.object();
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "schemaVersion" -> version(json, what);
                    case "config" -> config = descriptor(json);
                    case "layers" -> layers = descriptors(json);
                    case "manifests" -> throw both(what);
                    case "annotations" -> annotations = json.stringMap();
                    default -> json.passOver();
                }
            }
            json.require(config, "config");
            json.require(layers, "layers");
            return new Manifest(config, orEmpty(layers), annotations);
        });
    }

    /** Two readers would see two images in it, under one digest (CVE-2021-41190). */
    private static InvalidImageException both(String what) {
        return new InvalidImageException(what, "an index and a manifest at once");
    }

    private static void version(JsonReader json, String what) {
        Long version = json.integer(0, Integer.MAX_VALUE);
        if (version != null && version == 1) throw new InvalidImageException(what, "schemaVersion 1, as of before 2016; pull it once more with a newer tool");
    }

    private static List<Descriptor> descriptors(JsonReader json) {
        List<Descriptor> descriptors = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) {
                var one = descriptor(json);
                if (one != null) descriptors.add(one);
            }
        }
        return descriptors;
    }

    /** {@return a descriptor; null if the value is none} */
    private static Descriptor descriptor(JsonReader json) {
        String mediaType = null;
        String digest = null;
        Long size = null;
        Platform platform = null;
        Map<String, String> annotations = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "mediaType" -> mediaType = json.string();
                case "digest" -> digest = json.string();
                case "size" -> size = json.integer(0, Long.MAX_VALUE);
                case "platform" -> platform = platform(json);
                case "annotations" -> annotations = json.stringMap();
                default -> json.passOver();
            }
        }
        json.require(digest, "digest");
        json.require(size, "size");
        if (digest == null || digest.isEmpty() || size == null) return null; // what is wrong has been noted
        return new Descriptor(mediaType == null ? "" : mediaType, Digest.parse(digest), size, Optional.ofNullable(platform), annotations);
    }

    private static Platform platform(JsonReader json) {
        Map<String, String> words = new LinkedHashMap<>();
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "os", "architecture", "variant" -> words.put(key, json.string());
                default -> json.passOver();
            }
        }
        json.require(words.get("os"), "os");
        json.require(words.get("architecture"), "architecture");
        return new Platform(words.getOrDefault("os", ""), words.getOrDefault("architecture", ""), text(words.get("variant")));
    }

    /** {@return the text, unless it is absent or empty: Go's tools write what is absent either way} */
    static Optional<String> text(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : list;
    }
}
