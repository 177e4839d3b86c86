package jrunc.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#process">config.md, Process</a>: the container's program
 * and what it may do.
 *
 * @param env {@code NAME=value} each; of two with one name the last counts
 * @param cwd absolute path in the container
 * @param capabilities absent means none at all
 * @param oomScoreAdj absent means as jrunc itself was started
 */
public record Process(boolean terminal, Optional<ConsoleSize> consoleSize, User user, List<String> args, List<String> env,
        String cwd, Optional<Capabilities> capabilities, List<Limit> rlimits, boolean noNewPrivileges,
        Optional<String> apparmorProfile, OptionalLong oomScoreAdj, Optional<Scheduler> scheduler,
        Optional<String> selinuxLabel, Optional<IoPriority> ioPriority, Optional<ExecCpuAffinity> execCPUAffinity) {
    /** What an absent {@code process} means: a container that can be created and never started. */
    public static final Process ABSENT = new Process(false, Optional.empty(), User.ROOT, null, null, "/", Optional.empty(), null, false,
            Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Process {
        args = Absent.toEmpty(args);
        env = Absent.toEmpty(env);
        rlimits = Absent.toEmpty(rlimits);
    }

    /** {@return the same with another environment} */
    public Process with(List<String> environment) {
        return new Process(terminal, consoleSize, user, args, environment, cwd, capabilities, rlimits, noNewPrivileges, apparmorProfile, oomScoreAdj,
                scheduler, selinuxLabel, ioPriority, execCPUAffinity);
    }

    /** The size of the terminal in characters; each is 0 to 65535, as the kernel's {@code struct winsize} can hold. */
    public record ConsoleSize(long height, long width) {}

    /**
     * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#posix-platform-user">config.md, POSIX-platform
     * User</a>. Ids are 0 to 4294967294, as the container sees them; 4294967295 is the kernel's "no id".
     *
     * @param umask absent means 0022
     */
    public record User(long uid, long gid, OptionalLong umask, List<Long> additionalGids) {
        /** What an absent {@code user} means to every runtime: uid 0 and gid 0. */
        public static final User ROOT = new User(0, 0, OptionalLong.empty(), null);

        public User {
            additionalGids = Absent.toEmpty(additionalGids);
        }
    }

    /** The five sets, by name as written: {@code CAP_CHOWN}. What this kernel does not know is warned about, not refused. */
    public record Capabilities(List<String> effective, List<String> bounding, List<String> inheritable, List<String> permitted,
            List<String> ambient) {
        public Capabilities {
            effective = Absent.toEmpty(effective);
            bounding = Absent.toEmpty(bounding);
            inheritable = Absent.toEmpty(inheritable);
            permitted = Absent.toEmpty(permitted);
            ambient = Absent.toEmpty(ambient);
        }
    }

    /**
     * One of {@code rlimits}.
     *
     * @param type {@code RLIMIT_NOFILE}
     * @param soft unsigned 64 bits
     * @param hard unsigned 64 bits
     */
    public record Limit(String type, long soft, long hard) {}

    /**
     * The scheduler's attributes, for sched_setattr.
     *
     * @param policy {@code SCHED_FIFO}
     * @param runtime nanoseconds, unsigned 64 bits, as {@code deadline} and {@code period} are; SCHED_DEADLINE only
     */
    public record Scheduler(String policy, OptionalLong nice, OptionalLong priority, List<String> flags, OptionalLong runtime,
            OptionalLong deadline, OptionalLong period) {
        public Scheduler {
            flags = Absent.toEmpty(flags);
        }
    }

    /** The I/O scheduler's class ({@code IOPRIO_CLASS_BE}) and level in it, 0 (first) to 7 (last). */
    public record IoPriority(String ioClass, long priority) {}

    /** The processors (as a list: {@code 0-3,7}) that {@code exec} runs on, before and after it is in the container's cgroup. */
    public record ExecCpuAffinity(Optional<String> initial, Optional<String> last) {}
}
