package jrunc.linux;

import java.util.Optional;

/**
 * The limits of setrlimit in the order of their numbers, {@code <asm-generic/resource.h>} (the same on x86-64 and aarch64):
 * RLIMIT_CPU is 0, RLIMIT_RTTIME is 15.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</a>
 */
public enum Rlimit {
    RLIMIT_CPU,
    RLIMIT_FSIZE,
    RLIMIT_DATA,
    RLIMIT_STACK,
    RLIMIT_CORE,
    RLIMIT_RSS,
    RLIMIT_NPROC,
    RLIMIT_NOFILE,
    RLIMIT_MEMLOCK,
    RLIMIT_AS,
    RLIMIT_LOCKS,
    RLIMIT_SIGPENDING,
    RLIMIT_MSGQUEUE,
    RLIMIT_NICE,
    RLIMIT_RTPRIO,
    RLIMIT_RTTIME;

    /** No limit: all bits, 18446744073709551615 as an unsigned number. */
    public static final long RLIM_INFINITY = -1;

    /** {@return the number that prlimit64 takes} */
    public int number() {
        return ordinal();
    }

    /** {@return the limit of exactly this name, {@code RLIMIT_NOFILE}} */
    public static Optional<Rlimit> named(String name) {
        for (var rlimit : values()) {
            if (rlimit.name().equals(name)) return Optional.of(rlimit);
        }
        return Optional.empty();
    }
}
