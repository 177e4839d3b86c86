package jrunc.linux;

/**
 * What an errno means for one system call where its own words mislead: a table, so that no caller needs an {@code if}.
 *
 * @see SyscallException
 */
public final class Hints {
    private Hints() {}

    /** {@return {@code "; "} and the hint, or nothing where the errno speaks for itself (and for a null errno)} */
    public static String of(Sys sys, Errno errno) {
        var hint = errno == null ? null : hint(sys, errno);
        return hint == null ? "" : "; " + hint;
    }

    private static String hint(Sys sys, Errno errno) {
        return switch (errno) {
            case ENOSPC -> noSpace(sys);
            case EPERM -> notPermitted(sys);
            case EINVAL -> invalid(sys);
            case EACCES -> sys == Sys.EXECVEAT || sys == Sys.EXECVE
                    ? "the file is not executable, or its file system is mounted noexec" : denied(sys);
            case ENOSYS -> "the kernel is too old for this call, or a seccomp filter around jrunc hides it";
            case EAGAIN -> sys == Sys.CLONE3 ? "a limit on processes is reached, see pids.max of the cgroup and RLIMIT_NPROC" : null;
            case EBUSY -> busy(sys);
            case EUCLEAN -> sys == Sys.CLONE3 || sys == Sys.UNSHARE ? "namespaces are nested too deeply" : null;
            case EXDEV -> sys == Sys.OPENAT2 ? "the path leads out of the tree it must stay in" : null;
            case ELOOP -> sys == Sys.OPENAT2 ? "a symbolic link, or a magic link of /proc, is not allowed here" : null;
            case ENOEXEC -> "not a program of this processor, or a script without #!";
            case EDQUOT -> sys == Sys.ADD_KEY || sys == Sys.KEYCTL ? "a limit on keys is reached, see /proc/sys/kernel/keys" : null;
            case ENODEV -> sys == Sys.FSOPEN || sys == Sys.MOUNT ? "this kernel does not know that file system type" : null;
            default -> null;
        };
    }

    private static String noSpace(Sys sys) {
        return switch (sys) {
            case MOUNT, MOVE_MOUNT, FSMOUNT, OPEN_TREE -> "too many mounts, see /proc/sys/fs/mount-max";
            case CLONE3, UNSHARE -> "a namespace limit is reached, see /proc/sys/user";
            case MKDIRAT -> "no space, or a cgroup limit is reached, see cgroup.max.descendants and cgroup.max.depth";
            default -> null;
        };
    }

    private static String notPermitted(Sys sys) {
        return switch (sys) {
            case CLONE3, UNSHARE -> "needs root, or a user namespace in linux.namespaces; some hosts forbid that to ordinary users, "
                    + "see kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns";
            case SETNS -> "needs CAP_SYS_ADMIN in the user namespace that owns the target";
            case MKNODAT -> "device nodes cannot be made in a user namespace, nor where the device filter of a cgroup above denies it";
            case MOUNT_SETATTR -> "flags that the host has locked cannot be cleared in a user namespace";
            case SCHED_SETATTR -> "needs CAP_SYS_NICE; and SCHED_DEADLINE does not go together with linux.resources.cpu.cpus";
            case IOPRIO_SET -> "IOPRIO_CLASS_RT needs CAP_SYS_ADMIN or CAP_SYS_NICE";
            case SETGROUPS -> "the user namespace may deny it to all, see /proc/self/setgroups";
            case FSOPEN, FSCONFIG -> "in a user namespace it needs a new namespace for what it shows, too: proc a pid, sysfs a network, "
                    + "mqueue an ipc, cgroup a cgroup namespace";
            case PRLIMIT64 -> "raising a hard limit needs CAP_SYS_RESOURCE";
            default -> null;
        };
    }

    private static String invalid(Sys sys) {
        return switch (sys) {
            case PIVOT_ROOT -> "the new root must be a mount point, and neither it nor its parent may be shared";
            case SETNS -> "the file is not a namespace of this type";
            case SETRESUID, SETRESGID, SETGROUPS -> "the id is not mapped in the user namespace";
            case FCHOWN, FCHOWNAT -> "the id is not mapped in the user namespace; more are granted in /etc/subuid and /etc/subgid";
            case SECCOMP -> "this kernel does not know a flag in linux.seccomp.flags, or no filters at all";
            case SCHED_SETATTR -> "this kernel does not have the policy, or not with these values: see sched_setattr(2)";
            case SET_MEMPOLICY -> "this kernel does not have the mode, or not with these flags, or the machine has none of the nodes";
            default -> null;
        };
    }

    private static String busy(Sys sys) {
        return switch (sys) {
            case CLONE3 -> "the cgroup has controllers enabled for its children, so no process may be in it";
            case SCHED_SETATTR -> "the processors have no such time left for SCHED_DEADLINE";
            default -> null;
        };
    }

    private static String denied(Sys sys) {
        if (sys == Sys.SECCOMP) return "without process.noNewPrivileges this takes CAP_SYS_ADMIN";
        return sys == Sys.MEMFD_CREATE ? "vm.memfd_noexec=2 forbids executable memory files, see /proc/sys/vm/memfd_noexec" : null;
    }
}
