package jrunc.host;

import java.util.Map;
import java.util.Optional;

/**
 * What the bundle's paths are on this host.
 *
 * @param path     of the bundle, absolute
 * @param rootfs   of the root file system, absolute and without symbolic links
 * @param sources  the kind of each bind mount's source, by its absolute path
 * @param links    where a source leads that is a symbolic link, as far as that was asked for, by its absolute path
 * @param places   of mount points behind symbolic links of the image: where they are to be made if they are missing
 * @param home     the home directory that the container's passwd file gives the process's user
 */
public record BundleFiles(String path, String rootfs, Map<String, Kind> sources, Map<String, String> links, Map<String, String> places,
        Optional<String> home) {

    public BundleFiles {
        sources = Map.copyOf(sources);
        links = Map.copyOf(links);
        places = Map.copyOf(places);
    }

    /** What a mount source is; it decides what a missing mount point is made as. */
    public enum Kind { DIRECTORY, OTHER, MISSING }

    /** {@return the same, with what {@link ImageLinks} has found} */
    public BundleFiles with(Map<String, String> places) {
        return new BundleFiles(path, rootfs, sources, links, places, home);
    }

    /** {@return a mount's source as an absolute path: relative ones start at the bundle} */
    public String absolute(String source) {
        return source.startsWith("/") ? source : path + "/" + source;
    }
}
