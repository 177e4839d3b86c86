package jrunc.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jrunc.config.NumberList;
import jrunc.config.Resources;
import jrunc.dbus.Variant;
import jrunc.host.ServiceManager;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#control-groups">config-linux.md, Control
 * groups</a> as properties of a systemd unit. systemd writes the files of its cgroups anew whenever it likes (daemon-reload), so it
 * has to know each limit; what it has no property for is written into the files alone.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html">systemd.resource-control(5)</a>
 */
public final class UnitProperties {
    /** What systemd takes for no limit, unsigned: all of a 64-bit number's bits. */
    private static final long NONE = -1;
    private static final long SECOND = 1_000_000;
    /** systemd counts the quota in percent of a processor: in steps of 10 ms of each second. */
    private static final long STEP = 10_000;
    private static final long DEFAULT_PERIOD = 100_000;
    private static final int WITH_QUOTA_PERIOD = 242;
    private static final int WITH_CPUSET = 244;
    private static final int WITH_IDLE = 252;
    private static final int WITH_OOM_POLICY = 253;

    private final List<List<?>> properties = new ArrayList<>();
    private final int version;

    private UnitProperties(ServiceManager manager) {
        version = manager.version();
    }

    /** {@return name and value of each limit that systemd has a property for} */
    public static List<List<?>> of(Resources resources, ServiceManager manager) {
        var out = new UnitProperties(manager);
        out.properties.addAll(DeviceAllow.of(resources.devices(), manager));
        out.memory(resources.memory());
        out.cpu(resources.cpu());
        if (resources.pidsLimit().isPresent()) {
            long limit = resources.pidsLimit().getAsLong();
            out.number("TasksMax", limit == 0 ? 1 : limit);
        }
        out.io(resources.blockIO());
        for (var entry : resources.unified().entrySet()) out.unified(entry.getKey(), entry.getValue().strip(), resources.unified());
        return out.properties;
    }

    /** {@return what a unit is told only when it starts} */
    static List<List<?>> atStart(Resources resources, ServiceManager manager) {
        String together = resources.unified().getOrDefault("memory.oom.group", "").strip();
        boolean known = together.equals("0") || together.equals("1");
        if (!known || manager.version() < WITH_OOM_POLICY) return List.of();
        return List.of(property("OOMPolicy", "s", together.equals("1") ? "kill" : "continue"));
    }

    static List<?> property(String name, String signature, Object value) {
        return List.of(name, new Variant(signature, value));
    }

    private void number(String name, long value) {
        properties.add(property(name, "t", value));
    }

    private void memory(Resources.Memory memory) {
        long limit = memory.limit().orElse(0);
        long swap = memory.swap().orElse(limit == -1 ? -1 : 0);
        if (limit != 0) number("MemoryMax", limit);
        if (memory.reservation().orElse(0) != 0) number("MemoryLow", memory.reservation().getAsLong());
        if (swap != 0) number("MemorySwapMax", swap == -1 ? NONE : swap - limit);
    }

    private void cpu(Resources.Cpu cpu) {
        boolean idle = cpu.idle().orElse(0) == 1 && version >= WITH_IDLE;
        if (idle) number("CPUWeight", 0);
        else if (cpu.shares().orElse(0) != 0) number("CPUWeight", CgroupSetting.weight(cpu.shares().getAsLong()));
        quota(cpu.quota().orElse(0), cpu.period().orElse(0));
        if (cpu.cpus().isPresent() && !cpu.cpus().get().isEmpty()) set("AllowedCPUs", cpu.cpus().get());
        if (cpu.mems().isPresent() && !cpu.mems().get().isEmpty()) set("AllowedMemoryNodes", cpu.mems().get());
    }

    private void quota(long quota, long period) {
        if (quota == 0 && period == 0) return;
        if (period != 0 && version >= WITH_QUOTA_PERIOD) number("CPUQuotaPeriodUSec", period);
        number("CPUQuotaPerSecUSec", quota <= 0 ? NONE : perSecond(quota, period));
    }

    private static long perSecond(long quota, long period) {
        long usec = quota * SECOND / (period == 0 ? DEFAULT_PERIOD : period);
        return (usec + STEP - 1) / STEP * STEP;
    }

    /** {@return the same with the quota that systemd makes of it: who wrote another would see it change at the next daemon-reload} */
    public static Resources rounded(Resources resources) {
        return with(roundedQuota(resources.cpu()), resources);
    }

    /** {@return what is asked for with the quota that systemd makes of it, together with what there is} */
    public static Resources rounded(Resources kept, Resources asked) {
        boolean changes = asked.cpu().quota().orElse(0) != 0 || asked.cpu().period().orElse(0) != 0;
        return changes ? with(roundedQuota(ChangedResources.of(kept, asked).cpu()), asked) : asked;
    }

    private static OptionalLong roundedQuota(Resources.Cpu cpu) {
        long quota = cpu.quota().orElse(0);
        long period = cpu.period().orElse(0) == 0 ? DEFAULT_PERIOD : cpu.period().getAsLong();
        return quota <= 0 ? cpu.quota() : OptionalLong.of(perSecond(quota, period) * period / SECOND);
    }

    private static Resources with(OptionalLong quota, Resources resources) {
        var cpu = resources.cpu();
        var same = new Resources.Cpu(cpu.shares(), quota, cpu.burst(), cpu.period(), cpu.realtimeRuntime(), cpu.realtimePeriod(), cpu.cpus(), cpu.mems(), cpu.idle());
        return new Resources(resources.devices(), resources.memory(), same, resources.pidsLimit(), resources.blockIO(), resources.hugepageLimits(),
                resources.network(), resources.rdma(), resources.unified());
    }

    /** {@return the properties that {@code asked} is about, and those that it changes, but for devices, which do not change} */
    public static List<List<?>> changed(Resources kept, Resources asked, ServiceManager manager) {
        List<String> names = new ArrayList<>();
        for (var property : of(asked, manager)) names.add((String) property.getFirst());
        var before = of(kept, manager);
        List<List<?>> changed = new ArrayList<>();
        for (var property : of(ChangedResources.of(kept, asked), manager)) {
            boolean device = ((String) property.getFirst()).startsWith("Device");
            if (!device && (names.contains(property.getFirst()) || !before.contains(property))) changed.add(property);
        }
        return changed;
    }

    /** One bit each, the first processor's in the first byte. */
    private void set(String name, String list) {
        if (version < WITH_CPUSET) return;
        BitSet bits = NumberList.bits(list);
        properties.add(property(name, "ay", bits.toByteArray()));
    }

    /** systemd takes the devices by path, and by the same rule makes of the weight what the file has. */
    private void io(Resources.BlockIo io) {
        rates("IOReadBandwidthMax", io.throttleReadBpsDevice());
        rates("IOWriteBandwidthMax", io.throttleWriteBpsDevice());
        rates("IOReadIOPSMax", io.throttleReadIOPSDevice());
        rates("IOWriteIOPSMax", io.throttleWriteIOPSDevice());
        if (io.weight().orElse(0) != 0) number("IOWeight", weight(io.weight().getAsLong()));
        List<List<?>> weights = new ArrayList<>();
        for (var device : io.weightDevice()) {
            if (device.weight().isPresent()) weights.add(List.of(block(device.major(), device.minor()), weight(device.weight().getAsLong())));
        }
        if (!weights.isEmpty()) properties.add(property("IODeviceWeight", "a(st)", weights));
    }

    private static long weight(long weight) {
        return 1 + (weight - 10) * 9999 / 990;
    }

    private static String block(long major, long minor) {
        return "/dev/block/" + major + ":" + minor;
    }

    private void rates(String name, List<Resources.ThrottleDevice> devices) {
        if (devices.isEmpty()) return;
        List<List<?>> rates = new ArrayList<>();
        for (var device : devices) rates.add(List.of(block(device.major(), device.minor()), device.rate()));
        properties.add(property(name, "a(st)", rates));
    }

    private void unified(String file, String value, Map<String, String> all) {
        switch (file) {
            case "cpu.idle" -> {
                if (isIdle(value)) number("CPUWeight", 0);
            }
            case "cpu.weight" -> {
                if (!isIdle(all.getOrDefault("cpu.idle", "").strip())) limit("CPUWeight", value);
            }
            case "cpu.max" -> {
                int space = value.indexOf(' ');
                String quota = space < 0 ? value : value.substring(0, space);
                long period = space < 0 ? DEFAULT_PERIOD : parsed(value.substring(space + 1).strip());
                if (parsed(quota) > 0 || quota.equals("max")) quota(quota.equals("max") ? 0 : parsed(quota), period);
            }
            case "cpuset.cpus", "cpuset.mems" -> {
                if (NumberList.isOne(value)) set(file.equals("cpuset.cpus") ? "AllowedCPUs" : "AllowedMemoryNodes", value);
            }
            case "memory.high" -> limit("MemoryHigh", value);
            case "memory.low" -> limit("MemoryLow", value);
            case "memory.min" -> limit("MemoryMin", value);
            case "memory.max" -> limit("MemoryMax", value);
            case "memory.swap.max" -> limit("MemorySwapMax", value);
            case "pids.max" -> limit("TasksMax", value);
            default -> { } // no property: the file alone
        }
    }

    private boolean isIdle(String value) {
        return value.equals("1") && version >= WITH_IDLE;
    }

    /** What is no number, the kernel says when the file is written. */
    private void limit(String name, String value) {
        if (value.equals("max")) number(name, NONE);
        else if (parsed(value) >= 0) number(name, parsed(value));
    }

    private static long parsed(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
