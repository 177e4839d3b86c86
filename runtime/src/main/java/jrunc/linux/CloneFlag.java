package jrunc.linux;

/**
 * Flags of clone3, unshare and setns, {@code <linux/sched.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone(2)</a>
 */
public enum CloneFlag implements Flag {
    /** since Linux 5.6; not for clone(2), where these bits are the exit signal */
    CLONE_NEWTIME       (0x80L),
    CLONE_VM            (0x100L),
    CLONE_FS            (0x200L),
    CLONE_FILES         (0x400L),
    CLONE_SIGHAND       (0x800L),
    /** since Linux 5.2 */
    CLONE_PIDFD         (0x1000L),
    CLONE_PTRACE        (0x2000L),
    CLONE_VFORK         (0x4000L),
    CLONE_PARENT        (0x8000L),
    CLONE_THREAD        (0x10000L),
    CLONE_NEWNS         (0x20000L),
    CLONE_SYSVSEM       (0x40000L),
    CLONE_SETTLS        (0x80000L),
    CLONE_PARENT_SETTID (0x100000L),
    CLONE_CHILD_CLEARTID(0x200000L),
    CLONE_UNTRACED      (0x800000L),
    CLONE_CHILD_SETTID  (0x1000000L),
    /** since Linux 4.6 */
    CLONE_NEWCGROUP     (0x2000000L),
    CLONE_NEWUTS        (0x4000000L),
    CLONE_NEWIPC        (0x8000000L),
    CLONE_NEWUSER       (0x10000000L),
    CLONE_NEWPID        (0x20000000L),
    CLONE_NEWNET        (0x40000000L),
    CLONE_IO            (0x80000000L),
    /** clone3 only, since Linux 5.5 */
    CLONE_CLEAR_SIGHAND (0x100000000L),
    /** clone3 only, since Linux 5.7 */
    CLONE_INTO_CGROUP   (0x200000000L);

    private final long value;

    CloneFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
