/**
 * What {@code config.json} says: one record per section, in the order of
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md">config.md</a> and
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md">config-linux.md</a>, with the JSON names.
 * Nothing here touches the kernel, and nothing here reads a file.
 *
 * <p>Absent is written in one way each: a list or map is empty, an object whose properties are all optional is its
 * {@code NONE}, a flag is false, anything else is an empty {@code Optional} or {@code OptionalLong}. An empty string where a
 * string is optional means absent too, as for every runtime written in Go. Properties that the spec requires are never
 * absent: {@link jrunc.config.ConfigParser} refuses a text without them.
 *
 * <p>All integers are {@code long}. Where the spec says uint64 (rlimits, seccomp values, hugepage limits) the {@code long}
 * holds all 64 bits and is unsigned; each such component says so.
 */
package jrunc.config;
