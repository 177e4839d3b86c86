package jrunc.linux;

/**
 * Flags of umount2, {@code <sys/mount.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/umount.2.html">umount(2)</a>
 */
public enum UmountFlag implements Flag {
    MNT_FORCE      (0x1),
    MNT_DETACH     (0x2),
    MNT_EXPIRE     (0x4),
    UMOUNT_NOFOLLOW(0x8);

    private final long value;

    UmountFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
