package jrunc.machine;

import static jrunc.linux.CloneFlag.CLONE_CLEAR_SIGHAND;
import static jrunc.linux.CloneFlag.CLONE_VFORK;
import static jrunc.linux.CloneFlag.CLONE_VM;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import jrunc.kernel.Memory;
import jrunc.kernel.Trap;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;

/**
 * Plays clone3 for a JVM. <strong>The child must never return into Java</strong>: its only thread would meet a heap whose
 * collector is gone and locks whose owners are gone. So the call is made here, in a few instructions in executable memory,
 * and the child goes on in the {@link TapeMachine} behind them: it plays the cells that follow, which end in an exec or an
 * exit.
 *
 * <p>The child shares the JVM's memory until then (CLONE_VM), which is quick however large the heap is, and the calling
 * thread waits for it (CLONE_VFORK); the JVM's other threads go on, the collector too. All signals are blocked around it,
 * in these instructions and not by Java code, which needs SIGSEGV for its own safepoints. The child keeps them blocked,
 * until its tape says otherwise, with no handler of the JVM's left (CLONE_CLEAR_SIGHAND, since Linux 5.5).
 *
 * <p>The pointer that the code is called with leads to:
 * <pre>
 *  0        8      16      24          32            40         48       56
 *  +--------+------+-------+-----------+-------------+----------+--------+------------+-------+
 *  | header | cell | &amp;args | args size | all signals | old mask | result | clone_args | stack |
 *  +--------+------+-------+-----------+-------------+----------+--------+------------+-------+
 * </pre>
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone(2)</a>
 */
final class Springboard implements AutoCloseable {
    private static final int HEADER = 0;
    private static final int CELL_AT = 8;
    private static final int ARGS = 16;
    private static final int ARGS_SIZE = 24;
    private static final int ALL_SIGNALS = 32;
    private static final int OLD_MASK = 40;
    private static final int ANSWER = 48;
    private static final int STRUCT = 56;

    private static final int SIG_SETMASK = 2;
    private static final int MASK_SIZE = 8;

    /** CLONE_ARGS_SIZE_VER0; the kernel knows no smaller one. */
    private static final int LEAST_ARGS = 64;
    private static final int MOST_ARGS = 4096;
    private static final int FLAGS_AT = 0;
    private static final int STACK_AT = 40;
    private static final int STACK_SIZE_AT = 48;
    private static final int STACK = 4096;

    private final Memory code;

    Springboard() {
        code = Memory.executable(TapeMachine.springboard(Arch.host()));
    }

    /**
     * Clones as the {@code clone_args} at {@code args} say. For the child this is the cell at {@code cell}, of the tape whose
     * header is at {@code header}, and its result is 0; it goes on with what follows from that.
     *
     * @return the child's pid, after the child has left the JVM's memory, or {@code -errno}
     */
    long launch(long header, long cell, long args, long size) {
        if (size < LEAST_ARGS) return -Errno.EINVAL.number();
        if (size > MOST_ARGS) return -Errno.E2BIG.number();
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(STRUCT + size + STACK, 16);
            long struct = memory.address() + STRUCT;
            var block = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            block.putLong(HEADER, header).putLong(CELL_AT, cell).putLong(ARGS, struct).putLong(ARGS_SIZE, size);
            block.putLong(ALL_SIGNALS, -1);
            block.put(STRUCT, Memory.at(args, size), 0, (int) size);
            long flags = block.getLong(STRUCT + FLAGS_AT) | CLONE_VM.value() | CLONE_VFORK.value() | CLONE_CLEAR_SIGHAND.value();
            block.putLong(STRUCT + FLAGS_AT, flags);
            block.putLong(STRUCT + STACK_AT, struct + size + 15 & -16).putLong(STRUCT + STACK_SIZE_AT, STACK - 16);
            return Trap.code(code.address(), memory.address());
        }
    }

    /**
     * The instructions: the parent returns to its caller, and the child comes out at their end, with RESULT 0, its cell in
     * CELL and the header in T. Only registers that C lets a function change are changed before the two part.
     */
    static void leap(Assembler code, Arch arch) {
        var blocked = new Label();
        var child = new Label();
        code.move(A5, A0);
        setMask(code, arch, ALL_SIGNALS);
        code.jumpIf(RESULT, EQUAL, 0, blocked);
        code.giveBack();
        code.place(blocked);
        code.load64(A0, A5, ARGS);
        code.load64(A1, A5, ARGS_SIZE);
        code.call(Sys.CLONE3);
        code.jumpIf(RESULT, EQUAL, 0, child);
        code.store64(RESULT, A5, ANSWER);
        setMask(code, arch, OLD_MASK);
        code.load64(RESULT, A5, ANSWER);
        code.giveBack();
        code.place(child);
        code.load64(CELL, A5, CELL_AT);
        code.load64(T, A5, HEADER);
    }

    /** {@code rt_sigprocmask(SIG_SETMASK, mask, old, 8)}; the second time it reads what the first time it wrote. */
    private static void setMask(Assembler code, Arch arch, int mask) {
        code.set(A0, SIG_SETMASK);
        code.move(A1, A5);
        code.add(A1, mask);
        if (mask == OLD_MASK) {
            code.set(A2, 0);
        } else {
            code.move(A2, A5);
            code.add(A2, OLD_MASK);
        }
        code.set(A3, MASK_SIZE);
        code.call(Sys.RT_SIGPROCMASK);
    }

    /** Gives the code's memory back. */
    @Override public void close() {
        code.close();
    }
}
