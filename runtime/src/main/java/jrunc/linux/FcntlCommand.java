package jrunc.linux;

/**
 * What fcntl is asked to do, {@code <linux/fcntl.h>}: numbers, not flags; only those that jrunc asks for.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
 */
public enum FcntlCommand {
    F_DUPFD        (0),
    F_GETFD        (1),
    F_SETFD        (2),
    F_GETFL        (3),
    F_SETFL        (4),
    F_DUPFD_CLOEXEC(1030),
    F_SETPIPE_SZ   (1031),
    F_GETPIPE_SZ   (1032),
    F_ADD_SEALS    (1033),
    F_GET_SEALS    (1034);

    /** The one flag of F_SETFD: the descriptor is closed by execve. */
    public static final long FD_CLOEXEC = 1;

    private final long value;

    FcntlCommand(long value) {
        this.value = value;
    }

    /** {@return the number} */
    public long value() {
        return value;
    }
}
