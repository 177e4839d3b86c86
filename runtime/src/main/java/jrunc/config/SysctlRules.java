package jrunc.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jrunc.linux.Namespace;

/** The rules of config-linux.md's Sysctl section, checked on the path that is written, not on the name. */
final class SysctlRules {
    private static final List<String> IPC = List.of("kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem",
            "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced");

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
        if (path.startsWith("net/")) needs(config, Namespace.NETWORK, name, found);
        else if (path.startsWith("user/")) needs(config, Namespace.USER, name, found);
        else if (path.startsWith("fs/mqueue/") || IPC.contains(path)) needs(config, Namespace.IPC, name, found);
        else if (path.equals("kernel/hostname")) found.add(Rule.SYSCTL_NAMESPACE, name, "use the property hostname instead");
        else if (path.equals("kernel/domainname")) {
            needs(config, Namespace.UTS, name, found);
            if (config.domainname().isPresent()) found.add(Rule.SYSCTL_NAMESPACE, name, "says the same as the property domainname");
        } else found.add(Rule.SYSCTL_NAMESPACE, name, "is not in any namespace: it would change the host");
    }

    private static void needs(Config config, Namespace namespace, String name, Violations found) {
        if (config.linux().namespace(namespace).isEmpty()) {
            found.add(Rule.SYSCTL_NAMESPACE, name, "needs a namespace of type " + namespace.word());
        }
    }
}
