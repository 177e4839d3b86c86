package jrunc.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/** Whole pages of the JVM's address space, given back by {@link #close}. */
public final class Memory implements AutoCloseable {
    private static final long PROT_READ = 1;
    private static final long PROT_WRITE = 2;
    private static final long PROT_EXEC = 4;
    private static final long MAP_PRIVATE = 2;
    private static final long MAP_ANONYMOUS = 0x20;

    private final long address;
    private final long size;
    private boolean closed;

    private Memory(long address, long size) {
        this.address = address;
        this.size = size;
    }

    /**
     * Places machine code where it can be executed, and no longer written. The kernel itself makes the instruction cache of
     * aarch64 see the code: it does so whenever a page becomes executable.
     *
     * <p>{@code mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)}, then
     * {@code mprotect(address, size, PROT_READ|PROT_EXEC)}. {@code EACCES}, {@code EPERM}: a security policy forbids it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/mprotect.2.html">mprotect(2)</a>
     */
    public static Memory executable(byte[] code) {
        long address = Trap.orThrow("map " + code.length + " bytes of memory", Sys.MMAP,
                0, code.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        var memory = new Memory(address, code.length);
        at(address, code.length).put(code);
        long answer = Trap.call(Sys.MPROTECT, address, code.length, PROT_READ | PROT_EXEC);
        if (answer == 0) return memory;
        memory.close();
        throw new SyscallException("make memory executable", Sys.MPROTECT, answer);
    }

    /**
     * {@return {@code size} bytes of the JVM's own address space at {@code address}, little-endian}
     * Whoever asks must know that they are there and stay there: the JVM crashes otherwise.
     */
    public static ByteBuffer at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return where it begins} */
    public long address() {
        if (closed) throw new IllegalStateException("memory used after it was given back");
        return address;
    }

    /** Gives the memory back: {@code munmap(address, size)}. A second time does nothing. */
    @Override public void close() {
        if (closed) return;
        closed = true;
        long answer = Trap.call(Sys.MUNMAP, address, size);
        if (answer != 0) throw new IllegalStateException("munmap: " + Errno.shown(answer));
    }
}
