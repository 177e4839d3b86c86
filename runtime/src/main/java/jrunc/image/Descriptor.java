package jrunc.image;

import java.util.Map;
import java.util.Optional;
import jrunc.config.JsonWriter;

/**
 * Which blob, and what it is.
 *
 * @param mediaType see {@link MediaType}; empty where an old index leaves it out
 * @param size in bytes
 * @param platform only in an index
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md">descriptor.md</a>
 */
public record Descriptor(String mediaType, Digest digest, long size, Optional<Platform> platform, Map<String, String> annotations) {
    /** The annotation of a descriptor in an index that names the image: {@code latest}, or all of {@code name:tag}. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";
    /** Docker's and containerd's annotation with the whole name, {@code docker.io/library/name:tag}. */
    public static final String FULL_NAME = "io.containerd.image.name";

    public Descriptor {
        annotations = annotations == null ? Map.of() : annotations;
    }

    /** A blob that stands for itself. */
    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Optional.empty(), Map.of());
    }

    /** {@return the same blob as an index lists it under this name} */
    Descriptor named(String name) {
        return new Descriptor(mediaType, digest, size, Optional.empty(), Map.of(REF_NAME, name));
    }

    /** Writes it as JSON, without its platform, which nothing written here has. */
    void write(JsonWriter json) {
        json.beginObject().key("mediaType").value(mediaType).key("digest").value(digest.toString()).key("size").value(size);
        if (!annotations.isEmpty()) {
            json.key("annotations").beginObject();
            for (var one : annotations.entrySet()) json.key(one.getKey()).value(one.getValue());
            json.endObject();
        }
        json.endObject();
    }
}
