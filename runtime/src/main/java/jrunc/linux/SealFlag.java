package jrunc.linux;

/**
 * Seals of a memfd, for fcntl F_ADD_SEALS, {@code <linux/fcntl.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
 */
public enum SealFlag implements Flag {
    F_SEAL_SEAL        (0x1),
    F_SEAL_SHRINK      (0x2),
    F_SEAL_GROW        (0x4),
    F_SEAL_WRITE       (0x8),
    /** since Linux 5.1 */
    F_SEAL_FUTURE_WRITE(0x10),
    /** since Linux 6.3 */
    F_SEAL_EXEC        (0x20);

    private final long value;

    SealFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
