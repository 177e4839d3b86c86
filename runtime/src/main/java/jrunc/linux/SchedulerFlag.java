package jrunc.linux;

/**
 * Flags of {@code struct sched_attr}, {@code <linux/sched.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sched_setattr.2.html">sched_setattr(2)</a>
 */
public enum SchedulerFlag implements Flag {
    SCHED_FLAG_RESET_ON_FORK(0x01),
    SCHED_FLAG_RECLAIM(0x02),
    SCHED_FLAG_DL_OVERRUN(0x04),
    SCHED_FLAG_KEEP_POLICY(0x08),
    SCHED_FLAG_KEEP_PARAMS(0x10),
    SCHED_FLAG_UTIL_CLAMP_MIN(0x20),
    SCHED_FLAG_UTIL_CLAMP_MAX(0x40);

    private final long value;

    SchedulerFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
