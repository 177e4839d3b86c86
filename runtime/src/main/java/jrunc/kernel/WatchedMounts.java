package jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;

/**
 * This process's mount table, read again only when the kernel says that something was mounted or unmounted. It does not say so when a
 * directory above a mount point gets another name.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html">proc_pid_mounts(5)</a>
 */
public final class WatchedMounts {
    private static final short POLLPRI = 2;
    private static final String TABLE = "/proc/self/mountinfo";

    private final Fd file = FileCalls.open(null, TABLE, OpenFlag.O_RDONLY);
    private String text;

    /** {@return the table as it is now, as mountinfo has it} */
    public synchronized String text() {
        if (hasChanged() || text == null) text = read(); // asked first: what changes while it is read is told next time
        return text;
    }

    private boolean hasChanged() {
        try (var arena = Arena.ofConfined()) {
            var poll = arena.allocate(8, 8);
            poll.set(ValueLayout.JAVA_INT, 0, file.number());
            poll.set(ValueLayout.JAVA_SHORT, 4, POLLPRI);
            return Trap.call(Sys.PPOLL, poll.address(), 1, arena.allocate(16, 8).address(), 0, 0) != 0;
        }
    }

    private String read() {
        Trap.orThrow("read " + TABLE, Sys.LSEEK, file.number(), 0, 0);
        return new String(FileCalls.rest(TABLE, file), StandardCharsets.UTF_8);
    }
}
