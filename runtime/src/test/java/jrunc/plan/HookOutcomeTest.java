package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jrunc.linux.Errno;
import org.junit.jupiter.api.Test;

/** A hook that failed is told in one line: which, how it ended, and what it said last. */
class HookOutcomeTest {
    private static final String HOOK = "hooks.createRuntime[1] /usr/bin/hook";
    private static final int CLD_EXITED = 1;
    private static final int CLD_KILLED = 2;
    private static final int CLD_DUMPED = 3;

    @Test void an_exit_status_and_the_last_line_of_stderr() {
        assertEquals(HOOK + ": exit status 3: no such bridge", words(Errno.ECANCELED, CLD_EXITED, 3, "no such bridge\n"));
    }

    @Test void a_signal_has_its_name() {
        assertEquals(HOOK + ": killed by SIGKILL", words(Errno.ECANCELED, CLD_KILLED, 9, ""));
        assertEquals(HOOK + ": killed by SIGSEGV: so be it", words(Errno.ECANCELED, CLD_DUMPED, 11, "so be it"));
    }

    @Test void of_many_lines_the_last_three_that_are_not_blank() {
        assertEquals(HOOK + ": exit status 1: b / c / d", words(Errno.ECANCELED, CLD_EXITED, 1, "a\nb\n\n  c\t\n \nd\n\n"));
    }

    @Test void a_line_that_lost_its_start_is_left_out_unless_it_is_all_there_is() {
        String full = "x".repeat(HookOutcome.TAIL_SIZE - 8) + "\nthe end";
        assertEquals(HOOK + ": exit status 1: the end", words(Errno.ECANCELED, CLD_EXITED, 1, full));
        String one = "y".repeat(HookOutcome.TAIL_SIZE);
        assertEquals(HOOK + ": exit status 1: " + one, words(Errno.ECANCELED, CLD_EXITED, 1, one));
    }

    @Test void a_hook_that_took_too_long_needs_no_errno() {
        assertEquals(HOOK + ": not done after 2 s, so it was killed: waiting",
                HookOutcome.words(HOOK + ": not done after 2 s, so it was killed", -Errno.ETIMEDOUT.number(), outcome(CLD_KILLED, 9, "waiting\n")));
    }

    @Test void a_hook_that_could_not_be_started_has_the_kernels_word() {
        assertEquals(HOOK + ": ENOENT (No such file or directory)", words(Errno.ENOENT, 0, 0, ""));
    }

    @Test void only_cells_of_hooks_are_theirs() {
        assertTrue(HookOutcome.isHook(HOOK));
        assertFalse(HookOutcome.isHook("exec sh"));
    }

    private static String words(Errno errno, int code, int status, String said) {
        return HookOutcome.words(HOOK, -errno.number(), outcome(code, status, said));
    }

    private static byte[] outcome(int code, int status, String said) {
        var bytes = ByteBuffer.allocate(HookOutcome.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(HookOutcome.SIGINFO + 8, code).putInt(HookOutcome.STATUS, status).put(HookOutcome.TAIL, said.getBytes(StandardCharsets.UTF_8));
        return bytes.array();
    }
}
