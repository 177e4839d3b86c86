package jrunc.machine;

import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.RESULT;

import java.util.List;
import jrunc.linux.Errno;
import jrunc.linux.Signal;
import jrunc.linux.Sys;

/** What a program that plays in the foreground does first, so that no signal is lost and none of its files becomes anybody's stdout. */
final class ProgramStart {
    /** The file that takes the place of a closed standard descriptor. */
    static final String NOTHING = "/dev/null";
    /** The signals that are blocked: what the kernel sends for a fault of this process must arrive, what others send waits for who reads it. */
    static final long SIGNALS = signals();

    private static final long AT_FDCWD = 0xFFFFFF9CL;
    private static final int F_GETFD = 1;
    private static final int O_RDWR = 2;
    private static final int SIG_BLOCK = 0;
    private static final int STDERR = 2;

    private ProgramStart() {}

    private static long signals() {
        long all = -1;
        for (var fault : List.of("ILL", "TRAP", "BUS", "FPE", "SEGV", "SYS")) all &= ~(1L << Signal.named(fault, false).number() - 1);
        return all;
    }

    /**
     * @param signals the address of {@link #SIGNALS}
     * @param before  the address of room for the signals that the caller has blocked; 0 to forget them
     * @param nothing the address of {@link #NOTHING}
     */
    static void emit(Assembler code, long signals, long before, long nothing) {
        code.set(A0, SIG_BLOCK);
        code.set(A1, signals);
        code.set(A2, before);
        code.set(A3, Long.BYTES);
        code.call(Sys.RT_SIGPROCMASK);
        for (int fd = 0; fd <= STDERR; fd++) {
            var open = new Label();
            code.set(A0, fd);
            code.set(A1, F_GETFD);
            code.call(Sys.FCNTL);
            code.jumpIf(RESULT, NOT_EQUAL, -Errno.EBADF.number(), open);
            code.set(A0, AT_FDCWD);
            code.set(A1, nothing);
            code.set(A2, O_RDWR);
            code.set(A3, 0);
            code.call(Sys.OPENAT);
            code.place(open);
        }
    }
}
