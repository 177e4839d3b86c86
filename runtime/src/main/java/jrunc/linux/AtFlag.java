package jrunc.linux;

/**
 * Flags of the calls whose names end in {@code at}, {@code <linux/fcntl.h>}. Two bits have two names: which one is meant depends on the call.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat.2.html">openat(2)</a>
 */
public enum AtFlag implements Flag {
    AT_SYMLINK_NOFOLLOW(0x100),
    /** faccessat2 only; unlinkat reads this bit as {@link #AT_REMOVEDIR} */
    AT_EACCESS         (0x200),
    /** unlinkat only; faccessat2 reads this bit as {@link #AT_EACCESS} */
    AT_REMOVEDIR       (0x200),
    AT_SYMLINK_FOLLOW  (0x400),
    AT_NO_AUTOMOUNT    (0x800),
    AT_EMPTY_PATH      (0x1000),
    AT_STATX_FORCE_SYNC(0x2000),
    AT_STATX_DONT_SYNC (0x4000),
    /** open_tree and mount_setattr: the whole tree of mounts */
    AT_RECURSIVE       (0x8000),
    /** execveat, since Linux 6.14 */
    AT_EXECVE_CHECK    (0x10000);

    /** In place of a descriptor: relative paths start at the working directory. */
    public static final long AT_FDCWD = -100;

    private final long value;

    AtFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
