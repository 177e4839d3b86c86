package jrunc.config;

import static jrunc.config.ConfigParser.ID_MAX;
import static jrunc.config.ConfigParser.UINT32_MAX;
import static jrunc.config.ConfigParser.number;
import static jrunc.config.ConfigParser.orZero;
import static jrunc.config.ConfigParser.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code linux} object. */
final class LinuxParser {
    private LinuxParser() {}

    static Linux linux(JsonReader json) {
        List<Linux.NamespaceEntry> namespaces = null;
        List<IdMapping> uidMappings = null;
        List<IdMapping> gidMappings = null;
        Map<String, Linux.TimeOffset> timeOffsets = null;
        List<Linux.Device> devices = null;
        Map<String, Linux.NetDevice> netDevices = null;
        String cgroupsPath = null;
        Resources resources = null;
        Linux.IntelRdt intelRdt = null;
        Linux.MemoryPolicy memoryPolicy = null;
        Map<String, String> sysctl = null;
        Seccomp seccomp = null;
        String rootfsPropagation = null;
        List<String> maskedPaths = null;
        List<String> readonlyPaths = null;
        String mountLabel = null;
        Linux.Personality personality = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "namespaces" -> namespaces = namespaces(json);
                case "uidMappings" -> uidMappings = ConfigParser.mappings(json);
                case "gidMappings" -> gidMappings = ConfigParser.mappings(json);
                case "timeOffsets" -> timeOffsets = timeOffsets(json);
                case "devices" -> devices = devices(json);
                case "netDevices" -> netDevices = netDevices(json);
                case "cgroupsPath" -> cgroupsPath = json.string();
                case "resources" -> resources = ResourcesParser.resources(json);
                case "intelRdt" -> intelRdt = intelRdt(json);
                case "memoryPolicy" -> memoryPolicy = memoryPolicy(json);
                case "sysctl" -> sysctl = json.stringMap();
                case "seccomp" -> seccomp = SeccompParser.seccomp(json);
                case "rootfsPropagation" -> rootfsPropagation = json.string();
                case "maskedPaths" -> maskedPaths = json.strings();
                case "readonlyPaths" -> readonlyPaths = json.strings();
                case "mountLabel" -> mountLabel = json.string();
                case "personality" -> personality = personality(json);
                default -> json.passOver();
            }
        }
        return new Linux(namespaces, uidMappings, gidMappings, timeOffsets, devices, netDevices, text(cgroupsPath), resources,
                Optional.ofNullable(intelRdt), Optional.ofNullable(memoryPolicy), sysctl, Optional.ofNullable(seccomp),
                text(rootfsPropagation), maskedPaths, readonlyPaths, text(mountLabel), Optional.ofNullable(personality));
    }

    private static List<Linux.NamespaceEntry> namespaces(JsonReader json) {
        List<Linux.NamespaceEntry> namespaces = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) namespaces.add(namespace(json));
        }
        return namespaces;
    }

    private static Linux.NamespaceEntry namespace(JsonReader json) {
        String type = null;
        String path = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "type" -> type = json.string();
                    case "path" -> path = json.string();
                    default -> json.passOver();
                }
            }
            json.require(type, "type");
        }
        return new Linux.NamespaceEntry(type, text(path));
    }

    private static Map<String, Linux.TimeOffset> timeOffsets(JsonReader json) {
        Map<String, Linux.TimeOffset> offsets = new LinkedHashMap<>();
        if (!json.object()) return offsets;
        for (String clock; (clock = json.nextFreeKey()) != null;) offsets.put(clock, timeOffset(json));
        return offsets;
    }

    private static Linux.TimeOffset timeOffset(JsonReader json) {
        Long secs = null;
        Long nanosecs = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "secs" -> secs = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case "nanosecs" -> nanosecs = json.integer(0, UINT32_MAX);
                    default -> json.passOver();
                }
            }
        }
        return new Linux.TimeOffset(orZero(secs), orZero(nanosecs));
    }

    private static List<Linux.Device> devices(JsonReader json) {
        List<Linux.Device> devices = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) devices.add(device(json));
        }
        return devices;
    }

    private static Linux.Device device(JsonReader json) {
        String type = null;
        String path = null;
        Long major = null;
        Long minor = null;
        Long fileMode = null;
        Long uid = null;
        Long gid = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "type" -> type = json.string();
                    case "path" -> path = json.string();
                    case "major" -> major = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case "minor" -> minor = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case "fileMode" -> fileMode = json.integer(0, UINT32_MAX);
                    case "uid" -> uid = json.integer(0, ID_MAX);
                    case "gid" -> gid = json.integer(0, ID_MAX);
                    default -> json.passOver();
                }
            }
            json.require(type, "type");
            json.require(path, "path");
        }
        return new Linux.Device(type, path, number(major), number(minor), number(fileMode), number(uid), number(gid));
    }

    private static Map<String, Linux.NetDevice> netDevices(JsonReader json) {
        Map<String, Linux.NetDevice> devices = new LinkedHashMap<>();
        if (!json.object()) return devices;
        for (String name; (name = json.nextFreeKey()) != null;) devices.put(name, netDevice(json));
        return devices;
    }

    private static Linux.NetDevice netDevice(JsonReader json) {
        String name = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "name" -> name = json.string();
                    default -> json.passOver();
                }
            }
        }
        return new Linux.NetDevice(text(name));
    }

    private static Linux.IntelRdt intelRdt(JsonReader json) {
        String closID = null;
        List<String> schemata = null;
        String l3CacheSchema = null;
        String memBwSchema = null;
        boolean enableMonitoring = false;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "closID" -> closID = json.string();
                case "schemata" -> schemata = json.strings();
                case "l3CacheSchema" -> l3CacheSchema = json.string();
                case "memBwSchema" -> memBwSchema = json.string();
                case "enableMonitoring" -> enableMonitoring = json.bool();
                default -> json.passOver();
            }
        }
        return new Linux.IntelRdt(text(closID), schemata, text(l3CacheSchema), text(memBwSchema), enableMonitoring);
    }

    private static Linux.MemoryPolicy memoryPolicy(JsonReader json) {
        String mode = null;
        String nodes = null;
        List<String> flags = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "mode" -> mode = json.string();
                case "nodes" -> nodes = json.string();
                case "flags" -> flags = json.strings();
                default -> json.passOver();
            }
        }
        json.require(mode, "mode");
        return new Linux.MemoryPolicy(mode, text(nodes), flags);
    }

    private static Linux.Personality personality(JsonReader json) {
        String domain = null;
        List<String> flags = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "domain" -> domain = json.string();
                case "flags" -> flags = json.strings();
                default -> json.passOver();
            }
        }
        json.require(domain, "domain");
        return new Linux.Personality(domain, flags);
    }
}
