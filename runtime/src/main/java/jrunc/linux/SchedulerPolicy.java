package jrunc.linux;

/**
 * Scheduling policies in the order of their numbers, {@code <linux/sched.h>}: SCHED_OTHER (SCHED_NORMAL there) is 0,
 * SCHED_DEADLINE is 6. The kernel reserves 4, SCHED_ISO, and refuses it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sched.7.html">sched(7)</a>
 */
public enum SchedulerPolicy {
    SCHED_OTHER,
    SCHED_FIFO,
    SCHED_RR,
    SCHED_BATCH,
    SCHED_ISO,
    SCHED_IDLE,
    SCHED_DEADLINE;

    /** {@return the number that sched_setattr takes} */
    public int number() {
        return ordinal();
    }
}
