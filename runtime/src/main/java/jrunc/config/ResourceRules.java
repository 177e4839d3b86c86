package jrunc.config;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The rules of config-linux.md's Control groups section that hold for every cgroup. */
final class ResourceRules {
    private ResourceRules() {}

    static void check(Resources resources, String path, Violations found) {
        for (int i = 0; i < resources.devices().size(); i++) {
            device(resources.devices().get(i), JsonPath.at(path + ".devices", i), found);
        }
        swap(resources.memory(), path + ".memory.swap", found);
        found.cpuList(Rule.CPU_LIST, path + ".cpu.cpus", resources.cpu().cpus());
        found.cpuList(Rule.CPU_LIST, path + ".cpu.mems", resources.cpu().mems());
        long idle = resources.cpu().idle().orElse(0);
        if (idle != 0 && idle != 1) found.add(Rule.CPU_IDLE, path + ".cpu.idle", idle + " is neither 0 nor 1");
        weights(resources.blockIO(), path + ".blockIO", found);
        hugepages(resources.hugepageLimits(), path + ".hugepageLimits", found);
        for (var entry : resources.rdma().entrySet()) rdma(entry.getKey(), entry.getValue(), path + ".rdma", found);
        for (var key : resources.unified().keySet()) unified(key, JsonPath.at(path + ".unified", key), found);
    }

    private static void device(Resources.DeviceRule device, String path, Violations found) {
        found.oneOf(Rule.DEVICE_RULE, path + ".type", device.type().orElse("a"), "a", "b", "c");
        if (device.major().orElse(0) < -1) found.add(Rule.DEVICE_RULE, path + ".major", device.major().getAsLong() + " is below -1");
        if (device.minor().orElse(0) < -1) found.add(Rule.DEVICE_RULE, path + ".minor", device.minor().getAsLong() + " is below -1");
        var access = device.access().orElse("");
        boolean fine = !access.isEmpty();
        for (int i = 0; i < access.length(); i++) fine &= "rwm".indexOf(access.charAt(i)) >= 0;
        if (!fine) found.add(Rule.DEVICE_RULE, path + ".access", JsonText.quoted(access) + " is not made of the letters r, w and m");
    }

    private static void swap(Resources.Memory memory, String path, Violations found) {
        long swap = memory.swap().orElse(0);
        long limit = memory.limit().orElse(0);
        if (swap <= 0) return;
        if (limit <= 0) found.add(Rule.MEMORY_SWAP, path, "needs a memory limit");
        else if (swap < limit) found.add(Rule.MEMORY_SWAP, path, swap + " is below the memory limit " + limit);
    }

    private static void weights(Resources.BlockIo blockIO, String path, Violations found) {
        weight(blockIO.weight(), path + ".weight", found);
        weight(blockIO.leafWeight(), path + ".leafWeight", found);
        for (int i = 0; i < blockIO.weightDevice().size(); i++) {
            var device = blockIO.weightDevice().get(i);
            var entry = JsonPath.at(path + ".weightDevice", i);
            weight(device.weight(), entry + ".weight", found);
            weight(device.leafWeight(), entry + ".leafWeight", found);
            if (device.weight().isEmpty() && device.leafWeight().isEmpty()) {
                found.add(Rule.BLOCK_IO_WEIGHT, entry, "has neither weight nor leafWeight");
            }
        }
    }

    /** 0 is let through as "not set": docker writes it. */
    private static void weight(OptionalLong weight, String path, Violations found) {
        long value = weight.orElse(0);
        if (value != 0 && (value < 10 || value > 1000)) {
            found.add(Rule.BLOCK_IO_WEIGHT, path, value + " is not in the range 10 to 1000");
        }
    }

    private static void hugepages(List<Resources.HugepageLimit> limits, String path, Violations found) {
        Set<String> sizes = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            var size = limits.get(i).pageSize();
            var entry = JsonPath.at(path, i) + ".pageSize";
            if (!isPageSize(size)) found.add(Rule.HUGEPAGE_SIZE, entry, JsonText.quoted(size) + " is not a size such as 64KB, 2MB or 1GB");
            else if (!sizes.add(size)) found.add(Rule.HUGEPAGE_SIZE, entry, size + " is limited twice");
        }
    }

    private static boolean isPageSize(String size) {
        int digits = size.length() - 2;
        if (digits < 1 || size.charAt(0) == '0') return false;
        for (int i = 0; i < digits; i++) {
            if (size.charAt(i) < '0' || size.charAt(i) > '9') return false;
        }
        return size.endsWith("KB") || size.endsWith("MB") || size.endsWith("GB");
    }

    private static void rdma(String device, Resources.Rdma limit, String path, Violations found) {
        var entry = JsonPath.at(path, device);
        boolean oneWord = !device.isEmpty();
        for (int i = 0; i < device.length(); i++) oneWord &= device.charAt(i) > ' ';
        if (!oneWord) found.add(Rule.RDMA, entry, "is no name of a device");
        if (limit.hcaHandles().isEmpty() && limit.hcaObjects().isEmpty()) {
            found.add(Rule.RDMA, entry, "has neither hcaHandles nor hcaObjects");
        }
    }

    private static void unified(String key, String path, Violations found) {
        boolean fine = key.indexOf('.') > 0 && !key.endsWith(".") && key.indexOf("..") < 0;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            fine &= c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
        }
        if (!fine) found.add(Rule.UNIFIED_KEY, path, "is not the name of a file such as memory.high");
    }
}
