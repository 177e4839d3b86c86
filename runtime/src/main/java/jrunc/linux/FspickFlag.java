package jrunc.linux;

/**
 * Flags of fspick, {@code <linux/mount.h>}, since Linux 5.2.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fspick.2.html">fspick(2)</a>
 */
public enum FspickFlag implements Flag {
    FSPICK_CLOEXEC         (0x1),
    FSPICK_SYMLINK_NOFOLLOW(0x2),
    FSPICK_NO_AUTOMOUNT    (0x4),
    FSPICK_EMPTY_PATH      (0x8);

    private final long value;

    FspickFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
