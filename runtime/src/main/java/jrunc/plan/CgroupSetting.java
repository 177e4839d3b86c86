package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Resources;

/**
 * One write into a file of the container's cgroup.
 *
 * @param field      where config.json asks for it: {@code linux.resources.memory.limit}
 * @param controller who offers the file
 * @param file       {@code memory.max}
 * @param value      what is written, in one write
 * @param otherwise  the file to write to if this kernel does not have {@code file}, or the device does not go by it; an empty text
 *                   if there is none
 * @param otherValue what is written there
 * @param optional   whether it is fine if this kernel has neither
 */
record CgroupSetting(String field, String controller, String file, String value, String otherwise, String otherValue, boolean optional) {
    private static final String NOWHERE = "";
    private static final long DEFAULT_PERIOD = 100_000;

    CgroupSetting(String field, String controller, String file, String value) {
        this(field, controller, file, value, NOWHERE, NOWHERE, false);
    }

    private CgroupSetting ifKnown() {
        return new CgroupSetting(field, controller, file, value, otherwise, otherValue, true);
    }

    /**
     * {@return the writes in runc's order}
     *
     * @see <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#control-groups">config-linux.md, Control groups</a>
     */
    static List<CgroupSetting> of(Resources resources) {
        List<CgroupSetting> settings = new ArrayList<>();
        resources.pidsLimit().ifPresent(limit -> settings.add(new CgroupSetting("linux.resources.pids.limit", "pids", "pids.max",
                limit == 0 ? "1" : orMax(limit)))); // 0 would let not even the first process in
        memory(resources.memory(), settings);
        io(resources.blockIO(), settings);
        cpu(resources.cpu(), settings);
        for (var limit : resources.hugepageLimits()) {
            String file = "hugetlb." + limit.pageSize();
            String bytes = Long.toUnsignedString(limit.limit());
            settings.add(new CgroupSetting("linux.resources.hugepageLimits", "hugetlb", file + ".max", bytes));
            settings.add(new CgroupSetting("linux.resources.hugepageLimits", "hugetlb", file + ".rsvd.max", bytes).ifKnown()); // since Linux 5.7
        }
        resources.rdma().forEach((device, limit) -> {
            var line = new StringBuilder(device);
            limit.hcaHandles().ifPresent(handles -> line.append(" hca_handle=").append(handles));
            limit.hcaObjects().ifPresent(objects -> line.append(" hca_object=").append(objects));
            settings.add(new CgroupSetting("linux.resources.rdma", "rdma", "rdma.max", line.toString()));
        });
        resources.unified().forEach((file, value) -> {
            for (var line : value.split("\n")) {
                settings.add(new CgroupSetting("linux.resources.unified", controllerOf(file), file, line));
            }
        });
        return settings;
    }

    private static String controllerOf(String file) {
        int dot = file.indexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    private static String orMax(long limit) {
        return limit == -1 ? "max" : Long.toString(limit);
    }

    /** memory.swap.max counts swap alone, config.json memory and swap together. */
    private static void memory(Resources.Memory memory, List<CgroupSetting> settings) {
        String field = "linux.resources.memory.";
        long limit = memory.limit().orElse(0);
        long swap = memory.swap().orElse(limit == -1 ? -1 : 0); // no limit on memory: none on swap either, as runc has it
        if (swap != 0) settings.add(new CgroupSetting(field + "swap", "memory", "memory.swap.max", swap == -1 ? "max" : Long.toString(swap - limit)));
        if (limit != 0) settings.add(new CgroupSetting(field + "limit", "memory", "memory.max", orMax(limit)));
        memory.reservation().ifPresent(bytes -> {
            if (bytes != 0) settings.add(new CgroupSetting(field + "reservation", "memory", "memory.low", orMax(bytes)));
        });
    }

    private static void cpu(Resources.Cpu cpu, List<CgroupSetting> settings) {
        String field = "linux.resources.cpu.";
        cpu.shares().ifPresent(shares -> {
            if (shares != 0) settings.add(new CgroupSetting(field + "shares", "cpu", "cpu.weight", Long.toString(weight(shares))));
        });
        // After the weight, which the kernel takes for an idle cgroup no more.
        cpu.idle().ifPresent(idle -> {
            var setting = new CgroupSetting(field + "idle", "cpu", "cpu.idle", Long.toString(idle));
            settings.add(idle == 0 ? setting.ifKnown() : setting); // since Linux 5.15; before it no cgroup was idle
        });
        long quota = cpu.quota().orElse(0);
        long period = cpu.period().orElse(0);
        if (quota != 0 || period != 0) {
            settings.add(new CgroupSetting(field + (quota != 0 ? "quota" : "period"), "cpu", "cpu.max",
                    (quota > 0 ? Long.toString(quota) : "max") + " " + (period == 0 ? DEFAULT_PERIOD : period)));
        }
        // After the quota: a burst may not be larger.
        cpu.burst().ifPresent(burst -> settings.add(new CgroupSetting(field + "burst", "cpu", "cpu.max.burst", Long.toUnsignedString(burst))));
        cpu.cpus().filter(list -> !list.isEmpty()).ifPresent(list -> settings.add(new CgroupSetting(field + "cpus", "cpuset", "cpuset.cpus", list)));
        cpu.mems().filter(list -> !list.isEmpty()).ifPresent(list -> settings.add(new CgroupSetting(field + "mems", "cpuset", "cpuset.mems", list)));
    }

    /**
     * cpu.shares, 2 to 262144, as cpu.weight, 1 to 10000: 1024 becomes 100, and the ends meet. runc since 1.3.2, crun since
     * 1.23.
     */
    static long weight(long shares) {
        if (Long.compareUnsigned(shares, 2) <= 0) return 1;
        if (Long.compareUnsigned(shares, 262144) >= 0) return 10000;
        double log = Math.log(shares) / Math.log(2);
        return (long) Math.ceil(Math.pow(10, (log * log + 125 * log) / 612 - 7.0 / 34));
    }

    private static void io(Resources.BlockIo io, List<CgroupSetting> settings) {
        String field = "linux.resources.blockIO.";
        io.weight().ifPresent(weight -> {
            if (weight != 0) settings.add(ioWeight(field + "weight", "", weight));
        });
        for (var device : io.weightDevice()) {
            device.weight().ifPresent(weight -> settings.add(ioWeight(field + "weightDevice", device.major() + ":" + device.minor() + " ", weight)));
        }
        throttle(field + "throttleReadBpsDevice", "rbps", io.throttleReadBpsDevice(), settings);
        throttle(field + "throttleWriteBpsDevice", "wbps", io.throttleWriteBpsDevice(), settings);
        throttle(field + "throttleReadIOPSDevice", "riops", io.throttleReadIOPSDevice(), settings);
        throttle(field + "throttleWriteIOPSDevice", "wiops", io.throttleWriteIOPSDevice(), settings);
    }

    /** With the BFQ scheduler the weight is 1 to 1000 as in config.json; io.weight counts to 10000. */
    private static CgroupSetting ioWeight(String field, String device, long weight) {
        return new CgroupSetting(field, "io", "io.bfq.weight", device + weight, "io.weight", device + (1 + (weight - 10) * 9999 / 990), false);
    }

    private static void throttle(String field, String key, List<Resources.ThrottleDevice> devices, List<CgroupSetting> settings) {
        for (var device : devices) {
            settings.add(new CgroupSetting(field, "io", "io.max",
                    device.major() + ":" + device.minor() + " " + key + "=" + Long.toUnsignedString(device.rate())));
        }
    }
}
