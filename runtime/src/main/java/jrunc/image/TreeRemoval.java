package jrunc.image;

import static jrunc.linux.OpenFlag.O_DIRECTORY;
import static jrunc.linux.OpenFlag.O_NOFOLLOW;
import static jrunc.linux.OpenFlag.O_RDONLY;
import static jrunc.linux.ResolveFlag.RESOLVE_BENEATH;
import static jrunc.linux.ResolveFlag.RESOLVE_NO_SYMLINKS;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import jrunc.kernel.Fd;
import jrunc.kernel.FileCalls;
import jrunc.kernel.TreeCalls;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.linux.SyscallException;

/**
 * Removes a directory and all below it, however deep an archive has made it: one whose directories are not empty is moved up first, beside
 * those that are to be removed, so no path gets long and few descriptors are open.
 */
final class TreeRemoval {
    private static final long BENEATH = RESOLVE_BENEATH.value() | RESOLVE_NO_SYMLINKS.value();

    private final TreeCalls calls;
    private final String what;
    private int moved;

    TreeRemoval(TreeCalls calls, String what) {
        this.calls = calls;
        this.what = what;
    }

    /** Removes directory {@code name} of {@code in}. */
    void remove(Fd in, String name) {
        try (var directory = open(in, name)) {
            empty(directory);
        }
        check(calls.removeDirectory(in, name), Sys.UNLINKAT);
    }

    /** Removes all that is in {@code directory}, which is open for reading. */
    void empty(Fd directory) {
        var inner = new ArrayDeque<String>();
        for (var name : names(directory)) drop(directory, name, directory, inner);
        while (!inner.isEmpty()) {
            var name = inner.pop();
            try (var open = open(directory, name)) {
                for (var below : names(open)) drop(open, below, directory, inner);
            }
            check(calls.removeDirectory(directory, name), Sys.UNLINKAT);
        }
    }

    private void drop(Fd in, String name, Fd top, ArrayDeque<String> inner) {
        long removed = calls.remove(in, name);
        if (removed == -Errno.EISDIR.number()) removed = calls.removeDirectory(in, name);
        if (removed == -Errno.ENOTEMPTY.number()) {
            inner.push(in == top ? name : movedUp(in, name, top));
            return;
        }
        check(removed, Sys.UNLINKAT);
    }

    private String movedUp(Fd in, String name, Fd top) {
        while (true) {
            var free = ".removed." + moved++;
            if (calls.look(top, free).isPresent()) continue;
            calls.permit(in, name, 0700);
            check(calls.move(in, name, top, free), Sys.RENAMEAT);
            return free;
        }
    }

    private Fd open(Fd in, String name) {
        calls.permit(in, name, 0700);
        return Fd.owning(check(calls.openAt2(in, name, BENEATH, O_RDONLY, O_DIRECTORY, O_NOFOLLOW), Sys.OPENAT2));
    }

    private List<String> names(Fd directory) {
        check(calls.seek(directory, 0), Sys.LSEEK); // it may have been listed before
        var names = new ArrayList<String>();
        for (var name : FileCalls.list(directory, what)) names.add(ByteText.of(name));
        return names;
    }

    private long check(long result, Sys sys) {
        if (result < 0) throw new SyscallException("remove " + what, sys, result);
        return result;
    }
}
