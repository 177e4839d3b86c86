package jrunc.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md">config.md</a>: the whole of config.json, as far as it
 * concerns Linux.
 *
 * @param ociVersion the version of the spec that the bundle follows, in semver form
 * @param annotations any keys; only those that jrunc documents act
 */
public record Config(String ociVersion, Root root, List<Mount> mounts, Process process, Optional<String> hostname,
        Optional<String> domainname, Hooks hooks, Map<String, String> annotations, Linux linux) {
    public Config {
        mounts = Absent.toEmpty(mounts);
        hooks = hooks == null ? Hooks.NONE : hooks;
        annotations = Absent.toEmpty(annotations);
        linux = linux == null ? Linux.NONE : linux;
    }

    /** {@return the same with another process} */
    public Config with(Process other) {
        return new Config(ociVersion, root, mounts, other, hostname, domainname, hooks, annotations, linux);
    }

    /** {@return the same with another {@code linux}} */
    public Config with(Linux other) {
        return new Config(ociVersion, root, mounts, process, hostname, domainname, hooks, annotations, other);
    }

    /** {@return the same with other mounts and another process} */
    public Config with(List<Mount> otherMounts, Process other) {
        return new Config(ociVersion, root, otherMounts, other, hostname, domainname, hooks, annotations, linux);
    }

    /**
     * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#root">config.md, Root</a>.
     *
     * @param path of the root file system on the host: absolute, or relative to the bundle
     */
    public record Root(String path, boolean readonly) {}
}
