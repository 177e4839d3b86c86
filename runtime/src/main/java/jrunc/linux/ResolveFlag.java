package jrunc.linux;

/**
 * How openat2 may walk a path, {@code <linux/openat2.h>}, since Linux 5.6.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public enum ResolveFlag implements Flag {
    RESOLVE_NO_XDEV      (0x01),
    RESOLVE_NO_MAGICLINKS(0x02),
    RESOLVE_NO_SYMLINKS  (0x04),
    RESOLVE_BENEATH      (0x08),
    RESOLVE_IN_ROOT      (0x10),
    /** since Linux 5.12 */
    RESOLVE_CACHED       (0x20);

    private final long value;

    ResolveFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
