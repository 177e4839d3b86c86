package jrunc.seccomp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jrunc.config.Seccomp;
import jrunc.linux.Arch;

/** What a profile says, rule by rule, with no thought of speed and no code of the compiler's. */
final class Reference {
    static final Map<String, Map<String, String>> TABLE = table();
    private static final int ENOSYS = 0x50026;
    private final Seccomp profile;
    private final Arch processor;
    private final int fallback;
    private final Map<String, TreeMap<Integer, List<Said>>> known = new HashMap<>();

    private record Said(Seccomp.Syscall syscall, int via) {}

    Reference(Seccomp profile, Arch processor) {
        this.profile = profile;
        this.processor = processor;
        fallback = action(profile.defaultAction(), (int) profile.defaultErrnoRet().orElse(1));
    }

    private static Map<String, Map<String, String>> table() {
        try (var file = Reference.class.getResourceAsStream("syscalls.txt")) {
            Map<String, Map<String, String>> table = new HashMap<>();
            for (var line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                var words = line.trim().split(" +");
                if (line.startsWith("#")) continue;
                table.put(words[0], Map.of("x64", words[1], "x86", words[2], "via", words[3], "x32", words[4], "a64", words[5], "arm", words[6]));
            }
            return table;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static int action(String word, int errno) {
        return switch (word.substring("SCMP_ACT_".length())) {
            case "KILL", "KILL_THREAD" -> 0;
            case "KILL_PROCESS" -> 0x80000000;
            case "TRAP" -> 0x30000;
            case "ERRNO" -> 0x50000 + errno;
            case "NOTIFY" -> 0x7fc00000;
            case "TRACE" -> 0x7ff00000 + errno;
            case "LOG" -> 0x7ffc0000;
            case "ALLOW" -> 0x7fff0000;
            default -> throw new IllegalArgumentException(word);
        };
    }

    /** {@return whose numbers a call has, or null if nobody's that the profile speaks of} */
    private String abi(Call call) {
        boolean x86 = processor == Arch.X86_64;
        var mentioned = profile.architectures();
        if (x86 && call.audit() == Call.X64) {
            if ((call.number() >>> 30 & 1) == 0) return "x64";
            return "x32";
        }
        if (x86 && call.audit() == Call.X86 && mentioned.contains("SCMP_ARCH_X86")) return "x86";
        if (!x86 && call.audit() == Call.A64) return "a64";
        if (!x86 && call.audit() == Call.ARM && mentioned.contains("SCMP_ARCH_ARM")) return "arm";
        return null;
    }

    int verdict(Call call) {
        var abi = abi(call);
        if (abi == null) return 0;
        boolean x32 = profile.architectures().contains("SCMP_ARCH_X32");
        boolean hasBit = processor == Arch.X86_64 && call.audit() == Call.X64 && Integer.compareUnsigned(call.number(), 0x40000000) >= 0;
        if (isNewer(call)) return ENOSYS;
        if (hasBit && !x32) return call.number() == -1 ? fallback : 0;
        return byRules(call, abi);
    }

    /** {@return whether nothing in the profile has so large a number, where such calls shall not seem to exist} */
    boolean isNewer(Call call) {
        var abi = abi(call);
        if (abi == null || abi.equals("x32") && !profile.architectures().contains("SCMP_ARCH_X32")) return false;
        if (List.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE").contains(profile.defaultAction())) return false;
        var known = known(abi);
        return !known.isEmpty() && Integer.compareUnsigned(call.number(), known.lastKey()) > 0;
    }

    /** {@return what the profile says of each number; -1 in {@code via} for the call itself} */
    private TreeMap<Integer, List<Said>> known(String abi) {
        return known.computeIfAbsent(abi, _ -> {
            var said = new TreeMap<Integer, List<Said>>();
            for (var syscall : profile.syscalls()) {
                for (var name : syscall.names()) {
                    int number = number(name, abi);
                    if (number >= 0) said.computeIfAbsent(number, _ -> new ArrayList<>()).add(new Said(syscall, -1));
                    var via = via(name);
                    if (abi.equals("x86") && via[0] >= 0) said.computeIfAbsent(via[0], _ -> new ArrayList<>()).add(new Said(syscall, via[1]));
                }
            }
            return said;
        });
    }

    private static int number(String name, String abi) {
        var line = TABLE.get(name);
        if (line == null || line.get(abi).equals("-")) return -1;
        return Integer.parseInt(line.get(abi)) + (abi.equals("x32") ? 0x40000000 : 0);
    }

    private static int[] via(String name) {
        var line = TABLE.get(name);
        if (line == null || line.get("via").equals("-")) return new int[] {-1, -1};
        var parts = line.get("via").split(":");
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }

    private int byRules(Call call, String abi) {
        Integer conditional = null;
        for (var said : known(abi).getOrDefault(call.number(), List.of())) {
            int verdict = action(said.syscall.action(), (int) said.syscall.errnoRet().orElse(1));
            if (verdict == fallback) continue;
            if (said.via < 0 && said.syscall.args().isEmpty()) return verdict;
            if (conditional == null && holds(said.syscall.args(), call, abi, said.via)) conditional = verdict;
        }
        return conditional == null ? fallback : conditional;
    }

    private static boolean holds(List<Seccomp.Arg> args, Call call, String abi, int via) {
        boolean twice = args.stream().map(Seccomp.Arg::index).distinct().count() < args.size();
        if (via >= 0) {
            if ((int) call.argument(0) != via) return false;
            var others = args.stream().filter(arg -> arg.index() != 0).toList();
            if (twice) return others.size() < args.size() || others.stream().anyMatch(arg -> holds(arg, call, abi));
            return others.stream().allMatch(arg -> holds(arg, call, abi));
        }
        if (twice) return args.stream().anyMatch(arg -> holds(arg, call, abi));
        return args.stream().allMatch(arg -> holds(arg, call, abi));
    }

    private static boolean holds(Seccomp.Arg arg, Call call, String abi) {
        long bits = abi.equals("x64") || abi.equals("a64") ? -1 : 0xffffffffL;
        long actual = call.argument((int) arg.index()) & bits;
        int order = Long.compareUnsigned(actual, arg.value() & bits);
        return switch (arg.op().substring("SCMP_CMP_".length())) {
            case "NE" -> order != 0;
            case "LT" -> order < 0;
            case "LE" -> order <= 0;
            case "EQ" -> order == 0;
            case "GE" -> order >= 0;
            case "GT" -> order > 0;
            case "MASKED_EQ" -> ((actual ^ arg.valueTwo()) & arg.value() & bits) == 0;
            default -> throw new IllegalArgumentException(arg.op());
        };
    }
}
