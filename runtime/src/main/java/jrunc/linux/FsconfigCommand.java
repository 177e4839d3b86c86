package jrunc.linux;

/**
 * What fsconfig is asked to do, {@code <linux/mount.h>}, since Linux 5.2: numbers, not flags.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fsconfig.2.html">fsconfig(2)</a>
 */
public enum FsconfigCommand {
    FSCONFIG_SET_FLAG,
    FSCONFIG_SET_STRING,
    FSCONFIG_SET_BINARY,
    FSCONFIG_SET_PATH,
    FSCONFIG_SET_PATH_EMPTY,
    FSCONFIG_SET_FD,
    FSCONFIG_CMD_CREATE,
    FSCONFIG_CMD_RECONFIGURE,
    /** Since Linux 6.6. */
    FSCONFIG_CMD_CREATE_EXCL;

    /** {@return the number: 0 for FSCONFIG_SET_FLAG, and so on in order} */
    public long value() {
        return ordinal();
    }
}
