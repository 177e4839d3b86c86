package jrunc.plan;

import java.util.List;
import java.util.Optional;

/** What {@code bundle} is asked for. Paths are absolute, but for what may be a name. */
public sealed interface BundleRequest {
    /**
     * A new bundle.
     *
     * @param source    as written: a path, perhaps with {@code :NAME}, {@code registry://...} or {@code scratch}
     * @param directory of the bundle
     * @param programs  for {@code scratch}, as written
     * @param store     where layers are kept; nothing for this user's own
     * @param platform  {@code os/arch} or {@code os/arch/variant}; nothing for this host's
     * @param plainHttp whether a registry on another machine is asked without TLS
     * @param terminal  whether its program gets one
     */
    record Make(String source, String directory, List<String> programs, Optional<String> store, Optional<String> platform, boolean plainHttp,
            boolean terminal)
            implements BundleRequest {
        public Make {
            programs = List.copyOf(programs);
        }
    }

    /** What a source is made of, for a person to read. */
    record Inspect(String source, Optional<String> store, Optional<String> platform, boolean plainHttp) implements BundleRequest {}

    /** A container's file system as a tar. */
    record Export(String id, String file) implements BundleRequest {}

    /**
     * A container's changes as one more layer.
     *
     * @param layout as written: a path, perhaps with {@code :NAME}
     */
    record Commit(String id, String layout) implements BundleRequest {}
}
