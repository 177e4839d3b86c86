package jrunc.linux;

/**
 * Flags with which a seccomp filter is loaded, {@code <linux/seccomp.h>}. A kernel that does not know one answers EINVAL.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public enum SeccompFlag implements Flag {
    SECCOMP_FILTER_FLAG_TSYNC             (1),
    SECCOMP_FILTER_FLAG_LOG               (1 << 1),
    SECCOMP_FILTER_FLAG_SPEC_ALLOW        (1 << 2),
    SECCOMP_FILTER_FLAG_NEW_LISTENER      (1 << 3),
    SECCOMP_FILTER_FLAG_TSYNC_ESRCH       (1 << 4),
    /** since Linux 5.19; only with a listener */
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV(1 << 5);

    private final long value;

    SeccompFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
