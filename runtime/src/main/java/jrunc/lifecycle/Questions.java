package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jrunc.config.Config;
import jrunc.host.Asked;
import jrunc.host.Host;
import jrunc.host.NetworkDevices;
import jrunc.host.Resctrl;
import jrunc.host.SecurityModules;
import jrunc.linux.Namespace;
import jrunc.plan.Cgroups;
import jrunc.plan.IntelRdt;

/** What a config makes worth knowing of the host. */
final class Questions {
    private Questions() {}

    /** {@return whether anything must be asked at all: for most configs not} */
    static boolean areIn(Config config) {
        var process = config.process();
        return process.apparmorProfile().isPresent() || process.selinuxLabel().isPresent() || config.linux().mountLabel().isPresent()
                || !config.linux().sysctl().isEmpty() || config.linux().resources().memory().checkBeforeUpdate()
                || !config.linux().netDevices().isEmpty() || config.linux().intelRdt().isPresent();
    }

    /** {@return the host with the answers} */
    static Host answered(Host host, Config config, String id) {
        var process = config.process();
        return host.with(new Asked(process.apparmorProfile().isPresent() && SecurityModules.apparmor(),
                (process.selinuxLabel().isPresent() || config.linux().mountLabel().isPresent()) && SecurityModules.selinux(),
                config.linux().sysctl().isEmpty() ? Set.of() : shared(config),
                config.linux().resources().memory().checkBeforeUpdate() ? memoryInUse(host, config, id) : OptionalLong.empty(),
                config.linux().netDevices().isEmpty() ? Map.of() : NetworkDevices.read(config.linux().netDevices().keySet()),
                config.linux().intelRdt().isPresent() ? resctrl(config, id) : Optional.empty()));
    }

    private static Optional<Resctrl> resctrl(Config config, String id) {
        return Resctrl.read(IntelRdt.group(config.linux().intelRdt().orElseThrow(), id), id);
    }

    private static Set<Namespace> shared(Config config) {
        var shared = EnumSet.noneOf(Namespace.class);
        for (var entry : config.linux().namespaces()) {
            var kind = Namespace.named(entry.type()).orElseThrow();
            if (entry.path().isPresent() && isOwn(Path.of(entry.path().get()), kind)) shared.add(kind);
        }
        return shared;
    }

    private static boolean isOwn(Path path, Namespace kind) {
        try {
            return Files.isSameFile(path, Path.of("/proc/self/ns/" + kind.file()));
        } catch (IOException missing) {
            return false; // the join says what is wrong with it
        }
    }

    private static OptionalLong memoryInUse(Host host, Config config, String id) {
        if (host.cgroups().isEmpty()) return OptionalLong.empty();
        var tree = host.cgroups().get();
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(Path.of(tree.mountPoint() + Cgroups.path(config, id, tree) + "/memory.current")).strip()));
        } catch (IOException fresh) {
            return OptionalLong.empty(); // a cgroup that is made anew, or without the controller
        }
    }
}
