package jrunc.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#control-groups">config-linux.md, Control
 * groups</a>: the limits of the container's cgroup. Sizes are bytes, times are microseconds.
 *
 * @param rdma by the name of the device
 * @param unified cgroup v2 files and what to write into them, last of all
 */
public record Resources(List<DeviceRule> devices, Memory memory, Cpu cpu, OptionalLong pidsLimit, BlockIo blockIO,
        List<HugepageLimit> hugepageLimits, Network network, Map<String, Rdma> rdma, Map<String, String> unified) {
    /** No limit at all. */
    public static final Resources NONE =
            new Resources(null, Memory.NONE, Cpu.NONE, OptionalLong.empty(), BlockIo.NONE, null, Network.NONE, null, null);

    public Resources {
        devices = Absent.toEmpty(devices);
        hugepageLimits = Absent.toEmpty(hugepageLimits);
        rdma = Absent.toEmpty(rdma);
        unified = Absent.toEmpty(unified);
    }

    /**
     * One entry of the device list; later entries win.
     *
     * @param type {@code a}, {@code b} or {@code c}; absent means {@code a}
     * @param major absent means every one, as for {@code minor}; -1 means the same
     * @param access letters of {@code rwm}
     */
    public record DeviceRule(boolean allow, Optional<String> type, OptionalLong major, OptionalLong minor,
            Optional<String> access) {}

    /** Bytes, -1 for no limit. {@code swap} is memory and swap together. */
    public record Memory(OptionalLong limit, OptionalLong reservation, OptionalLong swap, OptionalLong kernel,
            OptionalLong kernelTCP, OptionalLong swappiness, boolean disableOOMKiller, Optional<Boolean> useHierarchy,
            boolean checkBeforeUpdate) {
        /** No {@code memory} object. */
        public static final Memory NONE = new Memory(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
                OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), false, Optional.empty(), false);
    }

    /**
     * Processor time.
     *
     * @param shares unsigned 64 bits, as {@code burst}, {@code period} and {@code realtimePeriod} are
     * @param cpus a list such as {@code 0-3,7}, as {@code mems} is
     * @param idle 1 for SCHED_IDLE, 0 for not
     */
    public record Cpu(OptionalLong shares, OptionalLong quota, OptionalLong burst, OptionalLong period,
            OptionalLong realtimeRuntime, OptionalLong realtimePeriod, Optional<String> cpus, Optional<String> mems,
            OptionalLong idle) {
        /** No {@code cpu} object. */
        public static final Cpu NONE = new Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
                OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(),
                OptionalLong.empty());
    }

    /** Block devices' share and rates. Weights are 10 to 1000. */
    public record BlockIo(OptionalLong weight, OptionalLong leafWeight, List<WeightDevice> weightDevice,
            List<ThrottleDevice> throttleReadBpsDevice, List<ThrottleDevice> throttleWriteBpsDevice,
            List<ThrottleDevice> throttleReadIOPSDevice, List<ThrottleDevice> throttleWriteIOPSDevice) {
        /** No {@code blockIO} object. */
        public static final BlockIo NONE =
                new BlockIo(OptionalLong.empty(), OptionalLong.empty(), null, null, null, null, null);

        public BlockIo {
            weightDevice = Absent.toEmpty(weightDevice);
            throttleReadBpsDevice = Absent.toEmpty(throttleReadBpsDevice);
            throttleWriteBpsDevice = Absent.toEmpty(throttleWriteBpsDevice);
            throttleReadIOPSDevice = Absent.toEmpty(throttleReadIOPSDevice);
            throttleWriteIOPSDevice = Absent.toEmpty(throttleWriteIOPSDevice);
        }
    }

    /** The weight of one block device. */
    public record WeightDevice(long major, long minor, OptionalLong weight, OptionalLong leafWeight) {}

    /** The rate of one block device, per second; unsigned 64 bits. */
    public record ThrottleDevice(long major, long minor, long rate) {}

    /** {@code pageSize} is {@code 2MB}, {@code limit} is bytes, unsigned 64 bits. */
    public record HugepageLimit(String pageSize, long limit) {}

    /** What only cgroup v1 has. */
    public record Network(OptionalLong classID, List<InterfacePriority> priorities) {
        /** No {@code network} object. */
        public static final Network NONE = new Network(OptionalLong.empty(), null);

        public Network {
            priorities = Absent.toEmpty(priorities);
        }
    }

    /** The priority of what leaves through the interface {@code name}. */
    public record InterfacePriority(String name, long priority) {}

    /** How many handles and objects of one RDMA device. */
    public record Rdma(OptionalLong hcaHandles, OptionalLong hcaObjects) {}
}
