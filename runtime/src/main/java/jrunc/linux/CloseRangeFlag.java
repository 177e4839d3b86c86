package jrunc.linux;

/**
 * Flags of close_range, {@code <linux/close_range.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/close_range.2.html">close_range(2)</a>
 */
public enum CloseRangeFlag implements Flag {
    /** since Linux 5.9 */
    CLOSE_RANGE_UNSHARE(0x2),
    /** since Linux 5.11 */
    CLOSE_RANGE_CLOEXEC(0x4);

    private final long value;

    CloseRangeFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
