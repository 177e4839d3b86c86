package jrunc.config;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jrunc.linux.Namespace;

/** The rules of config-linux.md about namespaces, and about what needs one. */
final class NamespaceRules {
    private static final String[] WORDS = {"pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"};
    private static final int MAX_MAPPINGS = 340;
    private static final long MAX_NANOSECS = 999_999_999;
    private static final int MAX_DEVICE_NAME = 15;

    private NamespaceRules() {}

    static void check(Config config, Violations found) {
        var linux = config.linux();
        namespaces(linux.namespaces(), found);
        mappings(linux, found);
        mountOwners(config, found);
        timeOffsets(linux, found);
        if (linux.namespace(Namespace.MOUNT).isEmpty()) needsMountNamespace(config, found);
        netDevices(linux, found);
    }

    private static void namespaces(List<Linux.NamespaceEntry> namespaces, Violations found) {
        Set<Namespace> seen = EnumSet.noneOf(Namespace.class);
        for (int i = 0; i < namespaces.size(); i++) {
            var entry = namespaces.get(i);
            var path = JsonPath.at("linux.namespaces", i);
            found.oneOf(Rule.NAMESPACE_TYPE, path + ".type", entry.type(), WORDS);
            var kind = Namespace.named(entry.type());
            if (kind.isPresent() && !seen.add(kind.get())) {
                found.add(Rule.NAMESPACE_ONCE, path + ".type", JsonText.quoted(entry.type()) + " stands there twice");
            }
            found.absolute(Rule.NAMESPACE_PATH, path + ".path", entry.path().orElse("/"));
        }
    }

    private static void mappings(Linux linux, Violations found) {
        var namespace = linux.namespace(Namespace.USER);
        boolean users = !linux.uidMappings().isEmpty();
        boolean groups = !linux.gidMappings().isEmpty();
        if (namespace.isEmpty()) {
            if (users) found.add(Rule.MAPPINGS_NEED_USER_NAMESPACE, "linux.uidMappings", "needs a namespace of type user");
            if (groups) found.add(Rule.MAPPINGS_NEED_USER_NAMESPACE, "linux.gidMappings", "needs a namespace of type user");
        } else if (namespace.get().path().isEmpty()) {
            if (!users) found.add(Rule.USER_NAMESPACE_NEEDS_MAPPINGS, "linux.uidMappings", "is missing for the new user namespace");
            if (!groups) found.add(Rule.USER_NAMESPACE_NEEDS_MAPPINGS, "linux.gidMappings", "is missing for the new user namespace");
        }
        mappings(linux.uidMappings(), "linux.uidMappings", found);
        mappings(linux.gidMappings(), "linux.gidMappings", found);
    }

    /** The kernel answers EINVAL, and nobody would guess why. */
    private static void mountOwners(Config config, Violations found) {
        var linux = config.linux();
        var namespace = linux.namespace(Namespace.USER);
        if (namespace.isEmpty() || namespace.get().path().isPresent() || linux.uidMappings().isEmpty() || linux.gidMappings().isEmpty()) return;
        for (int i = 0; i < config.mounts().size(); i++) {
            var options = config.mounts().get(i).options();
            for (int j = 0; j < options.size(); j++) {
                var path = JsonPath.at(JsonPath.at("mounts", i) + ".options", j);
                if (options.get(j).startsWith("uid=")) mountOwner(options.get(j), linux.uidMappings(), path, "uidMappings", found);
                if (options.get(j).startsWith("gid=")) mountOwner(options.get(j), linux.gidMappings(), path, "gidMappings", found);
            }
        }
    }

    private static void mountOwner(String option, List<IdMapping> mappings, String path, String name, Violations found) {
        long id;
        try {
            id = Long.parseLong(option.substring("uid=".length()));
        } catch (NumberFormatException other) {
            return; // no id: the file system will say so
        }
        if (!IdMapping.has(mappings, id)) found.add(Rule.MOUNT_OWNER, path, JsonText.quoted(option) + " is in none of linux." + name);
    }

    /** What the kernel says about every list of mappings, a mount's too. */
    static void mappings(List<IdMapping> mappings, String list, Violations found) {
        if (mappings.size() > MAX_MAPPINGS) {
            found.add(Rule.MAPPING, list, mappings.size() + " are more than the kernel's " + MAX_MAPPINGS);
            return;
        }
        for (int i = 0; i < mappings.size(); i++) {
            var mapping = mappings.get(i);
            var path = JsonPath.at(list, i);
            if (mapping.size() == 0) found.add(Rule.MAPPING, path + ".size", "is 0");
            if (Math.max(mapping.containerID(), mapping.hostID()) + mapping.size() > ConfigParser.UINT32_MAX) {
                found.add(Rule.MAPPING, path, "goes beyond the highest id, 4294967294");
            }
            for (int j = 0; j < i; j++) {
                if (overlap(mapping, mappings.get(j))) found.add(Rule.MAPPING, path, "has ids that " + JsonPath.at(list, j) + " has too");
            }
        }
    }

    private static boolean overlap(IdMapping a, IdMapping b) {
        return overlap(a.containerID(), a.size(), b.containerID(), b.size()) || overlap(a.hostID(), a.size(), b.hostID(), b.size());
    }

    private static boolean overlap(long first, long size, long otherFirst, long otherSize) {
        return first < otherFirst + otherSize && otherFirst < first + size;
    }

    private static void timeOffsets(Linux linux, Violations found) {
        if (linux.timeOffsets().isEmpty()) return;
        var namespace = linux.namespace(Namespace.TIME);
        if (namespace.isEmpty()) found.add(Rule.TIME_OFFSETS, "linux.timeOffsets", "needs a namespace of type time");
        else if (namespace.get().path().isPresent()) {
            found.add(Rule.TIME_OFFSETS, "linux.timeOffsets", "cannot be set in a time namespace that is joined");
        }
        for (var entry : linux.timeOffsets().entrySet()) {
            var path = JsonPath.at("linux.timeOffsets", entry.getKey());
            found.oneOf(Rule.TIME_OFFSETS, path, entry.getKey(), "monotonic", "boottime");
            long nanosecs = entry.getValue().nanosecs();
            if (nanosecs > MAX_NANOSECS) found.add(Rule.TIME_OFFSETS, path + ".nanosecs", nanosecs + " is not below 1000000000");
        }
    }

    private static void needsMountNamespace(Config config, Violations found) {
        var linux = config.linux();
        if (!config.mounts().isEmpty()) lacksMountNamespace("mounts", found);
        if (linux.rootfsPropagation().isPresent()) lacksMountNamespace("linux.rootfsPropagation", found);
        if (!linux.maskedPaths().isEmpty()) lacksMountNamespace("linux.maskedPaths", found);
        if (!linux.readonlyPaths().isEmpty()) lacksMountNamespace("linux.readonlyPaths", found);
    }

    private static void lacksMountNamespace(String path, Violations found) {
        found.add(Rule.NEEDS_MOUNT_NAMESPACE, path, "needs a namespace of type mount");
    }

    private static void netDevices(Linux linux, Violations found) {
        if (linux.netDevices().isEmpty()) return;
        if (linux.namespace(Namespace.NETWORK).isEmpty()) {
            found.add(Rule.NET_DEVICE, "linux.netDevices", "needs a namespace of type network");
        }
        Set<String> names = new HashSet<>();
        for (var entry : linux.netDevices().entrySet()) {
            var path = JsonPath.at("linux.netDevices", entry.getKey());
            var name = entry.getValue().name().orElse(entry.getKey());
            deviceName(entry.getKey(), path, found);
            if (!name.equals(entry.getKey())) deviceName(name, path + ".name", found);
            boolean template = name.indexOf('%') >= 0; // the kernel finds a number for each
            if (!template && !names.add(name)) found.add(Rule.NET_DEVICE, path + ".name", JsonText.quoted(name) + " is the name of another device too");
        }
    }

    private static void deviceName(String name, String path, Violations found) {
        boolean fine = !name.isEmpty() && !name.equals(".") && !name.equals("..")
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_DEVICE_NAME;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            fine &= c != '/' && c != ':' && c > ' ' && (c != '%' || i == name.lastIndexOf("%d"));
        }
        if (!fine) found.add(Rule.NET_DEVICE, path, JsonText.quoted(name) + " is no name for a network device");
    }
}
