package jrunc.kernel;

import jrunc.linux.Errno;
import jrunc.linux.Sys;

/** Processes that an exec has left to this one without its knowing. */
public final class Children {
    private static final int P_ALL = 0;
    private static final int WEXITED = 4;

    private Children() {}

    /**
     * Waits for the end of each: {@code waitid(P_ALL, 0, NULL, WEXITED, NULL)} until there is none.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>
     */
    public static void reap() {
        long ended;
        do ended = Trap.call(Sys.WAITID, P_ALL, 0, 0, WEXITED, 0);
        while (ended == 0 || ended == -Errno.EINTR.number());
    }
}
