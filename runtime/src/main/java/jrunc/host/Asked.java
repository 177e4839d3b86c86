package jrunc.host;

import java.util.Set;
import jrunc.linux.Namespace;

/**
 * What only some configs need to know of the machine; nobody looks for the others.
 *
 * @param apparmor whether AppArmor is there and enabled
 * @param selinux  whether SELinux is there and enabled
 * @param shared   which of the namespaces that the container joins are those this process is in itself
 */
public record Asked(boolean apparmor, boolean selinux, Set<Namespace> shared) {
    /** Nothing was asked for. */
    public static final Asked NOTHING = new Asked(false, false, Set.of());

    public Asked {
        shared = Set.copyOf(shared);
    }
}
