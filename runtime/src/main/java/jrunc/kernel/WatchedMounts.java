package jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private static final int BUFFER = 1 << 14;

    private final Fd file = FileCalls.open(null, "/proc/self/mountinfo", OpenFlag.O_RDONLY);
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
        try (var arena = Arena.ofConfined()) {
            Trap.orThrow("read /proc/self/mountinfo", Sys.LSEEK, file.number(), 0, 0);
            var buffer = arena.allocate(BUFFER);
            byte[] all = new byte[0];
            while (true) {
                int got = (int) Trap.orThrow("read /proc/self/mountinfo", Sys.READ, file.number(), buffer.address(), BUFFER);
                if (got == 0) return new String(all, StandardCharsets.UTF_8);
                all = Arrays.copyOf(all, all.length + got);
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, all, all.length - got, got);
            }
        }
    }
}
