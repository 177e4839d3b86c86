package jrunc.plan;

import java.util.List;
import java.util.Optional;

/** What {@code bundle} is asked for. Paths are absolute, but for what may be a name. */
public sealed interface BundleRequest {
    /**
     * How large a layer may be, for what is small when it is compressed can be without end.
     *
     * @param bytes   of the tar, when it is not compressed
     * @param entries files, directories and all else in it
     */
    record LayerLimits(long bytes, long entries) {
        /** More than any layer that is known to be meant so; a bomb is larger at once. */
        public static final LayerLimits DEFAULT = new LayerLimits(32L << 30, 1_000_000);
    }

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
     * @param limits    of each layer
     */
    record Make(String source, String directory, List<String> programs, Optional<String> store, Optional<String> platform, boolean plainHttp,
            boolean terminal, LayerLimits limits)
            implements BundleRequest {
        public Make {
            programs = List.copyOf(programs);
        }
    }

    /** What a source is made of, for a person to read. */
    record Inspect(String source, Optional<String> store, Optional<String> platform, boolean plainHttp, LayerLimits limits) implements BundleRequest {}

    /**
     * Removes of a store what no bundle needs.
     *
     * @param store  where; nothing for this user's own
     * @param dryRun only print what that is
     */
    record Prune(Optional<String> store, boolean dryRun) implements BundleRequest {}

    /** Removes a bundle that was made of an image. */
    record Remove(String directory) implements BundleRequest {}

    /** A container's file system as a tar. */
    record Export(String id, String file) implements BundleRequest {}

    /**
     * A container's changes as one more layer.
     *
     * @param layout as written: a path, perhaps with {@code :NAME}
     */
    record Commit(String id, String layout) implements BundleRequest {}
}
