package jrunc.config;

import java.util.List;
import java.util.OptionalLong;
import jrunc.linux.MemoryPolicyFlag;
import jrunc.linux.MemoryPolicyMode;

/** The rules of config-linux.md about devices, paths, propagation, personality, Intel RDT and memory policy. */
final class LinuxRules {
    private static final long MAX_MAJOR = 4095;
    private static final long MAX_MINOR = 1_048_575;
    private static final String[] PROPAGATION = {
        "private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"};
    /** The kernel takes a mask of at most a page, though none has more than 1024 nodes. */
    private static final int MAX_NODE = 32_766;

    private LinuxRules() {}

    static void check(Config config, Violations found) {
        var linux = config.linux();
        for (int i = 0; i < linux.devices().size(); i++) device(linux.devices().get(i), JsonPath.at("linux.devices", i), found);
        cgroupsPath(linux.cgroupsPath().orElse(""), found);
        found.oneOf(Rule.ROOTFS_PROPAGATION, "linux.rootfsPropagation", linux.rootfsPropagation().orElse("private"), PROPAGATION);
        paths(Rule.MASKED_PATH, linux.maskedPaths(), "linux.maskedPaths", found);
        paths(Rule.READONLY_PATH, linux.readonlyPaths(), "linux.readonlyPaths", found);
        if (linux.personality().isPresent()) personality(linux.personality().get(), found);
        if (linux.intelRdt().isPresent()) intelRdt(linux.intelRdt().get(), found);
        if (linux.memoryPolicy().isPresent()) memoryPolicy(linux.memoryPolicy().get(), found);
    }

    private static void device(Linux.Device device, String path, Violations found) {
        found.oneOf(Rule.DEVICE_TYPE, path + ".type", device.type(), "c", "b", "u", "p");
        found.absolute(Rule.DEVICE_PATH, path + ".path", device.path());
        boolean fifo = device.type().equals("p");
        deviceNumber(device.major(), MAX_MAJOR, fifo, path + ".major", found);
        deviceNumber(device.minor(), MAX_MINOR, fifo, path + ".minor", found);
    }

    private static void deviceNumber(OptionalLong number, long max, boolean fifo, String path, Violations found) {
        if (number.isEmpty()) {
            if (!fifo) found.add(Rule.DEVICE_NUMBER, path, "is missing");
            return;
        }
        long value = number.getAsLong();
        if (!fifo && (value < 0 || value > max)) found.add(Rule.DEVICE_NUMBER, path, value + " is not in the range 0 to " + max);
        if (fifo && value != 0) found.add(Rule.DEVICE_NUMBER, path, "a fifo has none");
    }

    private static void cgroupsPath(String path, Violations found) {
        for (var part : path.split("/")) {
            if (part.equals("..")) {
                found.add(Rule.CGROUPS_PATH, "linux.cgroupsPath", JsonText.quoted(path) + " leads up by \"..\"");
                return;
            }
        }
        if (path.indexOf('\n') >= 0) found.add(Rule.CGROUPS_PATH, "linux.cgroupsPath", JsonText.quoted(path) + " holds a line break");
    }

    private static void paths(Rule rule, List<String> paths, String list, Violations found) {
        for (int i = 0; i < paths.size(); i++) found.absolute(rule, JsonPath.at(list, i), paths.get(i));
    }

    private static void personality(Linux.Personality personality, Violations found) {
        found.oneOf(Rule.PERSONALITY, "linux.personality.domain", personality.domain(), "LINUX", "LINUX32");
        for (int i = 0; i < personality.flags().size(); i++) {
            found.add(Rule.PERSONALITY, JsonPath.at("linux.personality.flags", i),
                    JsonText.quoted(personality.flags().get(i)) + " is no flag of the spec: it has none yet");
        }
    }

    private static void intelRdt(Linux.IntelRdt rdt, Violations found) {
        var closID = rdt.closID().orElse("/");
        boolean root = closID.equals("/");
        if (!root && (closID.equals(".") || closID.equals("..") || closID.indexOf('/') >= 0 || closID.indexOf('\n') >= 0)) {
            found.add(Rule.INTEL_RDT, "linux.intelRdt.closID", JsonText.quoted(closID) + " is no name of one directory");
        }
        boolean bandwidth = !rdt.memBwSchema().orElse("").isEmpty(); // its line takes the place of those in l3CacheSchema
        schema(bandwidth ? withoutBandwidth(rdt.l3CacheSchema().orElse("")) : rdt.l3CacheSchema().orElse(""), "L3", "linux.intelRdt.l3CacheSchema", found);
        schema(rdt.memBwSchema().orElse(""), "MB:", "linux.intelRdt.memBwSchema", found);
        for (int i = 0; i < rdt.schemata().size(); i++) {
            schema(rdt.schemata().get(i), "", JsonPath.at("linux.intelRdt.schemata", i), found);
        }
    }

    /** {@return the first line, and of the others those that are not of memory bandwidth} */
    private static String withoutBandwidth(String schema) {
        int next = schema.indexOf('\n');
        if (next < 0) return schema;
        var kept = new StringBuilder(schema.substring(0, next));
        for (var line : schema.substring(next + 1).split("\n", -1)) {
            if (!line.startsWith("MB:")) kept.append('\n').append(line);
        }
        return kept.toString();
    }

    /** The two older properties may hold several lines, all of one kind; in {@code schemata} each element is one line. */
    private static void schema(String schema, String start, String path, Violations found) {
        var lines = start.isEmpty() ? List.of(schema) : schema.lines().toList();
        for (var line : lines) {
            if (!line.startsWith(start) || line.indexOf(':') < 1 || line.indexOf('\n') >= 0) {
                found.add(Rule.INTEL_RDT, path, JsonText.quoted(schema) + " is no schema" + (start.isEmpty() ? "" : " for " + start));
                return;
            }
        }
    }

    private static void memoryPolicy(Linux.MemoryPolicy policy, Violations found) {
        var mode = policy.mode();
        var nodes = policy.nodes().filter(list -> !list.isEmpty());
        found.oneOf(Rule.MEMORY_POLICY, "linux.memoryPolicy.mode", mode, MemoryPolicyMode.values());
        for (int i = 0; i < policy.flags().size(); i++) {
            found.oneOf(Rule.MEMORY_POLICY, JsonPath.at("linux.memoryPolicy.flags", i), policy.flags().get(i), MemoryPolicyFlag.values());
        }
        if (policy.flags().contains("MPOL_F_RELATIVE_NODES") && policy.flags().contains("MPOL_F_STATIC_NODES")) {
            found.add(Rule.MEMORY_POLICY, "linux.memoryPolicy.flags", "MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other");
        }
        found.cpuList(Rule.MEMORY_POLICY, "linux.memoryPolicy.nodes", nodes);
        boolean none = mode.equals("MPOL_DEFAULT") || mode.equals("MPOL_LOCAL");
        if (none && nodes.isPresent()) found.add(Rule.MEMORY_POLICY, "linux.memoryPolicy.nodes", mode + " takes no nodes");
        if (!none && !mode.equals("MPOL_PREFERRED") && nodes.isEmpty()) {
            found.add(Rule.MEMORY_POLICY, "linux.memoryPolicy.nodes", "is missing for " + JsonText.quoted(mode));
        }
        if (nodes.isPresent() && NumberList.isOne(nodes.get()) && NumberList.highest(nodes.get()) > MAX_NODE) {
            found.add(Rule.MEMORY_POLICY, "linux.memoryPolicy.nodes", JsonText.quoted(nodes.get()) + " has a number above " + MAX_NODE);
        }
    }
}
