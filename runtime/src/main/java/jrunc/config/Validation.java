package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Capability;

/**
 * Whether a config means something that can be done, as far as that can be told without the host: each {@link Rule}, and all
 * that breaks one at once.
 */
public final class Validation {
    private Validation() {}

    /** {@return all that is wrong with {@code config}, in the order of the rules; nothing if it is fine} */
    public static List<Violation> of(Config config) {
        var found = new Violations();
        ConfigRules.check(config, found);
        ProcessRules.check(config, found);
        MountRules.check(config, found);
        NamespaceRules.check(config, found);
        LinuxRules.check(config, found);
        SysctlRules.check(config, found);
        ResourceRules.check(config.linux().resources(), "linux.resources", found);
        if (config.linux().seccomp().isPresent()) SeccompRules.check(config.linux().seccomp().get(), found);
        return found.all();
    }

    /** {@return all that is wrong with limits alone} */
    public static List<Violation> of(Resources resources) {
        var found = new Violations();
        ResourceRules.check(resources, "linux.resources", found);
        return found.all();
    }

    /** @throws InvalidConfigException if anything is wrong with the process, in a container that is fine otherwise */
    public static void requireProcess(Config config) {
        var found = new Violations();
        ProcessRules.check(config, found);
        if (!found.all().isEmpty()) throw new InvalidConfigException(found.all());
    }

    /** @throws InvalidConfigException if anything is wrong with {@code config} */
    public static void require(Config config) {
        var violations = of(config);
        if (!violations.isEmpty()) throw new InvalidConfigException(violations);
    }

    /**
     * {@return what is allowed, but worth a line in the log: capabilities that no kernel knows, which the spec says MUST be
     * warned about and SHOULD NOT fail; and what is deprecated}
     */
    public static List<String> warnings(Config config) {
        List<String> warnings = new ArrayList<>();
        if (config.process().capabilities().isPresent()) {
            var sets = config.process().capabilities().get();
            warnAbout(sets.effective(), "effective", warnings);
            warnAbout(sets.bounding(), "bounding", warnings);
            warnAbout(sets.inheritable(), "inheritable", warnings);
            warnAbout(sets.permitted(), "permitted", warnings);
            warnAbout(sets.ambient(), "ambient", warnings);
        }
        for (int i = 0; i < config.mounts().size(); i++) {
            var destination = config.mounts().get(i).destination();
            if (!destination.startsWith("/")) {
                warnings.add(JsonPath.at("mounts", i) + ".destination: " + JsonText.quoted(destination)
                        + " is relative, which is deprecated; it is taken from /");
            }
        }
        return warnings;
    }

    private static void warnAbout(List<String> names, String set, List<String> warnings) {
        for (int i = 0; i < names.size(); i++) {
            if (Capability.named(names.get(i)).isEmpty()) {
                warnings.add(JsonPath.at("process.capabilities." + set, i) + ": " + JsonText.quoted(names.get(i))
                        + " is no capability that Linux knows; it is left out");
            }
        }
    }
}
