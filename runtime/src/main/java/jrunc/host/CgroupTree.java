package jrunc.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The cgroup v2 tree, at {@code /sys/fs/cgroup} or, where v1 is mounted too, at {@code /sys/fs/cgroup/unified}.
 *
 * @param mountPoint  where it is mounted
 * @param own         the cgroup of this process, from the mount's root: {@code /user.slice/x.scope}
 * @param controllers what {@code cgroup.controllers} of the mount's root offers
 * @param whole       whether it is known that a new mount of the tree would show just what this one does: it begins at the root of all, and this
 *                    process is in the first cgroup namespace
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
public record CgroupTree(String mountPoint, String own, Set<String> controllers, boolean whole) {

    public CgroupTree {
        controllers = Set.copyOf(controllers);
    }

    /** A tree of which nobody knows, or needs to, whether it is whole. */
    public CgroupTree(String mountPoint, String own, Set<String> controllers) {
        this(mountPoint, own, controllers, false);
    }

    /** {@return the same, which is whole} */
    public CgroupTree asWhole() {
        return new CgroupTree(mountPoint, own, controllers, true);
    }

    /**
     * A cgroup that a container is to have.
     *
     * @param path    from the mount's root
     * @param missing its directories that are not there yet, outermost first; the last is the cgroup itself unless it exists
     */
    public record Place(String path, List<String> missing) {
        public Place {
            missing = List.copyOf(missing);
        }

        /** {@return the same for a cgroup that will be made, although one of the name is there now} */
        public Place made() {
            if (missing.contains(path)) return this;
            List<String> with = new ArrayList<>(missing);
            with.add(path);
            return new Place(path, with);
        }
    }
}
