package jrunc.lifecycle;

import java.util.Optional;
import jrunc.host.BundleFiles;
import jrunc.host.CgroupTree;
import jrunc.host.Host;

/**
 * What was read for a create, once its config is known.
 *
 * @param bundle  with the places behind the image's symbolic links
 * @param place   of the container's cgroup; nothing if it gets none
 * @param mayMake whether this user may make it
 * @param owner   this user's name
 */
record Found(Host host, BundleFiles bundle, Optional<CgroupTree.Place> place, boolean mayMake, String owner) {}
