package jrunc.linux;

/**
 * Classes of the I/O schedulers, {@code <linux/ioprio.h>}; 0 is no class.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioprio_set.2.html">ioprio_set(2)</a>
 */
public enum IoPriorityClass {
    IOPRIO_CLASS_RT,
    IOPRIO_CLASS_BE,
    IOPRIO_CLASS_IDLE;

    /** {@return the word that ioprio_set takes: the class above 13 bits of {@code level}, which is 0 (first) to 7 (last)} */
    public long with(long level) {
        return ordinal() + 1L << 13 | level;
    }
}
