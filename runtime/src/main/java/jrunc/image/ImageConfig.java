package jrunc.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image says of itself and of how it is run. Docker's configs have the same form.
 *
 * @param created RFC 3339, as written
 * @param run     how it is run
 * @param diffIds of the layers as they are unpacked, lowest first
 * @param history lowest first; more than the layers, as some steps make none
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md">config.md</a>
 */
public record ImageConfig(Optional<String> created, Optional<String> author, Platform platform, Optional<String> osVersion,
        List<String> osFeatures, Run run, List<Digest> diffIds, List<Step> history) {
    public ImageConfig {
        osFeatures = List.copyOf(osFeatures);
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /** {@return what stands for an image that says nothing, such as a plain tar: it is for this machine and runs a shell} */
    public static ImageConfig plain() {
        return new ImageConfig(Optional.empty(), Optional.empty(), Platform.host(), Optional.empty(), List.of(), Run.NONE, List.of(), List.of());
    }

    /**
     * The {@code config} object.
     *
     * @param user       a name or number, and after a colon a group's
     * @param volumes    paths
     * @param exposedPorts {@code 80/tcp}
     */
    public record Run(Optional<String> user, List<String> exposedPorts, List<String> env, List<String> entrypoint, List<String> cmd,
            List<String> volumes, Optional<String> workingDir, Map<String, String> labels, Optional<String> stopSignal) {
        /** An absent one. */
        public static final Run NONE = new Run(Optional.empty(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(),
                Map.of(), Optional.empty());

        public Run {
            exposedPorts = List.copyOf(exposedPorts);
            env = List.copyOf(env);
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
            volumes = List.copyOf(volumes);
        }
    }

    /**
     * One of {@code history}.
     *
     * @param emptyLayer whether it made no layer
     */
    public record Step(Optional<String> created, Optional<String> createdBy, Optional<String> author, Optional<String> comment,
            boolean emptyLayer) {}
}
