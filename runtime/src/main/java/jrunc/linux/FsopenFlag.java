package jrunc.linux;

/**
 * Flags of fsopen, {@code <linux/mount.h>}, since Linux 5.2.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fsopen.2.html">fsopen(2)</a>
 */
public enum FsopenFlag implements Flag {
    FSOPEN_CLOEXEC(0x1);

    private final long value;

    FsopenFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
