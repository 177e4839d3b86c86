package jrunc.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jrunc.linux.Capability;
import jrunc.linux.MemoryPolicyFlag;
import jrunc.linux.MemoryPolicyMode;
import jrunc.linux.Namespace;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/features.md">features.md</a>: what this jrunc knows, whatever
 * the host can do. Every list is made from the table by which config.json is judged.
 */
public final class Features {
    private static final String OLDEST = "1.0.0";
    private static final List<String> HOOKS =
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
    /** Annotations that change what happens; one with a full stop at its end stands for all that begin so. */
    private static final List<String> UNSAFE_ANNOTATIONS = List.of("dev.jrunc.rootfs.", "org.systemd.property.", "run.oci.");

    private final JsonWriter json = new JsonWriter("    ");

    private Features() {}

    /**
     * {@return the JSON object, one member per line}
     *
     * @param flags       the seccomp flags that this kernel takes, the only word about the host
     * @param annotations about jrunc itself
     */
    public static String of(List<String> flags, Map<String, String> annotations) {
        var features = new Features();
        features.write(flags, annotations);
        return features.json.toString() + '\n';
    }

    private void write(List<String> flags, Map<String, String> annotations) {
        json.beginObject();
        json.key("ociVersionMin").value(OLDEST);
        json.key("ociVersionMax").value(DefaultConfig.OCI_VERSION);
        strings("hooks", HOOKS);
        strings("mountOptions", MountOption.words());
        json.key("linux").beginObject();
        linux(flags);
        json.endObject();
        json.key("annotations").beginObject();
        annotations.forEach((key, value) -> json.key(key).value(value));
        json.endObject();
        strings("potentiallyUnsafeConfigAnnotations", UNSAFE_ANNOTATIONS);
        json.endObject();
    }

    private void linux(List<String> flags) {
        strings("namespaces", Arrays.stream(Namespace.values()).map(Namespace::word).sorted().toList());
        strings("capabilities", Arrays.stream(Capability.values()).map(Enum::name).toList());
        json.key("cgroup").beginObject();
        json.key("v1").value(false).key("v2").value(true).key("systemd").value(true).key("systemdUser").value(true).key("rdma").value(true);
        json.endObject();
        json.key("seccomp").beginObject().key("enabled").value(true);
        strings("actions", sorted(SeccompRules.ACTIONS));
        strings("operators", sorted(SeccompRules.OPERATORS));
        strings("archs", sorted(SeccompRules.ARCHITECTURES));
        strings("knownFlags", sorted(SeccompRules.FLAGS));
        strings("supportedFlags", flags);
        json.endObject();
        for (var module : List.of("apparmor", "selinux")) json.key(module).beginObject().key("enabled").value(true).endObject();
        json.key("intelRdt").beginObject();
        for (var part : List.of("enabled", "schemata", "monitoring")) json.key(part).value(true);
        json.endObject();
        json.key("memoryPolicy").beginObject();
        strings("modes", Arrays.stream(MemoryPolicyMode.values()).map(Enum::name).toList());
        strings("flags", Arrays.stream(MemoryPolicyFlag.values()).map(Enum::name).toList());
        json.endObject();
        json.key("mountExtensions").beginObject().key("idmap").beginObject().key("enabled").value(true).endObject().endObject();
        json.key("netDevices").beginObject().key("enabled").value(true).endObject();
    }

    private void strings(String key, List<String> values) {
        json.key(key).beginArray();
        for (var value : values) json.value(value);
        json.endArray();
    }

    private static List<String> sorted(String[] words) {
        return Arrays.stream(words).sorted().toList();
    }

    /** {@return the seccomp flags that config.json may name} */
    public static List<String> knownSeccompFlags() {
        return sorted(SeccompRules.FLAGS);
    }
}
