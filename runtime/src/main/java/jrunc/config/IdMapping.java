package jrunc.config;

import java.util.List;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#user-namespace-mappings">config-linux.md, User
 * namespace mappings</a>: one line of uid_map or gid_map. All three are 0 to 4294967295.
 */
public record IdMapping(long containerID, long hostID, long size) {
    /** {@return whether one of {@code mappings} has {@code id} of the container} */
    public static boolean has(List<IdMapping> mappings, long id) {
        for (var mapping : mappings) {
            if (id >= mapping.containerID && id - mapping.containerID < mapping.size) return true;
        }
        return false;
    }

    /** {@return the container's id for {@code id} of the host; the same if {@code mappings} do not have it} */
    public static long inContainer(List<IdMapping> mappings, long id) {
        for (var mapping : mappings) {
            if (id >= mapping.hostID && id - mapping.hostID < mapping.size) return id - mapping.hostID + mapping.containerID;
        }
        return id;
    }
}
