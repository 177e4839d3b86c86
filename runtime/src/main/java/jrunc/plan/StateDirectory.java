package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_REMOVEDIR;
import static jrunc.linux.Errno.EAGAIN;
import static jrunc.linux.Errno.EEXIST;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ENOSPC;
import static jrunc.linux.Errno.EPERM;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.util.List;
import jrunc.host.Host;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * A container's own directory below the root of the state, {@code /run/jrunc/ID}, mode 0711. Making it claims the id; a lock on
 * it keeps commands on one container apart, and the kernel takes it off a command that is killed.
 */
public final class StateDirectory {
    /** The copy of config.json: later changes of the bundle's must not matter. */
    public static final String CONFIG = "config.json";
    /** A fifo: a byte in it says start. It is there as long as the container has not been started. */
    public static final String START = "start";
    /** A fifo: what the container's process reports, while somebody listens. */
    public static final String REPORT = "report";
    /** The throw-away layer of {@code --overlay}. */
    public static final String OVERLAY = "overlay";
    /** Every plain file that may be there. */
    static final List<String> FILES = List.of(CONFIG, CONFIG + ".new", START, REPORT, FrontPage.FILE, FrontPage.FILE + ".new",
            ContainerRecord.FILE, ContainerRecord.FILE + ".new");
    static final long LOCK_EX = 2;
    private static final long LOCK_NB = 4;

    private StateDirectory() {}

    /** {@return the absolute path of a container's directory} */
    public static String path(Global global, String id) {
        return global.root() + "/" + id;
    }

    /** Makes the directory, which fails if the id is taken; {@code claimed} becomes 0 if it did not, {@code directory} its descriptor. */
    static void claim(Global global, String id, Host host, Operand.Word root, Operand.Word claimed, Operand.Word directory, Recorder tape) {
        tape.section("runtime.md, Create");
        for (int slash = global.root().indexOf('/', 1); slash > 0; slash = global.root().indexOf('/', slash + 1)) {
            makeRoot(global.root().substring(0, slash), 0755, tape);
        }
        // Sticky: what cleans up an ordinary user's XDG_RUNTIME_DIR leaves it alone.
        makeRoot(global.root(), Cgroups.mayLackRight(host) ? 01700 : 0700, tape);
        tape.attempt("claim the id " + id + " in " + global.root(), t -> {
            t.call(Sys.OPENAT, Handover.at(), text(global.root()), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root);
            ownOnly(global.root(), root, host.uid(), t);
            t.call(Sys.MKDIRAT, root, text(id), octal(0711)).into(claimed);
            t.call(Sys.OPENAT, root, text(id), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(directory);
        });
        lock(id, directory, tape);
    }

    /** Who could write here could make jrunc act on any process of the host. */
    private static void ownOnly(String path, Operand directory, long uid, Recorder tape) {
        tape.attempt(path + " must belong to user " + uid + " and be writable for nobody else", t -> {
            var stat = t.scratch(StatxField.SIZE);
            t.call(Sys.STATX, directory, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_UID, StatxMask.STATX_MODE), stat.address());
            t.expect(stat.word(2), 0xFFFFFFFFL << 32, named(uid << 32, "uid " + uid), EPERM); // stx_uid is its upper half
            t.expect(stat.word(3), Handover.mode(022), imm(0), EPERM);
        });
    }

    private static void makeRoot(String path, int mode, Recorder tape) {
        tape.attempt("make the directory " + path, t -> t.call(Sys.MKDIRAT, Handover.at(), text(path), octal(mode)).forgive(EEXIST));
    }

    /** Opens the directory of a container that is there, and keeps other commands out of it until this one ends. */
    static Operand.Word open(Global global, String id, long uid, Recorder tape) {
        var directory = tape.variable(-1);
        tape.attempt("open the state of container " + id, t -> t.call(Sys.OPENAT, Handover.at(), text(path(global, id)),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(directory));
        ownOnly(path(global, id), directory, uid, tape);
        lock(id, directory, tape);
        return directory;
    }

    /** Looks at the directory of a container that is there, for who only reads it, and lets other commands in. */
    static void see(Global global, String id, long uid, Recorder tape) {
        var directory = tape.variable(-1);
        tape.attempt("open the state of container " + id, t -> t.call(Sys.OPENAT, Handover.at(), text(path(global, id)),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(directory));
        ownOnly(path(global, id), directory, uid, tape);
        tape.attempt("close the state of container " + id, t -> t.close(directory));
    }

    /** Opens the directory and locks it, too, but only if no other command has it; {@code free} becomes 1 then. */
    static void openIfFree(Global global, String id, long uid, Operand.Word directory, Operand.Word free, Recorder tape) {
        tape.attempt("open the state of container " + id, t -> t.call(Sys.OPENAT, Handover.at(), text(path(global, id)),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(directory));
        ownOnly(path(global, id), directory, uid, tape);
        tape.attempt("lock container " + id + " if nobody else has it", t -> t
                .call(Sys.FLOCK, directory, named(LOCK_EX | LOCK_NB, "LOCK_EX|LOCK_NB")).forgive(EAGAIN).on(0, u -> u.set(free, imm(1))));
    }

    private static void lock(String id, Operand directory, Recorder tape) {
        tape.attempt("lock container " + id, t -> t.call(Sys.FLOCK, directory, named(LOCK_EX, "LOCK_EX")).tries(255));
    }

    /** Writes a file whole or not at all: a new one takes the old one's place. No fsync, for no container outlives the boot. */
    static void write(String name, Operand bytes, Operand length, Operand directory, Recorder tape) {
        tape.attempt("write " + name + " of the container's state", t -> {
            String fresh = name + ".new";
            var file = t.call(Sys.OPENAT, directory, text(fresh),
                    t.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_TRUNC, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC), octal(0600));
            var written = t.call(Sys.WRITE, file, bytes, length);
            t.expect(written, -1, length, ENOSPC); // a full file system takes a part
            t.close(file);
            t.call(Sys.RENAMEAT, directory, text(fresh), directory, text(name));
        });
    }

    /** Removes the files and, last, the directory. Its id is free then. */
    static void remove(String id, Operand root, Operand directory, Recorder tape) {
        for (var file : FILES) {
            tape.attempt("remove " + file + " of the container's state", t -> t.call(Sys.UNLINKAT, directory, text(file), imm(0)).forgive(ENOENT));
        }
        tape.attempt("remove the state directory of container " + id, t -> t.call(Sys.UNLINKAT, root, text(id), flags(AT_REMOVEDIR)).forgive(ENOENT));
    }
}
