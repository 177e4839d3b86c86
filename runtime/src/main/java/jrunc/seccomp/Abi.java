package jrunc.seccomp;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Arch;

/**
 * A way to ask the kernel: how its calls are numbered and how wide their arguments are. The kernel tells a filter the
 * {@code AUDIT_ARCH_*} of {@code <linux/audit.h>}; x32 has that of x86-64 and a bit in each number.
 */
enum Abi {
    //      the spec's word        audit       wide   x32 bit     column of the table
    X86_64 ("SCMP_ARCH_X86_64",  0xC000003E, true,  0,          28, 33),
    X86    ("SCMP_ARCH_X86",     0x40000003, false, 0,          33, 38),
    X32    ("SCMP_ARCH_X32",     0xC000003E, false, 0x40000000, 45, 50),
    AARCH64("SCMP_ARCH_AARCH64", 0xC00000B7, true,  0,          50, 55),
    ARM    ("SCMP_ARCH_ARM",     0x40000028, false, 0,          55, 63);

    /** Where the table says what else a 32-bit x86 program can ask by. */
    static final int VIA = 38;
    static final int VIA_END = 45;

    private final String word;
    final int audit;
    /** Whether arguments have 64 bits; else their upper halves do not count, as libseccomp has it, for x32 too. */
    final boolean wide;
    final int bit;
    final int column;
    final int columnEnd;

    Abi(String word, int audit, boolean wide, int bit, int column, int columnEnd) {
        this.word = word;
        this.audit = audit;
        this.wide = wide;
        this.bit = bit;
        this.column = column;
        this.columnEnd = columnEnd;
    }

    /**
     * {@return those that a filter must speak of: the processor's own, which needs no mention, and of the mentioned ones those
     * that this processor can run} What the others ask cannot happen here.
     */
    static List<Abi> of(Arch processor, List<String> mentioned) {
        List<Abi> abis = new ArrayList<>();
        boolean x86 = processor == Arch.X86_64;
        abis.add(x86 ? X86_64 : AARCH64);
        if (x86 && mentioned.contains(X32.word)) abis.add(X32);
        if (x86 && mentioned.contains(X86.word)) abis.add(X86);
        if (!x86 && mentioned.contains(ARM.word)) abis.add(ARM);
        return abis;
    }
}
