package jrunc.linux;

/**
 * Flags of memfd_create, {@code <linux/memfd.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
 */
public enum MemfdFlag implements Flag {
    MFD_CLOEXEC      (0x1),
    MFD_ALLOW_SEALING(0x2),
    MFD_HUGETLB      (0x4),
    /** since Linux 6.3 */
    MFD_NOEXEC_SEAL  (0x8),
    /** since Linux 6.3; EINVAL before */
    MFD_EXEC         (0x10);

    private final long value;

    MemfdFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
