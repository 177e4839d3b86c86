package jrunc.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * The one door to the kernel: {@code syscall(2)} of the C library.
 *
 * <p>Linking is what costs (tens of milliseconds in a new JVM), so one shape is linked once, without an address: the same
 * handle also calls {@linkplain #code machine code} of jrunc's own. It is not linked as variadic, although C declares
 * {@code syscall} so: neither x86-64 nor aarch64 Linux passes whole numbers any differently then, and linking is quicker.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2)</a>
 */
public final class Trap {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final int ERRNO_AT = (int) STATE.byteOffset(PathElement.groupElement("errno"));
    private static final MethodHandle FUNCTION = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));
    private static final MemorySegment SYSCALL = Linker.nativeLinker().defaultLookup().findOrThrow("syscall");
    private static final Arch ARCH = Arch.host();

    private Trap() {}

    /** {@return the result, or {@code -errno} (-4095 to -1), as the kernel itself answers} */
    public static long call(Sys sys, long... args) {
        var a = Arrays.copyOf(args, 6);
        try (var arena = Arena.ofConfined()) {
            return call(errno(arena), sys.number(ARCH), a[0], a[1], a[2], a[3], a[4], a[5]);
        }
    }

    /**
     * {@return the result, which is no error}
     *
     * @throws SyscallException that names the {@code attempt}, if it is one
     */
    public static long orThrow(String attempt, Sys sys, long... args) {
        long result = call(sys, args);
        if (result < 0) throw new SyscallException(attempt, sys, result);
        return result;
    }

    /** {@return room for one call's errno, for {@link #call(MemorySegment, long, long, long, long, long, long, long)}} */
    public static MemorySegment errno(Arena arena) {
        return arena.allocate(STATE);
    }

    /**
     * For whoever makes many calls in a row: {@return the result of system call {@code number}, or {@code -errno}}
     *
     * @param errno from {@link #errno}; of one thread, but of any number of calls
     */
    public static long call(MemorySegment errno, long number, long a0, long a1, long a2, long a3, long a4, long a5) {
        long result = function(SYSCALL, errno, number, a0, a1, a2, a3, a4, a5);
        return result == -1 ? -errno.asByteBuffer().order(ByteOrder.nativeOrder()).getInt(ERRNO_AT) : result;
    }

    /**
     * Calls machine code as a C function of one pointer.
     *
     * @param address where executable code is that keeps to the C calling convention; see {@link Memory#executable}
     * @return what it returns
     */
    public static long code(long address, long pointer) {
        try (var arena = Arena.ofConfined()) {
            return function(MemorySegment.ofAddress(address), errno(arena), pointer, 0, 0, 0, 0, 0, 0);
        }
    }

    private static long function(MemorySegment target, MemorySegment errno, long a0, long a1, long a2, long a3, long a4,
                                 long a5, long a6) {
        try {
            return (long) FUNCTION.invokeExact(target, errno, a0, a1, a2, a3, a4, a5, a6);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);      // the native linker throws nothing checked
        }
    }
}
