package jrunc.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Signal;

/**
 * How a hook that failed went: what the tape has noted, as words for a person. It travels in one piece that a pipe carries whole.
 * <pre>
 *  0             16                144                       1168
 *  +-------------+-----------------+-------------------------+
 *  | its report, | siginfo_t of    | the end of what it said |
 *  | if no exec  | waitid          | on stderr, else stdout  |
 *  +-------------+-----------------+-------------------------+
 * </pre>
 */
public final class HookOutcome {
    /** How many bytes it is. */
    public static final int SIZE = 1168;
    static final int SIGINFO = 16;
    /** In siginfo_t: si_status, the exit status or the number of the signal. */
    static final int STATUS = SIGINFO + 24;
    static final int TAIL = 144;
    static final int TAIL_SIZE = SIZE - TAIL;
    private static final int CODE = SIGINFO + 8;
    private static final int CLD_EXITED = 1;
    private static final int MOST_LINES = 3;
    /** How the caption of every cell of a hook begins. */
    private static final String HOOK = "hooks.";

    private HookOutcome() {}

    /** {@return whether a failed cell with this caption is one of a hook's} */
    public static boolean isHook(String attempt) {
        return attempt.startsWith(HOOK);
    }

    /** {@return one line: which hook, how it ended, and the last lines of what it said} */
    public static String words(String attempt, long result, byte[] outcome) {
        if (result == -Errno.ETIMEDOUT.number() || result == -Errno.EINTR.number()) return attempt + said(outcome); // the caption says all
        if (result == -Errno.ECANCELED.number()) return attempt + ": " + end(outcome) + said(outcome);
        return attempt + ": " + Errno.shown(result);
    }

    private static String end(byte[] outcome) {
        var bytes = ByteBuffer.wrap(outcome).order(ByteOrder.LITTLE_ENDIAN);
        int status = bytes.getInt(STATUS);
        return bytes.getInt(CODE) == CLD_EXITED ? "exit status " + status : "killed by " + new Signal(status);
    }

    /** The last lines that are not blank, with a slash between them. */
    private static String said(byte[] outcome) {
        int end = TAIL;
        while (end < SIZE && outcome[end] != 0) end++;
        String text = new String(outcome, TAIL, end - TAIL, StandardCharsets.UTF_8);
        if (end == SIZE && text.indexOf('\n') >= 0) text = text.substring(text.indexOf('\n') + 1); // its first line has lost its start
        List<String> lines = new ArrayList<>();
        for (var line : text.split("\n")) {
            if (!line.isBlank()) lines.add(line.strip());
        }
        if (lines.isEmpty()) return "";
        return ": " + String.join(" / ", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    }
}
