package jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Sizes as in the kernel's headers, where both sides must agree. */
class StructsTest {
    @Test void statx_is_256_bytes_as_in_linux_stat_h() {
        assertEquals(256, Statx.SIZE);
    }

    @Test void pollfd_is_8_bytes_as_in_poll_h() {
        assertEquals(8, Poll.POLLFD_SIZE);
    }

    @Test void signalfd_siginfo_is_128_bytes_as_in_linux_signalfd_h() {
        assertEquals(128, SignalFd.SIGINFO_SIZE);
    }
}
