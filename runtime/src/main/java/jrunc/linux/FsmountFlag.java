package jrunc.linux;

/**
 * Flags of fsmount, {@code <linux/mount.h>}, since Linux 5.2.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fsmount.2.html">fsmount(2)</a>
 */
public enum FsmountFlag implements Flag {
    FSMOUNT_CLOEXEC(0x1);

    private final long value;

    FsmountFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
