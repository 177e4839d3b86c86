package jrunc.config;

import java.util.List;
import java.util.Optional;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#mounts">config.md, Mounts</a>: one entry, applied in
 * the listed order.
 *
 * @param destination absolute path in the container
 * @param options in the words of {@link MountOption}, or data for the file system
 */
public record Mount(String destination, Optional<String> type, Optional<String> source, List<String> options,
        List<IdMapping> uidMappings, List<IdMapping> gidMappings) {
    public Mount {
        options = Absent.toEmpty(options);
        uidMappings = Absent.toEmpty(uidMappings);
        gidMappings = Absent.toEmpty(gidMappings);
    }
}
