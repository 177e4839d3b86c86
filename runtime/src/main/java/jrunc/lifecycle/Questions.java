package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import jrunc.config.Config;
import jrunc.host.Asked;
import jrunc.host.Host;
import jrunc.host.SecurityModules;
import jrunc.linux.Namespace;

/** What a config makes worth knowing of the host. */
final class Questions {
    private Questions() {}

    /** {@return whether anything must be asked at all: for most configs not} */
    static boolean areIn(Config config) {
        var process = config.process();
        return process.apparmorProfile().isPresent() || process.selinuxLabel().isPresent() || config.linux().mountLabel().isPresent()
                || !config.linux().sysctl().isEmpty();
    }

    /** {@return the host with the answers} */
    static Host answered(Host host, Config config) {
        var process = config.process();
        return host.with(new Asked(process.apparmorProfile().isPresent() && SecurityModules.apparmor(),
                (process.selinuxLabel().isPresent() || config.linux().mountLabel().isPresent()) && SecurityModules.selinux(),
                config.linux().sysctl().isEmpty() ? Set.of() : shared(config)));
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
}
