package jrunc.config;

import java.util.HashSet;
import java.util.Set;
import jrunc.linux.Namespace;

/** The rules of config-linux.md's Sysctl section, checked on the path that is written, not on the name. */
final class SysctlRules {
    private SysctlRules() {}

    static void check(Config config, Violations found) {
        Set<String> paths = new HashSet<>();
        for (var entry : config.linux().sysctl().entrySet()) {
            var name = JsonPath.at("linux.sysctl", entry.getKey());
            var path = SysctlName.path(entry.getKey());
            if (path == null) found.add(Rule.SYSCTL_NAME, name, "is no name of a sysctl");
            else if (!paths.add(path)) found.add(Rule.SYSCTL_NAME, name, "is written twice, with dots and with slashes");
            else namespace(config, path, name, found);
            if (entry.getValue().indexOf('\n') >= 0) found.add(Rule.SYSCTL_VALUE, name, "the value has more than one line");
        }
    }

    private static void namespace(Config config, String path, String name, Violations found) {
        var kind = SysctlName.namespace(path);
        if (path.equals("kernel/hostname")) found.add(Rule.SYSCTL_NAMESPACE, name, "use the property hostname instead");
        else if (kind.isEmpty()) found.add(Rule.SYSCTL_NAMESPACE, name, "is not in any namespace: it would change the host");
        else {
            needs(config, kind.get(), name, found);
            boolean twice = kind.get() == Namespace.UTS && config.domainname().isPresent();
            if (twice) found.add(Rule.SYSCTL_NAMESPACE, name, "says the same as the property domainname");
        }
    }

    private static void needs(Config config, Namespace namespace, String name, Violations found) {
        if (config.linux().namespace(namespace).isEmpty()) {
            found.add(Rule.SYSCTL_NAMESPACE, name, "needs a namespace of type " + namespace.word());
        }
    }
}
