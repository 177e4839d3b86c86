package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code /proc/PID} says of a process. A pid alone is never trusted: with the start time it names one process of this
 * boot.
 */
public final class ProcessFile {
    /** No such process. */
    public static final long NONE = -1;

    private ProcessFile() {}

    /**
     * {@return when the process started, in clock ticks since boot, or {@link #NONE} if there is none or it is a zombie}
     *
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5), field 22</a>
     */
    public static long startTime(long pid) {
        String stat;
        try {
            stat = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return NONE; // ENOENT before the open, ESRCH after it: both say that the process has ended
        }
        return startTimeOf(stat);
    }

    /** {@return the same of the text of {@code /proc/PID/stat}} */
    static long startTimeOf(String stat) {
        int field = stat.lastIndexOf(')') + 2;
        char state = stat.charAt(field);
        if (state == 'Z' || state == 'X') return NONE;
        for (int n = 3; n < 22; n++) field = stat.indexOf(' ', field) + 1;
        return Long.parseLong(stat.substring(field, stat.indexOf(' ', field)));
    }

    /** {@return the name of a process, at most 15 bytes that it chose itself, or an empty text if there is none} */
    public static String name(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/comm")), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** {@return where {@code /proc/PID/exe} leads, or an empty text if that cannot be seen} */
    public static String executable(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
        } catch (IOException gone) {
            return ""; // ended meanwhile, or another user's process: then it is not one that waits for start
        }
    }

    static long longAfter(String text, String label) {
        int start = text.indexOf(label) + label.length();
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) end++;
        return Long.parseLong(text.substring(start, end));
    }
}
