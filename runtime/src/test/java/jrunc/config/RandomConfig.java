package jrunc.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/** Configs that have each property present or absent at random, with strings that are hard to write and numbers at the edges. */
final class RandomConfig {
    private static final String[] PIECES = {"a", "/", "=", "\"", "\\", "\n", "\t", "\u0001", "\u007f", "é", "€", "😀", "\u2028", ",", " ", "{"};

    private final Random random;

    RandomConfig(long seed) {
        random = new Random(seed);
    }

    Config config() {
        return new Config(text(), new Config.Root(text(), flag()), list(this::mount), process(), optional(this::text),
                optional(this::text), new Hooks(hooks(), hooks(), hooks(), hooks(), hooks(), hooks()), map(this::anyText), linux());
    }

    private Mount mount() {
        return new Mount(text(), optional(this::text), optional(this::text), texts(), mappings(), mappings());
    }

    private List<IdMapping> mappings() {
        return list(() -> new IdMapping(uint32(), uint32(), uint32()));
    }

    private List<Hooks.Hook> hooks() {
        return list(() -> new Hooks.Hook(text(), texts(), texts(), number(1, 1000)));
    }

    Process process() {
        return new Process(flag(), optional(() -> new Process.ConsoleSize(between(0, 65535), between(0, 65535))),
                new Process.User(between(0, 4294967294L), between(0, 4294967294L), number(0, 511), list(() -> between(0, 4294967294L))),
                texts(), texts(), text(), optional(() -> new Process.Capabilities(texts(), texts(), texts(), texts(), texts())),
                list(() -> new Process.Limit(text(), uint64(), uint64())), flag(), optional(this::text), number(-1000, 1000),
                optional(() -> new Process.Scheduler(text(), number(-20, 19), number(0, 99), texts(), bits(), bits(), bits())),
                optional(this::text), optional(() -> new Process.IoPriority(text(), between(0, 7))),
                optional(() -> new Process.ExecCpuAffinity(optional(this::text), optional(this::text))));
    }

    private Linux linux() {
        if (random.nextInt(10) == 0) return null;
        return new Linux(list(() -> new Linux.NamespaceEntry(text(), optional(this::text))), mappings(), mappings(),
                map(() -> new Linux.TimeOffset(int64(), between(0, 999_999_999))), list(this::device),
                map(() -> new Linux.NetDevice(optional(this::text))), optional(this::text), resources(),
                optional(() -> new Linux.IntelRdt(optional(this::text), texts(), optional(this::text), optional(this::text), flag())),
                optional(() -> new Linux.MemoryPolicy(text(), optional(this::text), texts())), map(this::anyText), optional(this::seccomp),
                optional(this::text), texts(), texts(), optional(this::text), optional(() -> new Linux.Personality(text(), texts())));
    }

    private Linux.Device device() {
        return new Linux.Device(text(), text(), signed(), signed(), number(0, 4294967295L), number(0, 4294967294L), number(0, 4294967294L));
    }

    private Seccomp seccomp() {
        return new Seccomp(text(), number(0, 4095), texts(), optional(this::texts), optional(this::text), optional(this::text),
                list(() -> new Seccomp.Syscall(texts(), text(), number(0, 4095),
                        list(() -> new Seccomp.Arg(between(0, 5), uint64(), uint64(), text())))));
    }

    private Resources resources() {
        if (random.nextInt(5) == 0) return null;
        return new Resources(list(() -> new Resources.DeviceRule(flag(), optional(this::text), signed(), signed(), optional(this::text))),
                new Resources.Memory(bytes(), bytes(), bytes(), bytes(), bytes(), number(0, 100), flag(), optional(this::flag), flag()),
                new Resources.Cpu(bits(), signed(), bits(), bits(), signed(), bits(), optional(this::text), optional(this::text), signed()),
                signed(), blockIO(), list(() -> new Resources.HugepageLimit(text(), uint64())),
                new Resources.Network(number(0, 4294967295L), list(() -> new Resources.InterfacePriority(text(), uint32()))),
                map(() -> new Resources.Rdma(number(0, 4294967295L), number(0, 4294967295L))), map(this::anyText));
    }

    private Resources.BlockIo blockIO() {
        return new Resources.BlockIo(weight(), weight(),
                list(() -> new Resources.WeightDevice(between(0, 4095), between(0, 255), weight(), weight())),
                throttles(), throttles(), throttles(), throttles());
    }

    private List<Resources.ThrottleDevice> throttles() {
        return list(() -> new Resources.ThrottleDevice(between(0, Long.MAX_VALUE), between(0, 255), uint64()));
    }

    private OptionalLong weight() {
        return number(0, 65535);
    }

    private OptionalLong bytes() {
        return number(-1, Long.MAX_VALUE);
    }

    private OptionalLong signed() {
        return flag() ? OptionalLong.of(int64()) : OptionalLong.empty();
    }

    private OptionalLong bits() {
        return flag() ? OptionalLong.of(uint64()) : OptionalLong.empty();
    }

    private OptionalLong number(long min, long max) {
        return flag() ? OptionalLong.of(between(min, max)) : OptionalLong.empty();
    }

    private long uint32() {
        return between(0, 4294967295L);
    }

    private long uint64() {
        return int64();
    }

    private long int64() {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> -1;
            default -> random.nextLong();
        };
    }

    private long between(long min, long max) {
        return switch (random.nextInt(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> max == Long.MAX_VALUE ? random.nextLong(min, max) : random.nextLong(min, max + 1);
        };
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private List<String> texts() {
        return list(this::anyText);
    }

    private String anyText() {
        return random.nextInt(5) == 0 ? "" : text();
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(1, 6); i > 0; i--) text.append(PIECES[random.nextInt(PIECES.length)]);
        return text.toString();
    }

    private <T> Optional<T> optional(Supplier<T> value) {
        return flag() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) list.add(element.get());
        return list;
    }

    private <V> Map<String, V> map(Supplier<V> value) {
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) map.put(anyText(), value.get());
        return map;
    }
}
