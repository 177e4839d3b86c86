package jrunc.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import jrunc.config.Resources;

/**
 * What a container's limits are after some of them have changed. What is not asked for stays, and so it does for a 0 where 0 has
 * always meant "not set". Rules for devices do not change: what others have added to them since create must not get lost.
 */
final class ChangedResources {
    private ChangedResources() {}

    static Resources of(Resources kept, Resources asked) {
        return new Resources(kept.devices(), memory(kept.memory(), asked.memory()), cpu(kept.cpu(), asked.cpu()),
                either(asked.pidsLimit(), kept.pidsLimit()), io(kept.blockIO(), asked.blockIO()),
                entries(kept.hugepageLimits(), asked.hugepageLimits(), (a, b) -> a.pageSize().equals(b.pageSize())), kept.network(),
                map(kept.rdma(), asked.rdma()), map(kept.unified(), asked.unified()));
    }

    private static Resources.Memory memory(Resources.Memory kept, Resources.Memory asked) {
        boolean unlimited = asked.limit().orElse(0) == -1 && asked.swap().orElse(0) == 0; // both then, as with cgroup v1
        return new Resources.Memory(set(asked.limit(), kept.limit()), set(asked.reservation(), kept.reservation()),
                unlimited ? OptionalLong.of(-1) : set(asked.swap(), kept.swap()), kept.kernel(), kept.kernelTCP(), kept.swappiness(),
                kept.disableOOMKiller(), kept.useHierarchy(), kept.checkBeforeUpdate() || asked.checkBeforeUpdate());
    }

    private static Resources.Cpu cpu(Resources.Cpu kept, Resources.Cpu asked) {
        return new Resources.Cpu(set(asked.shares(), kept.shares()), set(asked.quota(), kept.quota()), either(asked.burst(), kept.burst()),
                set(asked.period(), kept.period()), kept.realtimeRuntime(), kept.realtimePeriod(), text(asked.cpus(), kept.cpus()),
                text(asked.mems(), kept.mems()), either(asked.idle(), kept.idle()));
    }

    private static Resources.BlockIo io(Resources.BlockIo kept, Resources.BlockIo asked) {
        return new Resources.BlockIo(set(asked.weight(), kept.weight()), kept.leafWeight(),
                entries(kept.weightDevice(), asked.weightDevice(), (a, b) -> a.major() == b.major() && a.minor() == b.minor()),
                throttles(kept.throttleReadBpsDevice(), asked.throttleReadBpsDevice()),
                throttles(kept.throttleWriteBpsDevice(), asked.throttleWriteBpsDevice()),
                throttles(kept.throttleReadIOPSDevice(), asked.throttleReadIOPSDevice()),
                throttles(kept.throttleWriteIOPSDevice(), asked.throttleWriteIOPSDevice()));
    }

    private static List<Resources.ThrottleDevice> throttles(List<Resources.ThrottleDevice> kept, List<Resources.ThrottleDevice> asked) {
        return entries(kept, asked, (a, b) -> a.major() == b.major() && a.minor() == b.minor());
    }

    private static <T> List<T> entries(List<T> kept, List<T> asked, BiPredicate<T, T> isSame) {
        List<T> entries = new ArrayList<>();
        for (var entry : kept) {
            boolean replaced = false;
            for (var other : asked) replaced |= isSame.test(entry, other);
            if (!replaced) entries.add(entry);
        }
        entries.addAll(asked);
        return entries;
    }

    private static <T> Map<String, T> map(Map<String, T> kept, Map<String, T> asked) {
        Map<String, T> map = new LinkedHashMap<>(kept);
        map.putAll(asked);
        return map;
    }

    private static OptionalLong either(OptionalLong asked, OptionalLong kept) {
        return asked.isPresent() ? asked : kept;
    }

    private static OptionalLong set(OptionalLong asked, OptionalLong kept) {
        return asked.orElse(0) != 0 ? asked : kept;
    }

    private static Optional<String> text(Optional<String> asked, Optional<String> kept) {
        return asked.orElse("").isEmpty() ? kept : asked;
    }
}
