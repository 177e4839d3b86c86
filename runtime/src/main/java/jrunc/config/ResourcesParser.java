package jrunc.config;

import static jrunc.config.ConfigParser.UINT32_MAX;
import static jrunc.config.ConfigParser.number;
import static jrunc.config.ConfigParser.orZero;
import static jrunc.config.ConfigParser.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code linux.resources} object. */
final class ResourcesParser {
    private ResourcesParser() {}

    static Resources resources(JsonReader json) {
        List<Resources.DeviceRule> devices = null;
        Resources.Memory memory = Resources.Memory.NONE;
        Resources.Cpu cpu = Resources.Cpu.NONE;
        Long pidsLimit = null;
        Resources.BlockIo blockIO = Resources.BlockIo.NONE;
        List<Resources.HugepageLimit> hugepageLimits = null;
        Resources.Network network = Resources.Network.NONE;
        Map<String, Resources.Rdma> rdma = null;
        Map<String, String> unified = null;
        if (!json.object()) return Resources.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "devices" -> devices = devices(json);
                case "memory" -> memory = memory(json);
                case "cpu" -> cpu = cpu(json);
                case "pids" -> pidsLimit = pidsLimit(json);
                case "blockIO" -> blockIO = BlockIoParser.blockIO(json);
                case "hugepageLimits" -> hugepageLimits = hugepageLimits(json);
                case "network" -> network = network(json);
                case "rdma" -> rdma = rdma(json);
                case "unified" -> unified = json.stringMap();
                default -> json.passOver();
            }
        }
        return new Resources(devices, memory, cpu, number(pidsLimit), blockIO, hugepageLimits, network, rdma, unified);
    }

    private static List<Resources.DeviceRule> devices(JsonReader json) {
        List<Resources.DeviceRule> devices = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) devices.add(device(json));
        }
        return devices;
    }

    private static Resources.DeviceRule device(JsonReader json) {
        Boolean allow = null;
        String type = null;
        Long major = null;
        Long minor = null;
        String access = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "allow" -> allow = json.isNull() ? null : (Boolean) json.bool();
                    case "type" -> type = json.string();
                    case "major" -> major = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case "minor" -> minor = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case "access" -> access = json.string();
                    default -> json.passOver();
                }
            }
            json.require(allow, "allow");
        }
        return new Resources.DeviceRule(Boolean.TRUE.equals(allow), text(type), number(major), number(minor), text(access));
    }

    private static Resources.Memory memory(JsonReader json) {
        Long limit = null;
        Long reservation = null;
        Long swap = null;
        Long kernel = null;
        Long kernelTCP = null;
        Long swappiness = null;
        boolean disableOOMKiller = false;
        Boolean useHierarchy = null;
        boolean checkBeforeUpdate = false;
        if (!json.object()) return Resources.Memory.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "limit" -> limit = bytes(json);
                case "reservation" -> reservation = bytes(json);
                case "swap" -> swap = bytes(json);
                case "kernel" -> kernel = bytes(json);
                case "kernelTCP" -> kernelTCP = bytes(json);
                case "swappiness" -> swappiness = json.integer(0, 100);
                case "disableOOMKiller" -> disableOOMKiller = json.bool();
                case "useHierarchy" -> useHierarchy = json.isNull() ? null : (Boolean) json.bool();
                case "checkBeforeUpdate" -> checkBeforeUpdate = json.bool();
                default -> json.passOver();
            }
        }
        return new Resources.Memory(number(limit), number(reservation), number(swap), number(kernel), number(kernelTCP),
                number(swappiness), disableOOMKiller, Optional.ofNullable(useHierarchy), checkBeforeUpdate);
    }

    private static Long bytes(JsonReader json) {
        return json.integer(-1, Long.MAX_VALUE);
    }

    private static Resources.Cpu cpu(JsonReader json) {
        Long shares = null;
        Long quota = null;
        Long burst = null;
        Long period = null;
        Long realtimeRuntime = null;
        Long realtimePeriod = null;
        String cpus = null;
        String mems = null;
        Long idle = null;
        if (!json.object()) return Resources.Cpu.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "shares" -> shares = json.unsigned();
                case "quota" -> quota = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                case "burst" -> burst = json.unsigned();
                case "period" -> period = json.unsigned();
                case "realtimeRuntime" -> realtimeRuntime = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                case "realtimePeriod" -> realtimePeriod = json.unsigned();
                case "cpus" -> cpus = json.string();
                case "mems" -> mems = json.string();
                case "idle" -> idle = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                default -> json.passOver();
            }
        }
        return new Resources.Cpu(number(shares), number(quota), number(burst), number(period), number(realtimeRuntime),
                number(realtimePeriod), text(cpus), text(mems), number(idle));
    }

    private static Long pidsLimit(JsonReader json) {
        Long limit = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "limit" -> limit = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                default -> json.passOver();
            }
        }
        return limit;
    }

    private static List<Resources.HugepageLimit> hugepageLimits(JsonReader json) {
        List<Resources.HugepageLimit> limits = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) limits.add(hugepageLimit(json));
        }
        return limits;
    }

    private static Resources.HugepageLimit hugepageLimit(JsonReader json) {
        String pageSize = null;
        Long limit = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "pageSize" -> pageSize = json.string();
                    case "limit" -> limit = json.unsigned();
                    default -> json.passOver();
                }
            }
            json.require(pageSize, "pageSize");
            json.require(limit, "limit");
        }
        return new Resources.HugepageLimit(pageSize, orZero(limit));
    }

    private static Resources.Network network(JsonReader json) {
        Long classID = null;
        List<Resources.InterfacePriority> priorities = new ArrayList<>();
        if (!json.object()) return Resources.Network.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "classID" -> classID = json.integer(0, UINT32_MAX);
                case "priorities" -> {
                    if (json.array()) while (json.nextElement()) priorities.add(priority(json));
                }
                default -> json.passOver();
            }
        }
        return new Resources.Network(number(classID), priorities);
    }

    private static Resources.InterfacePriority priority(JsonReader json) {
        String name = null;
        Long priority = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "name" -> name = json.string();
                    case "priority" -> priority = json.integer(0, UINT32_MAX);
                    default -> json.passOver();
                }
            }
            json.require(name, "name");
            json.require(priority, "priority");
        }
        return new Resources.InterfacePriority(name, orZero(priority));
    }

    private static Map<String, Resources.Rdma> rdma(JsonReader json) {
        Map<String, Resources.Rdma> rdma = new LinkedHashMap<>();
        if (!json.object()) return rdma;
        for (String device; (device = json.nextFreeKey()) != null;) rdma.put(device, rdmaLimit(json));
        return rdma;
    }

    private static Resources.Rdma rdmaLimit(JsonReader json) {
        Long hcaHandles = null;
        Long hcaObjects = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "hcaHandles" -> hcaHandles = json.integer(0, UINT32_MAX);
                    case "hcaObjects" -> hcaObjects = json.integer(0, UINT32_MAX);
                    default -> json.passOver();
                }
            }
        }
        return new Resources.Rdma(number(hcaHandles), number(hcaObjects));
    }
}
