package jrunc.lifecycle;

import java.util.Map;
import java.util.TreeMap;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#state">runtime.md, State</a>: one container as
 * {@code state} and {@code list} show it, with what runc adds to the spec: rootfs, created and owner.
 *
 * @param pid         of the container's process as the host sees it, 0 if it has stopped
 * @param status      {@code creating}, {@code created}, {@code running}, {@code stopped}; beyond the spec {@code paused}
 * @param bundle      absolute
 * @param rootfs      absolute
 * @param created     RFC 3339 with nanoseconds, in UTC
 * @param annotations of config.json, shown in the order of their keys
 * @param owner       the user whose container it is, see {@link Owner}
 */
public record ContainerState(String ociVersion, String id, int pid, String status, String bundle, String rootfs, String created,
        Map<String, String> annotations, String owner) {
    public ContainerState {
        annotations = new TreeMap<>(annotations);
    }
}
