package jrunc.host;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jrunc.linux.Namespace;

/**
 * What only some configs need to know of the machine; nobody looks for the others.
 *
 * @param apparmor whether AppArmor is there and enabled
 * @param selinux  whether SELinux is there and enabled
 * @param shared   which of the namespaces that the container joins are those this process is in itself
 * @param memoryInUse bytes that are charged to the container's cgroup already, if there is one
 * @param devices  the network devices that the container is to get, as far as they are there, by name
 * @param resctrl  the resctrl file system, if one is mounted
 * @param systemd  who makes the container's cgroup, if that is to be systemd
 */
public record Asked(boolean apparmor, boolean selinux, Set<Namespace> shared, OptionalLong memoryInUse,
                    Map<String, NetworkDevice> devices, Optional<Resctrl> resctrl, Optional<ServiceManager> systemd) {
    /** Nothing was asked for. */
    public static final Asked NOTHING = new Asked(false, false, Set.of(), OptionalLong.empty());

    public Asked {
        shared = Set.copyOf(shared);
        devices = Map.copyOf(devices);
    }

    /** jrunc makes the cgroup itself. */
    public Asked(boolean apparmor, boolean selinux, Set<Namespace> shared, OptionalLong memoryInUse, Map<String, NetworkDevice> devices,
                 Optional<Resctrl> resctrl) {
        this(apparmor, selinux, shared, memoryInUse, devices, resctrl, Optional.empty());
    }

    /** {@return the same, and systemd makes the cgroup} */
    public Asked with(ServiceManager manager) {
        return new Asked(apparmor, selinux, shared, memoryInUse, devices, resctrl, Optional.of(manager));
    }

    /** No device is to be moved, and nothing to be had of resctrl. */
    public Asked(boolean apparmor, boolean selinux, Set<Namespace> shared, OptionalLong memoryInUse) {
        this(apparmor, selinux, shared, memoryInUse, Map.of(), Optional.empty());
    }
}
