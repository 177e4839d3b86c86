package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

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

    /** {@return the mappings that these lines of uid_map or gid_map say} */
    public static List<IdMapping> lines(String file) {
        List<IdMapping> mappings = new ArrayList<>();
        var numbers = new StringTokenizer(file);
        while (numbers.countTokens() >= 3) {
            mappings.add(new IdMapping(Long.parseLong(numbers.nextToken()), Long.parseLong(numbers.nextToken()), Long.parseLong(numbers.nextToken())));
        }
        return mappings;
    }

    /**
     * {@return the same mappings for who sees the host's ids through a user namespace of its own, which has {@code own}} Ids that this
     * has not are left out.
     */
    public static List<IdMapping> through(List<IdMapping> own, List<IdMapping> mappings) {
        List<IdMapping> seen = new ArrayList<>();
        for (var mapping : mappings) {
            for (var mine : own) {
                long first = Math.max(mapping.hostID, mine.hostID);
                long end = Math.min(mapping.hostID + mapping.size, mine.hostID + mine.size);
                if (first < end) seen.add(new IdMapping(mapping.containerID + first - mapping.hostID, mine.containerID + first - mine.hostID, end - first));
            }
        }
        return seen;
    }

    /** {@return the container's id for {@code id} of the host; the same if {@code mappings} do not have it} */
    public static long inContainer(List<IdMapping> mappings, long id) {
        for (var mapping : mappings) {
            if (id >= mapping.hostID && id - mapping.hostID < mapping.size) return id - mapping.hostID + mapping.containerID;
        }
        return id;
    }
}
