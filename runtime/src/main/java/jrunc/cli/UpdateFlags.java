package jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Resources;
import jrunc.linux.UsageException;
import jrunc.plan.Command;

/** From the flags of {@code update} to limits. */
final class UpdateFlags {
    private final Arguments given;

    private UpdateFlags(Arguments given) {
        this.given = given;
    }

    static Command.Update of(String id, Arguments given, String directory) {
        var flags = new UpdateFlags(given);
        var file = given.value(Option.RESOURCES);
        boolean isPath = file.isPresent() && !file.get().equals("-");
        List<String> ignored = new ArrayList<>();
        for (var option : List.of(Option.KERNEL_MEMORY, Option.KERNEL_MEMORY_TCP)) {
            if (given.value(option).isPresent()) ignored.add(option.dashed());
        }
        return new Command.Update(id, isPath ? Optional.of(AbsolutePath.of(directory, file.get())) : file,
                file.isPresent() ? Resources.NONE : flags.limits(), given.value(Option.L3_CACHE_SCHEMA), given.value(Option.MEM_BW_SCHEMA), ignored);
    }

    private Resources limits() {
        var memory = new Resources.Memory(size(Option.MEMORY), size(Option.MEMORY_RESERVATION), size(Option.MEMORY_SWAP), OptionalLong.empty(),
                OptionalLong.empty(), OptionalLong.empty(), false, Optional.empty(), false);
        var cpu = new Resources.Cpu(unsigned(Option.CPU_SHARE), number(Option.CPU_QUOTA), unsigned(Option.CPU_BURST), unsigned(Option.CPU_PERIOD),
                number(Option.CPU_RT_RUNTIME), unsigned(Option.CPU_RT_PERIOD), given.value(Option.CPUSET_CPUS), given.value(Option.CPUSET_MEMS),
                number(Option.CPU_IDLE));
        var io = new Resources.BlockIo(number(Option.BLKIO_WEIGHT), OptionalLong.empty(), null, null, null, null, null);
        return new Resources(null, memory, cpu, number(Option.PIDS_LIMIT), io, null, Resources.Network.NONE, null, null);
    }

    private OptionalLong number(Option option) {
        var value = given.value(option);
        if (value.isEmpty()) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(value.get()));
        } catch (NumberFormatException e) {
            throw invalid(option, value.get(), "a whole number");
        }
    }

    private OptionalLong unsigned(Option option) {
        var value = given.value(option);
        if (value.isEmpty()) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseUnsignedLong(value.get()));
        } catch (NumberFormatException e) {
            throw invalid(option, value.get(), "a whole number from 0 on");
        }
    }

    private OptionalLong size(Option option) {
        var value = given.value(option);
        if (value.isEmpty()) return OptionalLong.empty();
        if (value.get().equals("-1")) return OptionalLong.of(-1);
        long bytes = Size.bytes(value.get());
        if (bytes < 0) throw invalid(option, value.get(), "bytes, a size such as 512m or 1.5g, or -1");
        return OptionalLong.of(bytes);
    }

    private static UsageException invalid(Option option, String value, String wanted) {
        return new UsageException("invalid value \"" + value + "\" for " + option.dashed() + "; " + wanted);
    }
}
