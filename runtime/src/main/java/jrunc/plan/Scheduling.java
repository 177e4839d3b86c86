package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Linux;
import jrunc.config.NumberList;
import jrunc.config.Process;
import jrunc.linux.IoPriorityClass;
import jrunc.linux.MemoryPolicyFlag;
import jrunc.linux.MemoryPolicyMode;
import jrunc.linux.SchedulerFlag;
import jrunc.linux.SchedulerPolicy;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#linux-process">config.md, Linux process</a>:
 * scheduler and I/O priority; and memory policy and personality of config-linux.md: how the kernel treats the process.
 * execCPUAffinity is for {@code exec} alone, the spec says.
 */
final class Scheduling {
    private static final int SCHED_ATTR_SIZE = 48;
    private static final long IOPRIO_WHO_PROCESS = 1;
    private static final long PER_LINUX = 0;
    private static final long PER_LINUX32 = 8;

    private Scheduling() {}

    /** In the cgroup already, while CAP_SYS_NICE is still there, and before a seccomp profile may forbid the calls. */
    static void set(Config config, Recorder tape) {
        config.process().scheduler().ifPresent(scheduler -> setScheduler(scheduler, tape));
        config.process().ioPriority().ifPresent(priority -> setIoPriority(priority, tape));
        config.linux().memoryPolicy().ifPresent(policy -> setMemoryPolicy(policy, tape));
        config.linux().personality().ifPresent(personality -> setPersonality(personality, tape));
    }

    private static void setScheduler(Process.Scheduler scheduler, Recorder tape) {
        var policy = SchedulerPolicy.valueOf(scheduler.policy());
        long bits = 0;
        var shown = new StringBuilder("{").append(policy.name());
        for (var name : scheduler.flags()) {
            bits |= SchedulerFlag.valueOf(name).value();
            shown.append(", ").append(name);
        }
        long nice = scheduler.nice().orElse(0);
        long priority = scheduler.priority().orElse(0);
        shown.append(", nice ").append(nice).append(", priority ").append(priority);
        var attr = ByteBuffer.allocate(SCHED_ATTR_SIZE).order(ByteOrder.LITTLE_ENDIAN).putInt(SCHED_ATTR_SIZE).putInt(policy.number())
                .putLong(bits).putInt((int) nice).putInt((int) priority);
        long[] times = {scheduler.runtime().orElse(0), scheduler.deadline().orElse(0), scheduler.period().orElse(0)};
        for (long time : times) {
            attr.putLong(time);
            if (policy == SchedulerPolicy.SCHED_DEADLINE) shown.append(", ").append(Long.toUnsignedString(time)).append(" ns");
        }
        tape.section("config.md, Process");
        tape.attempt("set the scheduler to " + policy, t -> t
                .call(Sys.SCHED_SETATTR, imm(0), new Operand.Bytes(attr.array(), shown.append('}').toString()), imm(0)));
    }

    /** Of this process alone: it is the only one of its group, and what it forks inherits it. */
    private static void setIoPriority(Process.IoPriority priority, Recorder tape) {
        long value = IoPriorityClass.valueOf(priority.ioClass()).with(priority.priority());
        tape.section("config.md, Process");
        tape.attempt("set the I/O priority to " + priority.ioClass() + ", level " + priority.priority(), t -> t
                .call(Sys.IOPRIO_SET, named(IOPRIO_WHO_PROCESS, "IOPRIO_WHO_PROCESS"), imm(0),
                        named(value, priority.ioClass() + "<<13|" + priority.priority())));
    }

    private static void setMemoryPolicy(Linux.MemoryPolicy policy, Recorder tape) {
        var mode = MemoryPolicyMode.valueOf(policy.mode());
        List<MemoryPolicyFlag> flags = new ArrayList<>();
        for (var name : policy.flags()) flags.add(MemoryPolicyFlag.valueOf(name));
        var bits = flags(flags);
        var word = named(mode.number() | bits.value(), flags.isEmpty() ? mode.name() : mode.name() + "|" + bits.shown());
        String nodes = policy.nodes().orElse("");
        tape.section("config-linux.md, Memory policy");
        tape.attempt("set the memory policy to " + word.shown() + (nodes.isEmpty() ? "" : ", nodes " + nodes), t -> {
            if (nodes.isEmpty()) {
                t.call(Sys.SET_MEMPOLICY, word, NULL, imm(0));
                return;
            }
            var mask = NumberList.bits(nodes).toByteArray();
            var whole = Arrays.copyOf(mask, (mask.length + 7) / 8 * 8); // the kernel reads longs
            t.call(Sys.SET_MEMPOLICY, word, new Operand.Bytes(whole, "{" + nodes + "}"), imm(whole.length * 8L + 1)); // it takes one off
        });
    }

    /** The spec knows no flags yet; the rules refuse them. */
    private static void setPersonality(Linux.Personality personality, Recorder tape) {
        boolean is32 = personality.domain().equals("LINUX32");
        tape.section("config-linux.md, Personality");
        tape.attempt("set the personality " + personality.domain(), t -> t
                .call(Sys.PERSONALITY, is32 ? named(PER_LINUX32, "PER_LINUX32") : named(PER_LINUX, "PER_LINUX")));
    }
}
