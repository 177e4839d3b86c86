package jrunc.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Flags of openat and openat2, {@code <asm/fcntl.h>}. Not a {@link Flag}: four of them have other bits on aarch64 than on
 * x86-64, so a value can be had only for a processor.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public enum OpenFlag {
    //              x86-64    aarch64
    O_RDONLY      (0x0,      0x0),
    O_WRONLY      (0x1,      0x1),
    O_RDWR        (0x2,      0x2),
    O_CREAT       (0x40,     0x40),
    O_EXCL        (0x80,     0x80),
    O_NOCTTY      (0x100,    0x100),
    O_TRUNC       (0x200,    0x200),
    O_APPEND      (0x400,    0x400),
    O_NONBLOCK    (0x800,    0x800),
    /** Both bits; stands before O_DSYNC, which is one of them. */
    O_SYNC        (0x101000, 0x101000),
    O_DSYNC       (0x1000,   0x1000),
    O_ASYNC       (0x2000,   0x2000),
    O_DIRECT      (0x4000,   0x10000),
    O_LARGEFILE   (0x8000,   0x20000),
    /** Both bits; stands before O_DIRECTORY, which is one of them. */
    O_TMPFILE     (0x410000, 0x404000),
    O_DIRECTORY   (0x10000,  0x4000),
    O_NOFOLLOW    (0x20000,  0x8000),
    O_NOATIME     (0x40000,  0x40000),
    O_CLOEXEC     (0x80000,  0x80000),
    O_PATH        (0x200000, 0x200000);

    /** The mask of the access mode, whose values are O_RDONLY, O_WRONLY and O_RDWR. */
    public static final long O_ACCMODE = 0x3;

    private final long x64;
    private final long a64;

    OpenFlag(long x64, long a64) {
        this.x64 = x64;
        this.a64 = a64;
    }

    /** {@return the bits that the kernel of {@code arch} knows this flag by} */
    public long value(Arch arch) {
        return switch (arch) {
            case X86_64 -> x64;
            case AARCH64 -> a64;
        };
    }

    /** {@return the bits of all {@code flags} together, for the kernel of {@code arch}} */
    public static long bits(Arch arch, OpenFlag... flags) {
        long bits = 0;
        for (var flag : flags) bits |= flag.value(arch);
        return bits;
    }

    /**
     * {@return {@code bits} in C's words, as strace shows them: the access mode first, also when it is O_RDONLY, but not
     * beside O_PATH, where the kernel ignores it}
     */
    public static String show(Arch arch, long bits) {
        List<String> names = new ArrayList<>();
        boolean path = (bits & O_PATH.value(arch)) != 0;
        for (var flag : values()) {
            long value = flag.value(arch);
            boolean access = flag.ordinal() <= O_RDWR.ordinal();
            boolean there = access ? (bits & O_ACCMODE) == value && !(path && value == 0) : (bits & value) == value;
            if (there) {
                names.add(flag.name());
                if (!access) bits &= ~value;
            }
        }
        bits &= ~O_ACCMODE;
        if (bits != 0) names.add("0x" + Long.toHexString(bits));
        return String.join("|", names);
    }
}
