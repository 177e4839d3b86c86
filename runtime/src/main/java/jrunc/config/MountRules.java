package jrunc.config;

import java.util.List;
import jrunc.linux.Namespace;

/** The rules of config.md's Mounts section, and of the Linux part of it. */
final class MountRules {
    private static final List<String> PROVIDED_BY_LXCFS = List.of("/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg",
            "/proc/meminfo", "/proc/slabinfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/sys/crypto/fips_enabled",
            "/proc/sys/kernel/ns_last_pid");

    private MountRules() {}

    static void check(Config config, Violations found) {
        boolean userNamespace = config.linux().namespace(Namespace.USER).isPresent();
        for (int i = 0; i < config.mounts().size(); i++) {
            var mount = config.mounts().get(i);
            var path = JsonPath.at("mounts", i);
            var options = MountOptions.of(mount.options());
            destination(mount, options, path + ".destination", found);
            kind(mount, options, path, found);
            idmap(mount, options, path, userNamespace, found);
        }
    }

    private static void destination(Mount mount, MountOptions options, String path, Violations found) {
        var shown = JsonText.quoted(mount.destination());
        var place = mount.place();
        if (mount.destination().isEmpty()) found.add(Rule.MOUNT_DESTINATION, path, "is empty");
        else if (place.equals("/")) found.add(Rule.MOUNT_DESTINATION, path, shown + " is the container's root");
        if (place.equals("/proc") && !options.isBind() && !mount.type().orElse("").equals("proc")) {
            found.add(Rule.MOUNT_ON_PROC, path, shown + " takes only a mount of type proc");
        }
        if (place.startsWith("/proc/") && !PROVIDED_BY_LXCFS.contains(place)) {
            found.add(Rule.MOUNT_IN_PROC, path, shown + " is inside /proc");
        }
    }

    private static void kind(Mount mount, MountOptions options, String path, Violations found) {
        boolean bind = options.isBind() || mount.type().orElse("").equals("bind");
        if (bind && mount.source().isEmpty()) found.add(Rule.MOUNT_SOURCE, path + ".source", "is missing");
        boolean changes = options.remount() || !options.propagation().isEmpty();
        if (!bind && !changes && mount.type().isEmpty()) found.add(Rule.MOUNT_TYPE, path + ".type", "is missing");
        if (!bind) return;
        for (int i = 0; i < mount.options().size(); i++) {
            var option = mount.options().get(i);
            if (MountOption.named(option).isEmpty() && !option.startsWith("idmap=")) {
                found.add(Rule.MOUNT_BIND_DATA, JsonPath.at(path + ".options", i),
                        JsonText.quoted(option) + " is no option of a bind mount");
            }
        }
    }

    private static void idmap(Mount mount, MountOptions options, String path, boolean userNamespace, Violations found) {
        boolean users = !mount.uidMappings().isEmpty();
        boolean groups = !mount.gidMappings().isEmpty();
        boolean mapped = users || groups || options.idmap() || options.ridmap();
        if (users != groups) {
            found.add(Rule.MOUNT_IDMAP, path + (users ? ".gidMappings" : ".uidMappings"), "is missing beside "
                    + (users ? "uidMappings" : "gidMappings"));
        }
        if (mapped && !options.isBind()) found.add(Rule.MOUNT_IDMAP, path + ".options", "only a bind mount can have mapped ids");
        if (mapped && !users && !groups && !userNamespace) {
            found.add(Rule.MOUNT_IDMAP, path + ".options", "idmap needs uidMappings and gidMappings, or a namespace of type user");
        }
        for (int i = 0; i < mount.options().size(); i++) {
            if (mount.options().get(i).startsWith("idmap=")) {
                found.add(Rule.MOUNT_IDMAP, JsonPath.at(path + ".options", i), "write the mappings to uidMappings and gidMappings");
            }
        }
        NamespaceRules.mappings(mount.uidMappings(), path + ".uidMappings", found);
        NamespaceRules.mappings(mount.gidMappings(), path + ".gidMappings", found);
    }
}
