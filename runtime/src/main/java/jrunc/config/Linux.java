package jrunc.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md">config-linux.md</a>: what only Linux has.
 *
 * @param sysctl by name, with dots or slashes
 * @param rootfsPropagation {@code private}, {@code rslave}, ...; absent means as every runtime does, {@code rprivate}
 * @param netDevices by their names on the host
 */
public record Linux(List<NamespaceEntry> namespaces, List<IdMapping> uidMappings, List<IdMapping> gidMappings,
        Map<String, TimeOffset> timeOffsets, List<Device> devices, Map<String, NetDevice> netDevices,
        Optional<String> cgroupsPath, Resources resources, Optional<IntelRdt> intelRdt, Optional<MemoryPolicy> memoryPolicy,
        Map<String, String> sysctl, Optional<Seccomp> seccomp, Optional<String> rootfsPropagation, List<String> maskedPaths,
        List<String> readonlyPaths, Optional<String> mountLabel, Optional<Personality> personality) {
    /** No {@code linux} object at all. */
    public static final Linux NONE = new Linux(null, null, null, null, null, null, Optional.empty(), null, Optional.empty(),
            Optional.empty(), null, Optional.empty(), Optional.empty(), null, null, Optional.empty(), Optional.empty());

    public Linux {
        namespaces = Absent.toEmpty(namespaces);
        uidMappings = Absent.toEmpty(uidMappings);
        gidMappings = Absent.toEmpty(gidMappings);
        timeOffsets = Absent.toEmpty(timeOffsets);
        devices = Absent.toEmpty(devices);
        netDevices = Absent.toEmpty(netDevices);
        resources = resources == null ? Resources.NONE : resources;
        sysctl = Absent.toEmpty(sysctl);
        maskedPaths = Absent.toEmpty(maskedPaths);
        readonlyPaths = Absent.toEmpty(readonlyPaths);
    }

    /** {@return the same with other namespaces and maps} */
    public Linux with(List<NamespaceEntry> otherNamespaces, List<IdMapping> uids, List<IdMapping> gids) {
        return new Linux(otherNamespaces, uids, gids, timeOffsets, devices, netDevices, cgroupsPath, resources, intelRdt, memoryPolicy, sysctl,
                seccomp, rootfsPropagation, maskedPaths, readonlyPaths, mountLabel, personality);
    }

    /** {@return the same with other limits} */
    public Linux with(Resources other) {
        return new Linux(namespaces, uidMappings, gidMappings, timeOffsets, devices, netDevices, cgroupsPath, other, intelRdt, memoryPolicy, sysctl,
                seccomp, rootfsPropagation, maskedPaths, readonlyPaths, mountLabel, personality);
    }

    /** {@return the same with another group of resctrl} */
    public Linux with(IntelRdt other) {
        return new Linux(namespaces, uidMappings, gidMappings, timeOffsets, devices, netDevices, cgroupsPath, resources, Optional.of(other), memoryPolicy,
                sysctl, seccomp, rootfsPropagation, maskedPaths, readonlyPaths, mountLabel, personality);
    }

    /** {@return the entry of {@code kind}, if the container is to have a namespace of that kind of its own or joined} */
    public Optional<NamespaceEntry> namespace(jrunc.linux.Namespace kind) {
        for (var entry : namespaces) {
            if (entry.type().equals(kind.word())) return Optional.of(entry);
        }
        return Optional.empty();
    }

    /**
     * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#namespaces">config-linux.md,
     * Namespaces</a>.
     *
     * @param type in the spec's words: {@code network}
     * @param path absolute path of a namespace to join; absent means a new one
     */
    public record NamespaceEntry(String type, Optional<String> path) {}

    /** How far the container's clock {@code monotonic} or {@code boottime} is ahead; {@code nanosecs} is 0 to 999999999. */
    public record TimeOffset(long secs, long nanosecs) {}

    /**
     * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#devices">config-linux.md, Devices</a>: a
     * node to make.
     *
     * @param type {@code c}, {@code b}, {@code u} or {@code p}
     * @param major absent only for {@code p}
     * @param fileMode permission bits; absent means 0666
     * @param uid as the container sees it; absent means 0, as for {@code gid}
     */
    public record Device(String type, String path, OptionalLong major, OptionalLong minor, OptionalLong fileMode,
            OptionalLong uid, OptionalLong gid) {}

    /** A network device to move into the container. {@code name} is its name there; absent means the same as on the host. */
    public record NetDevice(Optional<String> name) {}

    /** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#intelrdt">config-linux.md, IntelRdt</a>. */
    public record IntelRdt(Optional<String> closID, List<String> schemata, Optional<String> l3CacheSchema,
            Optional<String> memBwSchema, boolean enableMonitoring) {
        public IntelRdt {
            schemata = Absent.toEmpty(schemata);
        }

        /** {@return the same, with these schemas as far as they are given} */
        public IntelRdt with(Optional<String> l3, Optional<String> memBw) {
            return new IntelRdt(closID, schemata, l3.isPresent() ? l3 : l3CacheSchema, memBw.isPresent() ? memBw : memBwSchema, enableMonitoring);
        }
    }

    /** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#memory-policy">config-linux.md, Memory policy</a>. */
    public record MemoryPolicy(String mode, Optional<String> nodes, List<String> flags) {
        public MemoryPolicy {
            flags = Absent.toEmpty(flags);
        }
    }

    /** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#personality">config-linux.md, Personality</a>. */
    public record Personality(String domain, List<String> flags) {
        public Personality {
            flags = Absent.toEmpty(flags);
        }
    }
}
