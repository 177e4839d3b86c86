package jrunc.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import jrunc.linux.Arch;
import jrunc.linux.Errno;

/**
 * The seccomp profile for programs that nobody knows, such as those of an image: the one that docker and podman use with their
 * default capabilities. Its names are in {@code seccomp.txt} beside this class.
 */
public final class DefaultSeccomp {
    /** What personality(2) may be asked for: Linux, 32 bits of it (8), with the old kernel's number (0x20000), both, and what is set. */
    private static final long[] PERSONALITIES = {0, 8, 0x20000, 0x20008, 0xFFFFFFFFL};

    private DefaultSeccomp() {}

    /** {@return the profile for programs of {@code arch}, and for those of its 32 bits} */
    public static Seccomp of(Arch arch) {
        List<String> allowed = new ArrayList<>();
        List<String> denied = new ArrayList<>();
        for (var line : lines()) {
            if (line.startsWith("allow ")) addWords(line.substring("allow ".length()), allowed);
            else if (line.startsWith("deny ")) addWords(line.substring("deny ".length()), denied);
        }
        List<Seccomp.Syscall> syscalls = new ArrayList<>();
        syscalls.add(new Seccomp.Syscall(denied, "SCMP_ACT_ERRNO", OptionalLong.of(Errno.EPERM.number()), null));
        syscalls.add(new Seccomp.Syscall(allowed, "SCMP_ACT_ALLOW", OptionalLong.empty(), null));
        for (long value : PERSONALITIES) {
            var argument = new Seccomp.Arg(0, value, 0, "SCMP_CMP_EQ");
            syscalls.add(new Seccomp.Syscall(List.of("personality"), "SCMP_ACT_ALLOW", OptionalLong.empty(), List.of(argument)));
        }
        return new Seccomp("SCMP_ACT_ERRNO", OptionalLong.of(Errno.ENOSYS.number()), architectures(arch), Optional.empty(), Optional.empty(),
                Optional.empty(), syscalls);
    }

    private static List<String> architectures(Arch arch) {
        return arch == Arch.X86_64 ? List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32") : List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
    }

    private static void addWords(String text, List<String> words) {
        var tokens = new StringTokenizer(text);
        while (tokens.hasMoreTokens()) words.add(tokens.nextToken());
    }

    private static List<String> lines() {
        try (var file = DefaultSeccomp.class.getResourceAsStream("seccomp.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("seccomp.txt is part of jrunc", e);
        }
    }
}
