package jrunc.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jrunc.linux.IoPriorityClass;
import jrunc.linux.Namespace;
import jrunc.linux.Rlimit;
import jrunc.linux.SchedulerFlag;
import jrunc.linux.SchedulerPolicy;

/** The rules of config.md's Process section. */
final class ProcessRules {
    private ProcessRules() {}

    static void check(Config config, Violations found) {
        if (config.process() == Process.ABSENT) return;
        check(config.process(), found);
        userIsMapped(config, found);
    }

    /** What can be told of a process alone, as for {@code exec}. */
    static void check(Process process, Violations found) {
        if (process.args().isEmpty()) found.add(Rule.ARGS, "process.args", "is empty");
        else if (process.args().getFirst().isEmpty()) found.add(Rule.ARGS, "process.args[0]", "is empty");
        found.absolute(Rule.CWD, "process.cwd", process.cwd());
        found.environment(Rule.ENV, "process.env", process.env());
        rlimits(process.rlimits(), found);
        if (process.scheduler().isPresent()) scheduler(process.scheduler().get(), found);
        if (process.ioPriority().isPresent()) ioPriority(process.ioPriority().get(), found);
        if (process.execCPUAffinity().isPresent()) {
            var affinity = process.execCPUAffinity().get();
            found.cpuList(Rule.CPU_AFFINITY, "process.execCPUAffinity.initial", affinity.initial());
            found.cpuList(Rule.CPU_AFFINITY, "process.execCPUAffinity.final", affinity.last());
        }
    }

    private static void rlimits(List<Process.Limit> rlimits, Violations found) {
        Set<String> types = new HashSet<>();
        for (int i = 0; i < rlimits.size(); i++) {
            var limit = rlimits.get(i);
            var path = JsonPath.at("process.rlimits", i);
            if (Rlimit.named(limit.type()).isEmpty()) {
                found.add(Rule.RLIMIT_TYPE, path + ".type", JsonText.quoted(limit.type()) + " is no limit that Linux knows");
            } else if (!types.add(limit.type())) {
                found.add(Rule.RLIMIT_ONCE, path + ".type", limit.type() + " is limited twice");
            }
            if (Long.compareUnsigned(limit.soft(), limit.hard()) > 0) {
                found.add(Rule.RLIMIT_SOFT, path + ".soft", Long.toUnsignedString(limit.soft()) + " is above the hard limit "
                        + Long.toUnsignedString(limit.hard()));
            }
        }
    }

    private static void scheduler(Process.Scheduler scheduler, Violations found) {
        var policy = scheduler.policy();
        found.oneOf(Rule.SCHEDULER_POLICY, "process.scheduler.policy", policy, SchedulerPolicy.values());
        for (int i = 0; i < scheduler.flags().size(); i++) {
            found.oneOf(Rule.SCHEDULER_FLAG, JsonPath.at("process.scheduler.flags", i), scheduler.flags().get(i), SchedulerFlag.values());
        }
        long nice = scheduler.nice().orElse(0);
        if (nice < -20 || nice > 19) {
            found.add(Rule.SCHEDULER_RANGE, "process.scheduler.nice", nice + " is not in the range -20 to 19");
        }
        schedulerPriority(scheduler, found);
        boolean deadline = policy.equals("SCHED_DEADLINE");
        if (!deadline && scheduler.runtime().orElse(0) != 0) onlyDeadline("runtime", policy, found);
        if (!deadline && scheduler.deadline().orElse(0) != 0) onlyDeadline("deadline", policy, found);
        if (!deadline && scheduler.period().orElse(0) != 0) onlyDeadline("period", policy, found);
    }

    private static void schedulerPriority(Process.Scheduler scheduler, Violations found) {
        boolean realTime = scheduler.policy().equals("SCHED_FIFO") || scheduler.policy().equals("SCHED_RR");
        long priority = scheduler.priority().orElse(0);
        var path = "process.scheduler.priority";
        if (realTime && (priority < 1 || priority > 99)) {
            found.add(Rule.SCHEDULER_RANGE, path, priority + " is not in the range 1 to 99");
        }
        if (!realTime && priority != 0) {
            found.add(Rule.SCHEDULER_FIELDS, path, "is for SCHED_FIFO and SCHED_RR, not for " + JsonText.quoted(scheduler.policy()));
        }
    }

    private static void onlyDeadline(String property, String policy, Violations found) {
        found.add(Rule.SCHEDULER_FIELDS, "process.scheduler." + property, "is for SCHED_DEADLINE, not for " + JsonText.quoted(policy));
    }

    private static void ioPriority(Process.IoPriority priority, Violations found) {
        found.oneOf(Rule.IO_PRIORITY, "process.ioPriority.class", priority.ioClass(), IoPriorityClass.values());
        if (priority.priority() < 0 || priority.priority() > 7) {
            found.add(Rule.IO_PRIORITY, "process.ioPriority.priority", priority.priority() + " is not in the range 0 to 7");
        }
    }

    private static void userIsMapped(Config config, Violations found) {
        var linux = config.linux();
        var namespace = linux.namespace(Namespace.USER);
        if (namespace.isEmpty() || namespace.get().path().isPresent() || linux.uidMappings().isEmpty() || linux.gidMappings().isEmpty()) {
            return;
        }
        var user = config.process().user();
        isMapped(user.uid(), linux.uidMappings(), "process.user.uid", "uidMappings", found);
        isMapped(user.gid(), linux.gidMappings(), "process.user.gid", "gidMappings", found);
        for (int i = 0; i < user.additionalGids().size(); i++) {
            isMapped(user.additionalGids().get(i), linux.gidMappings(), JsonPath.at("process.user.additionalGids", i), "gidMappings", found);
        }
    }

    private static void isMapped(long id, List<IdMapping> mappings, String path, String name, Violations found) {
        if (!IdMapping.has(mappings, id)) found.add(Rule.USER_MAPPED, path, id + " is in none of linux." + name);
    }
}
