package jrunc.plan;

import static jrunc.tape.Operand.imm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The first bytes of a program that execve(2) did not take, and what they say of the reason: the kernel's errno speaks of the
 * interpreter, the loader or the processor as if it were of the program.
 */
public final class ProgramHead {
    /** How many bytes are read: an ELF file's headers and its loader's name stand in them. A pipe carries them whole. */
    public static final int SIZE = 2048;

    private static final int ELF64 = 2;
    private static final int MACHINE = 18;
    private static final int PT_INTERP = 3;

    private final byte[] head;
    private final int length;

    private ProgramHead(byte[] head) {
        this.head = head;
        int end = head.length;
        while (end > 0 && head[end - 1] == 0) end--;
        length = end;
    }

    /** After a failed exec: behind the report go the program's first bytes, as far as it can be read. */
    static void send(Operand program, Operand report, Recorder t) {
        var head = t.scratch(4096);
        var file = t.call(Sys.OPENAT, Handover.at(), program, t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_NOCTTY, OpenFlag.O_CLOEXEC));
        file.forgiveAll().onSuccess(u -> {
            var read = u.call(Sys.READ, file, head.address(), imm(SIZE));
            read.forgiveAll().onSuccess(v -> v.call(Sys.WRITE, report, head.address(), read).forgiveAll());
        });
    }

    /**
     * {@return why execve answered so, beginning with "; ", or nothing if the program's first bytes do not tell}
     *
     * @param result what execve answered, {@code -errno}
     * @param head   the first bytes, and zeros; all zeros if the program could not be read
     * @param arch   what this machine is
     */
    public static String diagnosis(long result, byte[] head, Arch arch) {
        var why = new ProgramHead(head).why(Errno.of(result), arch);
        return why == null ? "" : "; " + why;
    }

    private String why(Errno errno, Arch arch) {
        if (errno != Errno.ENOENT && errno != Errno.EACCES && errno != Errno.ENOEXEC && errno != Errno.ELIBBAD || length == 0) return null;
        if (length > 2 && head[0] == '#' && head[1] == '!') return script(errno);
        if (length > 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F') return elf(errno, arch);
        return errno == Errno.ENOEXEC ? "it is neither an ELF file nor a script that begins with #!" : null;
    }

    private String script(Errno errno) {
        String line = new String(head, 2, lineEnd() - 2, StandardCharsets.UTF_8);
        String interpreter = line.strip().split("[ \t]", 2)[0];
        if (interpreter.isEmpty()) return "the line of its #! names no interpreter";
        if (line.endsWith("\r")) {
            return "it has Windows line ends, so that its interpreter is \"" + interpreter + "\\r\"; convert it, as dos2unix does";
        }
        return "its interpreter " + interpreter + switch (errno) {
            case ENOENT -> " is not in the root file system, or lacks its own loader";
            case EACCES -> " may not be executed";
            default -> " is no program of this machine";
        };
    }

    private int lineEnd() {
        int end = 2;
        while (end < length && head[end] != '\n') end++;
        return end;
    }

    private String elf(Errno errno, Arch arch) {
        var bytes = ByteBuffer.wrap(head).order(head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int machine = bytes.getShort(MACHINE) & 0xffff;
        if (errno == Errno.ENOENT) {
            String loader = loader(bytes);
            return loader.isEmpty() ? null : "its dynamic loader " + loader + " is not in the root file system; it is linked for another libc, "
                    + "or its libraries were not copied";
        }
        if (errno != Errno.ENOEXEC) return null;
        int own = arch == Arch.X86_64 ? 62 : 183;
        return machine == own ? "it is a damaged ELF file, or a library" : "it is built for " + machine(machine) + ", and this machine is " + machine(own);
    }

    /** Elf64_Ehdr and Elf64_Phdr, or their 32-bit forms, of {@code <elf.h>}. */
    private String loader(ByteBuffer bytes) {
        boolean wide = head[4] == ELF64;
        long at = wide ? bytes.getLong(32) : bytes.getInt(28);
        int size = bytes.getShort(wide ? 54 : 42);
        int count = bytes.getShort(wide ? 56 : 44);
        for (int i = 0; i < count && at >= 0 && at + size <= length && size >= 32; i++, at += size) {
            if (bytes.getInt((int) at) != PT_INTERP) continue;
            return text(wide ? bytes.getLong((int) at + 8) : bytes.getInt((int) at + 4));
        }
        return "";
    }

    private String text(long from) {
        if (from < 0 || from >= length) return "";
        int end = (int) from;
        while (end < length && head[end] != 0) end++;
        return new String(head, (int) from, end - (int) from, StandardCharsets.UTF_8);
    }

    /** {@code e_machine}. */
    private static String machine(int number) {
        return switch (number) {
            case 3 -> "i386";
            case 8 -> "mips";
            case 21 -> "ppc64";
            case 22 -> "s390x";
            case 40 -> "arm";
            case 62 -> "x86-64";
            case 183 -> "aarch64";
            case 243 -> "riscv64";
            case 258 -> "loongarch64";
            default -> "processor " + number + " of elf.h";
        };
    }
}
