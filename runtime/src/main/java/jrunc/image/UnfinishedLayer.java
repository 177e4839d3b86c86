package jrunc.image;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_NOFOLLOW;
import static jrunc.linux.OpenFlag.O_RDONLY;

import jrunc.kernel.Fd;
import jrunc.kernel.TreeCalls;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * A directory of {@code STORE/unpacking} that is this process's, as long as it holds the lock: the kernel lets go of that when the process ends,
 * however it does. Then whoever locks it next finds what was left, and removes it.
 */
final class UnfinishedLayer implements AutoCloseable {
    private final TreeCalls calls;
    private final Fd unpacking;
    private final String name;
    private final Fd top;
    private boolean moved;

    private UnfinishedLayer(TreeCalls calls, Fd unpacking, String name, Fd top) {
        this.calls = calls;
        this.unpacking = unpacking;
        this.name = name;
        this.top = top;
    }

    /**
     * {@return directory {@code name} of {@code unpacking}, made if it is missing, empty and locked; or null if somebody else had it, and has now
     * finished or given up} Waits for whoever has it.
     */
    static UnfinishedLayer claim(TreeCalls calls, Fd unpacking, String name) {
        long made = calls.makeDirectory(unpacking, name, 0700);
        if (made != -Errno.EEXIST.number()) check(made, Sys.MKDIRAT, name);
        return locked(calls, unpacking, name, true);
    }

    /** Removes {@code name} of {@code unpacking}, unless somebody works on it. */
    static void removeAbandoned(TreeCalls calls, Fd unpacking, String name) {
        var abandoned = locked(calls, unpacking, name, false);
        if (abandoned != null) abandoned.close();
    }

    private static UnfinishedLayer locked(TreeCalls calls, Fd unpacking, String name, boolean wait) {
        calls.permit(unpacking, name, 0700);
        long opened = calls.openAt2(unpacking, name, 0, O_RDONLY, O_DIRECTORY, O_NOFOLLOW);
        if (opened == -Errno.ENOENT.number()) return null;
        var top = Fd.owning(check(opened, Sys.OPENAT2, name));
        long locked = calls.lock(top, wait);
        var there = locked == 0 ? calls.look(unpacking, name) : null;
        if (there == null || there.isEmpty() || !there.get().isSameFile(calls.look(top, "").orElseThrow())) {
            top.close();
            if (locked != -Errno.EAGAIN.number()) check(locked, Sys.FLOCK, name);
            return null;
        }
        var unfinished = new UnfinishedLayer(calls, unpacking, name, top);
        new TreeRemoval(calls, name).empty(top);
        return unfinished;
    }

    private static long check(long result, Sys sys, String name) {
        if (result < 0) throw new SyscallException("lock layer " + name, sys, result);
        return result;
    }

    Fd top() {
        return top;
    }

    /** Makes it the layer {@code hex} of {@code layers}: from now on it is whole. Nothing happens if that is there already. */
    void finish(Fd layers, String hex) {
        long done = calls.move(unpacking, name, layers, hex);
        if (done == -Errno.ENOTEMPTY.number() || done == -Errno.EEXIST.number()) return;
        if (done < 0) throw new SyscallException("move layer " + hex + " to its place", Sys.RENAMEAT, done);
        moved = true;
    }

    /** Removes it, unless it is a layer now, and lets go of the lock. */
    @Override public void close() {
        try (top) {
            if (moved) return;
            new TreeRemoval(calls, name).empty(top);
            long removed = calls.removeDirectory(unpacking, name);
            if (removed < 0) throw new SyscallException("remove unfinished layer " + name, Sys.UNLINKAT, removed);
        }
    }
}
