package jrunc.host;

import java.util.List;
import java.util.Optional;
import jrunc.linux.Arch;

/**
 * The snapshot.
 *
 * @param uid            the effective user id of this process
 * @param gid            the effective group id
 * @param capabilities   which capabilities this process may hand on: its bounding set, one bit each
 * @param inUserNamespace whether this process is in a user namespace other than the first
 * @param pid            of the process that plays the runtime's side: this one, or the front that has started it; 0 if it is not there yet
 * @param startTime      of that process, in clock ticks since boot
 * @param now            the time of day, RFC 3339 with nanoseconds, UTC
 * @param cgroups        the cgroup v2 tree, if one is mounted
 * @param procMounts     where procfs and sysfs are mounted, deepest last
 * @param hasKcore       whether {@code /proc/kcore} is there
 * @param asked          what only a config that asks for it needs to know
 */
public record Host(Arch arch, long uid, long gid, long capabilities, boolean inUserNamespace, long pid, long startTime, String now,
                   Optional<CgroupTree> cgroups, List<String> procMounts, boolean hasKcore, Asked asked) {

    public Host {
        procMounts = List.copyOf(procMounts);
    }

    /** A host of which nothing special was asked. */
    public Host(Arch arch, long uid, long gid, long capabilities, boolean inUserNamespace, long pid, long startTime, String now,
                Optional<CgroupTree> cgroups, List<String> procMounts, boolean hasKcore) {
        this(arch, uid, gid, capabilities, inUserNamespace, pid, startTime, now, cgroups, procMounts, hasKcore, Asked.NOTHING);
    }

    /** {@return the same host, for tapes that a process plays which is not there yet} */
    public Host forLater() {
        return with(0, 0, "");
    }

    /** {@return the same host, for another process that plays, at another time} */
    public Host with(long otherPid, long otherStartTime, String otherNow) {
        return new Host(arch, uid, gid, capabilities, inUserNamespace, otherPid, otherStartTime, otherNow, cgroups, procMounts, hasKcore, asked);
    }

    /** {@return the same host, with this tree} */
    public Host with(CgroupTree tree) {
        return new Host(arch, uid, gid, capabilities, inUserNamespace, pid, startTime, now, Optional.of(tree), procMounts, hasKcore, asked);
    }

    /** {@return the same host, and the answers} */
    public Host with(Asked answers) {
        return new Host(arch, uid, gid, capabilities, inUserNamespace, pid, startTime, now, cgroups, procMounts, hasKcore, answers);
    }
}
