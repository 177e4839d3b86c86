package jrunc.image;

import java.util.List;
import java.util.Map;

/**
 * What one image for one platform consists of.
 *
 * @param layers lowest first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md">manifest.md</a>
 */
public record Manifest(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    public Manifest {
        layers = List.copyOf(layers);
        annotations = annotations == null ? Map.of() : annotations;
    }
}
