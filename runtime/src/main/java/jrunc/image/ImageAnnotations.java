package jrunc.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The annotations of a config.json that come from an image: what it says of itself, and its labels, which count for more.
 *
 * @param all     in the order of the image-spec, labels last
 * @param leftOut labels that would steer the runtime rather than describe the image: nobody who only runs an image has asked for that
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/conversion.md#annotation-fields">conversion.md, Annotation Fields</a>
 */
public record ImageAnnotations(Map<String, String> all, List<String> leftOut) {
    private static final String PREFIX = "org.opencontainers.image.";
    /** What jrunc, crun, systemd's users and engines act on. */
    private static final List<String> UNSAFE = List.of("dev.jrunc.", "run.oci.", "org.systemd.property.", "org.criu.", "io.podman.", "io.katacontainers.",
            "io.kubernetes.");

    /** {@return those of an image} */
    static ImageAnnotations of(ImageConfig config) {
        Map<String, String> all = new LinkedHashMap<>();
        List<String> leftOut = new ArrayList<>();
        put(all, "os", Optional.of(config.platform().os()));
        put(all, "architecture", Optional.of(config.platform().architecture()));
        put(all, "variant", config.platform().variant());
        put(all, "os.version", config.osVersion());
        if (!config.osFeatures().isEmpty()) put(all, "os.features", Optional.of(String.join(",", config.osFeatures())));
        put(all, "author", config.author());
        put(all, "created", config.created());
        put(all, "stopSignal", config.run().stopSignal());
        if (!config.run().exposedPorts().isEmpty()) put(all, "exposedPorts", Optional.of(String.join(",", config.run().exposedPorts())));
        for (var label : config.run().labels().entrySet()) {
            if (isUnsafe(label.getKey())) leftOut.add(label.getKey());
            else all.put(label.getKey(), label.getValue());
        }
        return new ImageAnnotations(all, leftOut);
    }

    private static void put(Map<String, String> all, String name, Optional<String> value) {
        if (value.isPresent() && !value.get().isEmpty()) all.put(PREFIX + name, value.get());
    }

    private static boolean isUnsafe(String key) {
        for (var prefix : UNSAFE) {
            if (key.startsWith(prefix)) return true;
        }
        return key.isEmpty();
    }
}
