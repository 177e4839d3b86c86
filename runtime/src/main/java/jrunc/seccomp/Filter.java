package jrunc.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import jrunc.config.InvalidConfigException;
import jrunc.config.Rule;
import jrunc.config.Seccomp;
import jrunc.config.Violation;
import jrunc.linux.Arch;

/**
 * A profile as the kernel takes it. Its verdicts are those of runc, which has them from libseccomp and puts before them that
 * calls newer than any the profile names do not exist: a program then tries an older one, where EPERM would make it give up.
 * Calls of an ABI that the profile does not mention end the thread.
 *
 * @param program      {@code struct sock_filter[]}
 * @param instructions how many there are
 * @param shown        in words
 */
public record Filter(byte[] program, int instructions, String shown) {
    /** As many instructions as the kernel takes, {@code BPF_MAXINSNS}. */
    private static final int MOST = 4096;
    private static final long X32 = 0x40000000L;
    private static final long ABOVE_X32 = 0x80000000L;
    private static final long X32_AND_ABOVE = 0xC0000000L;
    /** What a tracer sets to skip a call. */
    private static final long NONE = 0xffffffffL;
    private static final long END = 1L << 32;

    /**
     * {@return the profile's filter on this processor} The profile has been validated.
     *
     * @throws InvalidConfigException if the filter would be longer than the kernel takes
     */
    public static Filter of(Seccomp profile, Arch processor) {
        int fallback = Verdict.of(profile.defaultAction(), profile.defaultErrnoRet());
        var abis = Abi.of(processor, profile.architectures());
        var rules = resolve(profile, abis, fallback);
        int unknown = Verdict.letsPass(fallback) ? fallback : Verdict.ENOSYS;
        var program = new Program();
        int next = program.verdict(Verdict.KILL_THREAD);
        for (int i = abis.size() - 1; i >= 0; i--) {
            var abi = abis.get(i);
            if (abi == Abi.X32) continue; // goes with x86-64
            boolean x32 = i + 1 < abis.size() && abis.get(i + 1) == Abi.X32;
            var ranges = new Ranges();
            if (abi == Abi.X86_64) append64(rules.get(i), x32 ? rules.get(i + 1) : null, fallback, unknown, ranges);
            else rules.get(i).append(0, END, unknown, ranges);
            next = program.dispatch(abi.audit, program.decide(ranges), next);
        }
        program.loadAudit();
        if (program.size() > MOST) {
            throw new InvalidConfigException(List.of(new Violation("linux.seccomp.syscalls",
                    "take " + program.size() + " instructions, and the kernel takes no more than " + MOST, Rule.CAN_BE_APPLIED)));
        }
        byte[] bytes = program.bytes();
        return new Filter(bytes, program.size(), shown(bytes, program.size(), fallback, rules.getFirst()));
    }

    /** {@return the names in a profile that are no system call of any processor that jrunc knows, each once: they have no effect} */
    public static List<String> unknown(Seccomp profile) {
        List<String> unknown = new ArrayList<>();
        var table = SyscallTable.load();
        for (var syscall : profile.syscalls()) {
            for (var name : syscall.names()) {
                if (table.find(name) < 0 && !unknown.contains(name)) unknown.add(name);
            }
        }
        return unknown;
    }

    private static List<CallRules> resolve(Seccomp profile, List<Abi> abis, int fallback) {
        List<CallRules> rules = new ArrayList<>(abis.size());
        for (var abi : abis) rules.add(new CallRules(abi, fallback));
        var table = SyscallTable.load();
        for (var syscall : profile.syscalls()) {
            int verdict = Verdict.of(syscall.action(), syscall.errnoRet());
            var alternatives = verdict == fallback ? List.<List<Comparison>>of() : Comparison.alternatives(syscall.args());
            for (var name : syscall.names()) {
                int line = table.find(name);
                if (line < 0) continue; // as the spec says of calls that the processor does not have
                for (int i = 0; i < abis.size(); i++) add(table, line, abis.get(i), alternatives, verdict, rules.get(i));
            }
        }
        return rules;
    }

    private static void add(SyscallTable table, int line, Abi abi, List<List<Comparison>> alternatives, int verdict, CallRules rules) {
        int number = table.number(line, abi);
        if (number >= 0) {
            rules.know(number);
            for (var all : alternatives) rules.add(number, all, verdict);
        }
        int via = abi == Abi.X86 ? table.via(line) : -1;
        if (via < 0) return;
        rules.know(via);
        int argument = table.viaArgument(line);
        for (var all : alternatives) rules.add(via, Comparison.via(argument, all), verdict);
    }

    /** Numbers with the bit of x32 are another ABI, or none; above them nothing is, but -1 must not kill. */
    private static void append64(CallRules own, CallRules x32, int fallback, int unknown, Ranges ranges) {
        own.append(0, X32, unknown, ranges);
        int beyond = own.largest() < 0 ? fallback : unknown;
        if (x32 != null) {
            x32.append(X32, ABOVE_X32, unknown, ranges);
            ranges.add(ABOVE_X32, Decision.always(beyond));
            ranges.add(X32_AND_ABOVE, Decision.always(x32.largest() < 0 ? fallback : unknown));
        } else {
            ranges.add(X32, Decision.always(Verdict.KILL_THREAD));
            ranges.add(ABOVE_X32, Decision.always(beyond == Verdict.ENOSYS ? beyond : Verdict.KILL_THREAD));
            ranges.add(X32_AND_ABOVE, Decision.always(Verdict.KILL_THREAD));
            ranges.add(NONE, Decision.always(fallback));
        }
    }

    private static String shown(byte[] bytes, int instructions, int fallback, CallRules rules) {
        var sum = new CRC32();
        sum.update(bytes);
        var out = new StringBuilder("<").append(instructions).append(" instructions, crc32 ").append(Long.toHexString(sum.getValue()));
        out.append(": ").append(Verdict.shown(fallback));
        return rules.describe(out).append('>').toString();
    }
}
