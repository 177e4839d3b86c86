package jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Sizes as in the kernel's headers, where both sides must agree. */
class StructsTest {
    @Test void statx_is_256_bytes_as_in_linux_stat_h() {
        assertEquals(256, Statx.SIZE);
    }
}
