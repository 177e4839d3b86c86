package jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;
import org.junit.jupiter.api.Test;

class PidfdTest {
    @Test void a_process_is_signalled_and_seen_to_end() throws IOException {
        var descriptors = FileCallsTest.openDescriptors();
        var cat = new ProcessBuilder("cat").start();
        try (var pidfd = Pidfd.open(cat.pid())) {
            assertFalse(pidfd.endsWithin(Duration.ZERO));
            assertTrue(pidfd.send(new Signal(0)));
            assertTrue(pidfd.send(Signal.SIGKILL));
            assertTrue(pidfd.endsWithin(Duration.ofSeconds(20)));
        }
        cat.onExit().join();
        cat.getInputStream().close();
        cat.getErrorStream().close();
        cat.getOutputStream().close();
        assertEquals(descriptors, FileCallsTest.openDescriptors());
    }

    @Test void a_pid_of_nobody_is_ESRCH() {
        var e = assertThrows(SyscallException.class, () -> Pidfd.open(0x3FFFFF));
        assertEquals("open process 4194303: ESRCH (No such process)", e.getMessage());
    }

    @Test void a_poll_tells_which_of_many() {
        try (var arena = Arena.ofConfined()) {
            var two = arena.allocate(8, 8);
            assertEquals(0, Trap.call(Sys.PIPE2, two.address(), 0x80000));
            try (var reader = Fd.owning(two.get(ValueLayout.JAVA_INT, 0)); var writer = Fd.owning(two.get(ValueLayout.JAVA_INT, 4));
                 var zero = FileCalls.open(null, "/dev/zero", jrunc.linux.OpenFlag.O_RDONLY)) {
                assertEquals("{1}", Poll.readable(List.of(reader, zero), Duration.ofSeconds(9)).toString());
                assertEquals("{}", Poll.readable(List.of(reader), Duration.ofMillis(1)).toString());
                assertEquals(1, Trap.call(Sys.WRITE, writer.number(), two.address(), 1));
                assertEquals("{0}", Poll.readable(List.of(reader), null).toString());
            }
        }
    }

    @Test void a_kill_and_an_exit_have_different_codes() {
        assertEquals(137, new Pidfd.Ended(true, 9).exitCode());
        assertEquals(9, new Pidfd.Ended(false, 9).exitCode());
    }
}
