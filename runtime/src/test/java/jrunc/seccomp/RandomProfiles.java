package jrunc.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import jrunc.config.Seccomp;
import jrunc.config.Seccomp.Arg;
import jrunc.config.Seccomp.Syscall;

/** Profiles of any shape, and calls that stand where they decide: at the numbers and values of the profile, and beside them. */
final class RandomProfiles {
    private static final List<String> ACTIONS = List.of("KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ERRNO", "TRACE", "ALLOW", "LOG", "NOTIFY");
    private static final List<String> ARCHITECTURES = List.of("X86_64", "X86", "X32", "AARCH64", "ARM", "RISCV64");
    private static final List<String> OPERATORS = List.of("NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ");
    private static final List<String> NAMES = Reference.TABLE.keySet().stream().sorted().toList();
    /** libseccomp misses the first on x32 and knows the second by another name. */
    private static final List<String> UNLIKE = List.of("map_shadow_stack", "sync_file_range2");
    private static final long[] VALUES = {0, 1, 2, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, 0x100000001L, Long.MAX_VALUE,
        Long.MIN_VALUE, -1, 0x7e020000L, 0xdeadbeefcafeL};
    private final Random random;

    RandomProfiles(long seed) {
        random = new Random(seed);
    }

    Seccomp profile() {
        List<String> architectures = new ArrayList<>();
        for (var word : ARCHITECTURES) {
            if (random.nextInt(3) == 0) architectures.add("SCMP_ARCH_" + word);
        }
        List<Syscall> syscalls = new ArrayList<>();
        for (int i = random.nextInt(random.nextBoolean() ? 6 : 60); i > 0; i--) syscalls.add(syscall());
        return new Seccomp("SCMP_ACT_" + ACTIONS.get(random.nextInt(8)), errno(), architectures, Optional.empty(), Optional.empty(), Optional.empty(), syscalls);
    }

    /**
     * A profile that libseccomp takes, for which it promises one meaning and keeps the promise: each call has one rule, which asks
     * once about an argument, and all three ABIs have them all. (Where two chains ask about one argument, 2.5.4 may compare the lower half as
     * if it were the upper; where an ABI lacks a call, it may forget to load the number.)
     */
    Seccomp plainProfile() {
        var from = profile();
        List<String> used = new ArrayList<>();
        List<Syscall> syscalls = new ArrayList<>();
        for (var syscall : from.syscalls()) {
            List<String> names = new ArrayList<>();
            for (var name : syscall.names()) {
                var line = Reference.TABLE.get(name);
                boolean here = line != null && !line.get("x64").equals("-") && !line.get("x86").equals("-") && !line.get("x32").equals("-");
                if (!here || used.contains(family(name)) || UNLIKE.contains(name)) continue;
                used.add(family(name));
                names.add(name);
            }
            var args = syscall.args().stream().filter(arg -> syscall.args().stream().filter(other -> other.index() == arg.index()).findFirst().orElseThrow() == arg);
            if (!names.isEmpty()) syscalls.add(new Syscall(names, syscall.action(), syscall.errnoRet(), args.toList()));
        }
        var here = from.architectures().stream().filter(word -> word.endsWith("X86") || word.endsWith("X32") || word.endsWith("X86_64")).toList();
        return new Seccomp(from.defaultAction(), from.defaultErrnoRet(), here, from.flags(), from.listenerPath(), from.listenerMetadata(), syscalls);
    }

    /** Those that 32-bit x86 asks by one call share its rules. */
    private static String family(String name) {
        var line = Reference.TABLE.get(name);
        if (line == null) return name;
        if (line.get("via").startsWith("102:") || name.equals("socketcall")) return "socketcall";
        if (line.get("via").startsWith("117:") || name.equals("ipc")) return "ipc";
        return name;
    }

    private Syscall syscall() {
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(1, random.nextInt(10) == 0 ? 100 : 4); i > 0; i--) {
            names.add(random.nextInt(20) == 0 ? "a_call_of_the_future" : NAMES.get(random.nextInt(NAMES.size())));
        }
        List<Arg> args = new ArrayList<>();
        for (int i = random.nextInt(2) * random.nextInt(4); i > 0; i--) {
            args.add(new Arg(random.nextInt(random.nextInt(6) + 1), value(), value(), "SCMP_CMP_" + OPERATORS.get(random.nextInt(7))));
        }
        return new Syscall(names, "SCMP_ACT_" + ACTIONS.get(random.nextInt(9)), errno(), args);
    }

    private OptionalLong errno() {
        return random.nextBoolean() ? OptionalLong.of(random.nextInt(1, 50)) : OptionalLong.empty();
    }

    private long value() {
        return random.nextInt(4) == 0 ? random.nextLong() : VALUES[random.nextInt(VALUES.length)];
    }

    Call call(Seccomp profile) {
        int[] audits = {Call.X64, Call.X64, Call.X86, Call.A64, Call.ARM, 0x12345678};
        int number = random.nextInt(500);
        var arguments = new long[6];
        for (int i = 0; i < 6; i++) arguments[i] = value();
        if (!profile.syscalls().isEmpty() && random.nextInt(4) != 0) {
            var syscall = profile.syscalls().get(random.nextInt(profile.syscalls().size()));
            var line = Reference.TABLE.get(syscall.names().get(random.nextInt(syscall.names().size())));
            if (line != null) number = number(line);
            for (var arg : syscall.args()) arguments[(int) arg.index()] = near(arg);
            if (random.nextInt(4) == 0) arguments[0] = random.nextInt(26);
        }
        return new Call(audits[random.nextInt(audits.length)], number, arguments);
    }

    private int number(java.util.Map<String, String> line) {
        var column = List.of("x64", "x86", "via", "x32", "a64", "arm").get(random.nextInt(6));
        var word = line.get(column);
        if (word.equals("-")) return random.nextInt() | (random.nextBoolean() ? 1 << 30 : 0);
        int number = Integer.parseInt(word.replaceFirst(":.*", "")) + (column.equals("x32") ? 1 << 30 : 0);
        return number + (random.nextInt(4) == 0 ? random.nextInt(3) - 1 : 0);
    }

    private long near(Arg arg) {
        long value = arg.op().endsWith("MASKED_EQ") ? arg.valueTwo() & arg.value() | random.nextLong() & ~arg.value() : arg.value();
        return switch (random.nextInt(6)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> value ^ 1L << random.nextInt(64);
            default -> value;
        };
    }
}
