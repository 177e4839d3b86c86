package jrunc.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#seccomp">config-linux.md, Seccomp</a>: which
 * system calls are answered how.
 *
 * @param defaultAction {@code SCMP_ACT_ERRNO}
 * @param defaultErrnoRet absent means EPERM
 * @param flags absent is not empty: absent leaves the choice to the runtime, empty asks for none
 */
public record Seccomp(String defaultAction, OptionalLong defaultErrnoRet, List<String> architectures,
        Optional<List<String>> flags, Optional<String> listenerPath, Optional<String> listenerMetadata,
        List<Syscall> syscalls) {
    public Seccomp {
        architectures = Absent.toEmpty(architectures);
        if (flags.isPresent()) flags = Optional.of(List.copyOf(flags.get()));
        syscalls = Absent.toEmpty(syscalls);
    }

    /** One rule: what happens to the calls {@code names} if all {@code args} match. */
    public record Syscall(List<String> names, String action, OptionalLong errnoRet, List<Arg> args) {
        public Syscall {
            names = Absent.toEmpty(names);
            args = Absent.toEmpty(args);
        }
    }

    /**
     * A comparison of one argument.
     *
     * @param index 0 to 5
     * @param value unsigned 64 bits, as {@code valueTwo} is, which only SCMP_CMP_MASKED_EQ reads
     * @param op {@code SCMP_CMP_EQ}
     */
    public record Arg(long index, long value, long valueTwo, String op) {}
}
