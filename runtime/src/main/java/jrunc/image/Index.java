package jrunc.image;

import java.util.List;
import java.util.Map;

/**
 * Several manifests: of one image for several platforms, or in a layout of several images.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">image-index.md</a>
 */
public record Index(List<Descriptor> manifests, Map<String, String> annotations) {
    public Index {
        manifests = List.copyOf(manifests);
        annotations = annotations == null ? Map.of() : annotations;
    }
}
