package jrunc.linux;

import java.util.ArrayList;
import java.util.List;

/** One named bit (or bits) of a flag word, such as {@code MS_RDONLY}. The kernel's names are kept whole. */
public interface Flag {
    /** {@return the bits} */
    long value();

    /** {@return the kernel's name; an enum has it already} */
    String name();

    /** {@return the bits of all {@code flags} together} */
    static long bits(Iterable<? extends Flag> flags) {
        long bits = 0;
        for (var flag : flags) bits |= flag.value();
        return bits;
    }

    /** {@return {@code bits} in C's words: {@code MS_NOSUID|MS_NODEV}; bits of no name in hexadecimal; no bit is {@code 0}} */
    static <F extends Enum<F> & Flag> String show(Class<F> type, long bits) {
        List<String> names = new ArrayList<>();
        for (F flag : type.getEnumConstants()) {
            if (flag.value() != 0 && (bits & flag.value()) == flag.value()) {
                names.add(flag.name());
                bits &= ~flag.value();
            }
        }
        if (bits != 0 || names.isEmpty()) names.add(bits == 0 ? "0" : "0x" + Long.toHexString(bits));
        return String.join("|", names);
    }
}
