package jrunc.config;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#user-namespace-mappings">config-linux.md, User
 * namespace mappings</a>: one line of uid_map or gid_map. All three are 0 to 4294967295.
 */
public record IdMapping(long containerID, long hostID, long size) {}
