package jrunc.linux;

/**
 * Which fields statx is asked for and has filled in, {@code <linux/stat.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public enum StatxMask implements Flag {
    STATX_TYPE         (0x1),
    STATX_MODE         (0x2),
    STATX_NLINK        (0x4),
    STATX_UID          (0x8),
    STATX_GID          (0x10),
    STATX_ATIME        (0x20),
    STATX_MTIME        (0x40),
    STATX_CTIME        (0x80),
    STATX_INO          (0x100),
    STATX_SIZE         (0x200),
    STATX_BLOCKS       (0x400),
    STATX_BTIME        (0x800),
    /** since Linux 5.8 */
    STATX_MNT_ID       (0x1000),
    /** since Linux 6.1 */
    STATX_DIOALIGN     (0x2000),
    /** since Linux 6.8 */
    STATX_MNT_ID_UNIQUE(0x4000);

    private final long value;

    StatxMask(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
