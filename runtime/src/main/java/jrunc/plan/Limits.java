package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.Arrays;
import jrunc.config.Config;
import jrunc.config.NumberList;
import jrunc.config.Process;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Rlimit;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#posix-process">config.md, POSIX process</a>:
 * rlimits and the OOM killer's score of the container's process; and the processors that it may use.
 */
final class Limits {
    /** As many processors as the largest kernel can be built for; of a mask the kernel takes as much as it has room for. */
    private static final int PROCESSORS = 8192;

    private Limits() {}

    /**
     * The runtime's own affinity must not become the container's: all processors that its cgroup allows, as runc since 1.3.1.
     * What the config calls execCPUAffinity is for {@code exec} alone.
     */
    static void freeProcessors(Recorder tape) {
        tape.section("config.md, Process");
        var all = new byte[PROCESSORS / 8];
        Arrays.fill(all, (byte) -1);
        tape.attempt("leave the runtime's processor affinity", t -> t
                .call(Sys.SCHED_SETAFFINITY, imm(0), imm(all.length), new Operand.Bytes(all, "~0")).forgiveAll());
    }

    /** Of an exec: where it is to run once it is in the container's cgroup; what it was to run on before stays, if it is all that is said. */
    static void chooseProcessors(Process.ExecCpuAffinity affinity, Recorder tape) {
        tape.section("config.md, Process");
        if (affinity.last().isPresent()) setProcessors(affinity.last().get(), tape);
        else if (affinity.initial().isEmpty()) freeProcessors(tape);
    }

    /** {@return where it stands which processors the player itself ran on} From here on it runs on those of the list. */
    static Block runOn(String list, Recorder tape) {
        var before = tape.block(PROCESSORS / 8);
        tape.section("config.md, Process");
        tape.attempt("note the processors of this process", t -> t.call(Sys.SCHED_GETAFFINITY, imm(0), imm(PROCESSORS / 8), before.address()));
        setProcessors(list, tape);
        return before;
    }

    /** Runs again where {@link #runOn} found the player. */
    static void runOnAgain(Block before, Recorder tape) {
        tape.attempt("run on the processors of this process again", t -> t.call(Sys.SCHED_SETAFFINITY, imm(0), imm(PROCESSORS / 8), before.address()));
    }

    /** @param list as {@code 0-3,7} */
    private static void setProcessors(String list, Recorder tape) {
        var bits = NumberList.bits(list).toByteArray();
        var mask = Arrays.copyOf(bits, (bits.length + 7) / 8 * 8); // the kernel wants whole longs
        tape.attempt("run on the processors " + list, t -> t
                .call(Sys.SCHED_SETAFFINITY, imm(0), imm(mask.length), new Operand.Bytes(mask, "{" + list + "}")));
    }

    /** Among the first cells: the file is root's once the process cannot be dumped, and the host's /proc is still there. */
    static void setOomScore(Process process, Recorder tape) {
        if (process.oomScoreAdj().isEmpty()) return;
        String score = Long.toString(process.oomScoreAdj().getAsLong());
        tape.section("config.md, Process");
        tape.attempt("set oom_score_adj to " + score, t -> {
            var file = t.call(Sys.OPENAT, Handover.at(), text("/proc/self/oom_score_adj"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, file, text(score), length(score));
            t.close(file);
        });
    }

    /** {@return whether the runtime sets the limits} Who is root of a user namespace only may not raise any, the runtime perhaps. */
    static boolean setByRuntime(Config config) {
        return config.linux().namespace(Namespace.USER).isPresent();
    }

    /** Late, so that a low limit on descriptors or processes does not hit the set-up; {@code pid} 0 is the caller itself. */
    static void set(Process process, Operand pid, Recorder tape) {
        tape.section("config.md, Process");
        for (var limit : process.rlimits()) {
            var rlimit = Rlimit.named(limit.type()).orElseThrow();
            tape.attempt("set " + limit.type() + " to " + shown(limit.soft()) + " of " + shown(limit.hard()), t -> t
                    .call(Sys.PRLIMIT64, pid, named(rlimit.number(), rlimit.name()), words(value(limit.soft()), value(limit.hard())), NULL));
        }
    }

    private static Operand value(long limit) {
        return named(limit, shown(limit));
    }

    private static String shown(long limit) {
        return limit == Rlimit.RLIM_INFINITY ? "RLIM_INFINITY" : Long.toUnsignedString(limit);
    }
}
