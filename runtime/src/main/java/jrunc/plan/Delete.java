package jrunc.plan;

import static jrunc.linux.AtFlag.AT_REMOVEDIR;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#delete">runtime.md, Delete</a>, in two tapes:
 * what still runs must have ended before it can be seen what is there to remove.
 */
public final class Delete {
    static final long POLLIN = 1;
    /** The caption of the cells that fail with EBUSY if the container has made cgroups. */
    public static final String CHILDLESS = "see that the cgroup has none below it";
    private static final long SECONDS = 10;

    private Delete() {}

    /** Ends the container's process, if it is there, and whatever else is in its cgroup, and waits for it. */
    public static Tape end(Global global, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Delete");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        if (record.pid() != 0) endProcess(imm(record.pid()), imm(record.startTime()), tape);
        if (record.ownsCgroup()) Kill.killRest(record, false, tape);
        // overlayfs keeps even the owner out of it, and it may hold something that must go.
        if (Cgroups.mayLackRight(host)) tape.attempt("look into what overlayfs left behind", t -> t
                .call(Sys.FCHMODAT, directory, text(StateDirectory.OVERLAY + "/work/work"), Operand.octal(0700)).forgive(ENOENT));
        tape.attempt("close the state of the container", t -> t.close(directory));
        return tape.finish();
    }

    private static void endProcess(Operand pid, Operand startTime, Recorder tape) {
        boolean known = pid instanceof Operand.Imm;
        tape.attempt(known ? "end process " + pid.shown() : "end the container's process", t -> {
            var pidfd = t.call(Sys.PIDFD_OPEN, pid, imm(0)).forgive(ESRCH, Errno.EINVAL);
            pidfd.onSuccess(u -> {
                var found = u.variable(-1);
                NamedProcess.noteStartTime(known ? text("/proc/" + pid.shown() + "/stat") : u.path("/proc/", pid, "/stat"), found, u);
                u.when(found, -1, startTime, v -> {
                    v.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)).forgive(ESRCH);
                    awaitEnd(pidfd, v);
                });
                u.close(pidfd);
            });
        });
    }

    /**
     * Both in one, of a container that this command has made and that has nothing that must be looked for first, such as a layer. It
     * fails with EBUSY if the container has made cgroups of its own.
     *
     * @param pid       of its process
     * @param startTime of that
     */
    public static Tape ofNew(Global global, Host host, ContainerRecord record, Operand pid, Operand startTime) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Delete");
        var root = tape.variable(-1);
        var cgroup = tape.variable(-1);
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        tape.attempt("open " + global.root(), t -> t.call(Sys.OPENAT, Handover.at(), text(global.root()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root));
        endProcess(pid, startTime, tape);
        if (!record.cgroup().isEmpty()) {
            tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint() + record.cgroup()),
                    t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
            Cgroups.kill(cgroup, tape);
            tape.attempt(CHILDLESS, t -> Cgroups.expectChildless(cgroup, t));
            removeCgroups(record, List.of(record.cgroup()), tape);
        }
        if (!record.pidFile().isEmpty()) removeFreshPidFile(record, tape);
        StateDirectory.remove(record.id(), root, directory, tape);
        tape.attempt("close the state of the container", t -> t.close(cgroup, directory, root));
        tape.cleanUp(t -> t.attempt("close the state of the container", u -> u.close(cgroup, directory, root)));
        return tape.finish();
    }

    /** The pid file itself is the caller's; this is what a killed create leaves beside it. */
    private static void removeFreshPidFile(ContainerRecord record, Recorder tape) {
        tape.attempt("remove a pid file that was not finished", t -> t
                .call(Sys.UNLINKAT, Handover.at(), text(PidFile.fresh(record.pidFile())), imm(0)).forgive(ENOENT, Errno.ENOTDIR));
    }

    /** A pidfd can be read once its process has ended; nobody needs to be its parent for that. */
    static void awaitEnd(Operand pidfd, Recorder t) {
        var ended = t.call(Sys.PPOLL, untilReadable(pidfd, t), imm(1), words(imm(SECONDS), imm(0)), NULL, imm(0)).tries(255);
        t.expect(ended, -1, imm(1), Errno.ETIMEDOUT);
    }

    /** {@return a struct pollfd: int fd, short events, short revents} */
    static Operand untilReadable(Operand fd, Recorder t) {
        var poll = t.block(8);
        t.own(jrunc.tape.Call.Own.ADD, fd, named(POLLIN << 32, "POLLIN<<32")).into(poll.word(0));
        return poll.address();
    }

    /**
     * Removes what is left.
     *
     * @param cgroups the container's cgroup and those below it, from the tree's root, innermost first
     * @param files   the directories below the state directory, and all that is in them, innermost first
     */
    public static Tape remove(Global global, Host host, ContainerRecord record, List<String> cgroups, List<Leftover> files) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Delete");
        var root = tape.variable(-1);
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        tape.attempt("open " + global.root(), t -> t.call(Sys.OPENAT, Handover.at(), text(global.root()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root));
        if (record.ownsCgroup()) removeCgroups(record, cgroups, tape);
        IntelRdt.remove(record, tape);
        for (var file : files) remove(file, directory, tape);
        if (!record.pidFile().isEmpty()) removeFreshPidFile(record, tape);
        StateDirectory.remove(record.id(), root, directory, tape);
        tape.attempt("close the state of the container", t -> t.close(directory, root));
        return tape.finish();
    }

    /**
     * Removes a state directory that has no record, unless a create is at it.
     *
     * @param removed 1 if it is gone, once the tape has played
     */
    public record Unrecorded(Tape tape, Operand.Word removed) {}

    /** {@return the tape that does so: it holds the lock while it looks for a record} */
    public static Unrecorded unrecorded(Global global, Host host, String id) {
        var tape = new Recorder(host.arch());
        tape.section("gc");
        var root = tape.variable(-1);
        var directory = tape.variable(-1);
        var free = tape.variable(0);
        var removed = tape.variable(0);
        tape.attempt("open " + global.root(), t -> t.call(Sys.OPENAT, Handover.at(), text(global.root()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root));
        StateDirectory.openIfFree(global, id, host.uid(), directory, free, tape);
        tape.attempt("look for the record of container " + id, t -> t.when(free, -1, imm(1), u -> u
                .call(Sys.OPENAT, directory, text(ContainerRecord.FILE), u.open(OpenFlag.O_PATH, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).on(ENOENT, v -> v.set(removed, imm(1)))));
        tape.when(removed, -1, imm(1), t -> StateDirectory.remove(id, root, directory, t));
        tape.attempt("close the state of the container", t -> t.close(directory, root));
        return new Unrecorded(tape.finish(), removed);
    }

    /**
     * Something in a directory below the state, most often in the throw-away layer; its name may be any bytes.
     *
     * @param path relative to the state directory
     */
    public record Leftover(byte[] path, boolean directory) {
        private Operand operand() {
            var ended = java.util.Arrays.copyOf(path, path.length + 1);
            return new Operand.Bytes(ended, '"' + new String(path, java.nio.charset.StandardCharsets.UTF_8) + '"');
        }
    }

    private static void remove(Leftover file, Operand directory, Recorder tape) {
        boolean layer = new String(file.path, java.nio.charset.StandardCharsets.ISO_8859_1).startsWith(StateDirectory.OVERLAY);
        tape.attempt(layer ? "remove the throw-away layer" : "remove the container's notify socket", t -> t
                .call(Sys.UNLINKAT, directory, file.operand(), file.directory ? flags(AT_REMOVEDIR) : imm(0)).forgive(ENOENT));
    }

    private static void removeCgroups(ContainerRecord record, List<String> cgroups, Recorder tape) {
        var base = tape.variable(-1);
        tape.attempt("open the cgroup tree " + record.mountPoint(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(base));
        for (var path : cgroups) {
            // Without processes, but not removed: what create had only found is not the container's ("MUST NOT be deleted").
            if (!path.equals(record.cgroup()) || record.cgroupsMade().contains(path)) Cgroups.remove(path, base, tape);
        }
        List<String> above = new ArrayList<>(record.cgroupsMade());
        above.remove(record.cgroup());
        Cgroups.removeIfUnused(above, base, tape);
        tape.attempt("close the cgroup tree", t -> t.close(base));
    }
}
