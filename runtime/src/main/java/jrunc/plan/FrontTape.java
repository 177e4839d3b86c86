package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_REMOVEDIR;
import static jrunc.linux.Errno.EBUSY;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.EIO;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.EPERM;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.linux.Errno.ETIMEDOUT;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * The tape that the front carries with it: {@code start}, {@code kill}, {@code state} and {@code delete} of a container whose
 * {@link FrontPage} allows it, with no JVM. Wherever something is not as usual it fails, having changed nothing that a JVM
 * which does the command from its beginning would not do again; that one finds the words for it, too. One thing cannot be done
 * twice: a container that was told to start and could not has said why, and the front hands that on.
 * Of a command that a server records it only finds the record, or the server: see {@link FrontServed}.
 *
 * <p>Nobody but the user who asks may have been able to write what is gone by here: the root of the state and the container's
 * directory are that user's own and nobody else can write there, which is checked before the first word of the page counts.
 */
public final class FrontTape {
    /** The commands by their number in {@code verb}. */
    public enum Verb { START, KILL, STATE, DELETE, SERVE, FORM }

    /** How long the page may be, in bytes: so much room begins at the address that the tape is recorded for. */
    public static final int PAGE = FrontPage.MOST;
    /** What the container's process may answer to start: its report and what follows. */
    public static final int ANSWER = Report.SIZE + ProgramHead.SIZE;

    private static final long SECONDS = 10;
    private static final long MILLISECOND = 1_000_000;
    private static final int STDOUT = 1;
    private static final int PIECES = 5;

    private final Recorder tape;
    private final long page;
    private final long answer;
    private final Operand.Word root;
    private final Operand.Word id;
    private final Operand.Word verb;
    private final Operand.Word force;
    private final Operand.Word signal;
    private final Operand.Word told;
    private final Operand.Word socket;
    private final Operand.Word rootDirectory;
    private final Operand.Word directory;
    private final Operand.Word file;
    private final Operand.Word pidfd;
    private final Operand.Word listen;
    private final Operand.Word start;
    private final Operand.Word cgroup;
    private final Operand.Word running;
    private final Operand.Word frozen;
    private final Block head;
    private final FrontServed served;

    /**
     * The recorded tape, and the words that say what is asked for.
     *
     * @param root   the address of the path of the state's root; for a server that is not root's, of the user's runtime directory
     * @param id     the address of the container's id
     * @param verb   the {@link Verb}'s ordinal
     * @param force  whether delete may end the container, 1 or 0
     * @param signal which signal kill sends
     * @param told   becomes 1 once the container's process was told to start
     * @param socket the descriptor of the connection with a server, if that was asked for
     * @param asked  by what a form is found
     */
    public record Recorded(Tape tape, Operand.Word root, Operand.Word id, Operand.Word verb, Operand.Word force, Operand.Word signal,
            Operand.Word told, Operand.Word socket, FrontServed.Asked asked) {}

    private FrontTape(Arch arch, long page, long answer, long form, String forms) {
        tape = new Recorder(arch);
        this.page = page;
        this.answer = answer;
        root = tape.variable(0);
        id = tape.variable(0);
        verb = tape.variable(0);
        force = tape.variable(0);
        signal = tape.variable(0);
        told = tape.variable(0);
        socket = tape.variable(-1);
        rootDirectory = tape.variable(-1);
        directory = tape.variable(-1);
        file = tape.variable(-1);
        pidfd = tape.variable(-1);
        listen = tape.variable(-1);
        start = tape.variable(-1);
        cgroup = tape.variable(-1);
        running = tape.variable(0);
        frozen = tape.variable(0);
        head = tape.block(FrontPage.HEAD);
        served = new FrontServed(tape, new FrontServed.Files(root, rootDirectory, directory, file, socket), form, forms);
    }

    /**
     * @param page   the address of {@link #PAGE} bytes of room
     * @param answer the address of {@link #ANSWER} bytes of room
     * @param form   the address where a form goes, behind its head
     * @param forms  the directory of the forms
     */
    public static Recorded of(Arch arch, long page, long answer, long form, String forms) {
        return new FrontTape(arch, page, answer, form, forms).record();
    }

    private Recorded record() {
        tape.section("the front");
        tape.when(verb, -1, imm(Verb.FORM.ordinal()), _ -> served.form());
        tape.when(verb, -1, imm(Verb.SERVE.ordinal()), _ -> served.connect());
        tape.unless(verb, -1, imm(Verb.FORM.ordinal()), t -> t.unless(verb, -1, imm(Verb.SERVE.ordinal()), _ -> {
            open();
            readPage();
            findProcess();
        }));
        tape.when(verb, -1, imm(Verb.STATE.ordinal()), _ -> state());
        tape.when(verb, -1, imm(Verb.START.ordinal()), _ -> start());
        tape.when(verb, -1, imm(Verb.KILL.ordinal()), _ -> kill());
        tape.when(verb, -1, imm(Verb.DELETE.ordinal()), _ -> delete());
        // The directory is locked, and who does the command anew must get in.
        tape.cleanUp(t -> t.attempt("close all", u -> u.close(socket, listen, start, cgroup, pidfd, file, directory, rootDirectory)));
        return new Recorded(tape.finish(), root, id, verb, force, signal, told, socket, served.asked());
    }

    private void open() {
        var uid = tape.variable(-1);
        tape.attempt("open the state of the container", t -> {
            t.call(Sys.GETEUID).into(uid);
            t.call(Sys.OPENAT, Handover.at(), root, t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(rootDirectory);
            own(rootDirectory, uid, t);
            t.call(Sys.OPENAT, rootDirectory, id, t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(directory);
            own(directory, uid, t);
        });
        tape.attempt("lock the container", t -> t.unless(verb, -1, imm(Verb.STATE.ordinal()),
                u -> u.call(Sys.FLOCK, directory, named(StateDirectory.LOCK_EX, "LOCK_EX")).tries(255)));
        tape.attempt("open the front's page", t -> t
                .call(Sys.OPENAT, directory, text(FrontPage.FILE), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(file));
    }

    /** As for the record: who could write there could make jrunc act on any process of the host. */
    static void own(Operand file, Operand uid, Recorder t) {
        var stat = t.scratch(StatxField.SIZE);
        t.call(Sys.STATX, file, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_UID, StatxMask.STATX_MODE, StatxMask.STATX_SIZE), stat.address());
        var owner = t.high(stat.word(2));
        t.expect(owner, -1, uid, EPERM);
        t.expect(stat.word(3), Handover.mode(022), imm(0), EPERM);
    }

    private void readPage() {
        tape.attempt("read the front's page", t -> {
            t.call(Sys.READ, file, head.address(), imm(FrontPage.HEAD));
            t.expect(head.word(0), -1, named(FrontPage.MAGIC, "\"jrpage1\""), EINVAL);
            t.call(Sys.READ, file, imm(page + FrontPage.HEAD), imm(FrontPage.MOST - FrontPage.HEAD));
        });
    }

    /** A pid may have been given to another process since. A zombie has stopped. */
    private void findProcess() {
        var pid = head.word(FrontPage.PID);
        tape.attempt("find the container's process", t -> {
            var startTime = t.variable(-1);
            t.call(Sys.PIDFD_OPEN, pid, imm(0)).into(pidfd).forgive(ESRCH).onSuccess(u -> {
                NamedProcess.noteStartTime(u.path("/proc/", pid, "/stat"), startTime, u);
                u.when(startTime, -1, head.word(FrontPage.START_TIME), v -> {
                    v.when(ended(0, v), -1, imm(0), w -> {
                        w.set(running, imm(1));
                        noteIfFrozen(w);
                    });
                });
            });
        });
    }

    /** {@return 1 if the container's process has ended within so many seconds, else 0} */
    private Operand ended(long seconds, Recorder t) {
        return t.call(Sys.PPOLL, Delete.untilReadable(pidfd, t), imm(1), words(imm(seconds), imm(0)), NULL, imm(0)).tries(255);
    }

    private void may(long what) {
        tape.attempt("see whether the front may do it", t -> t.expect(head.word(FrontPage.MAY), what, imm(what), EPERM));
    }

    private void start() {
        may(FrontPage.MAY_START);
        tape.attempt("open the fifos of the container", t -> {
            t.expect(running, -1, imm(1), ESRCH);
            t.expect(frozen, -1, imm(0), EBUSY); // it could not answer
            Start.openReport(directory, listen, t);
            Start.openStart(directory, start, t);
        });
        tape.attempt("tell the container's process to start", t -> {
            Start.tell(start, t);
            t.set(told, imm(1));
        });
        Start.awaitStarted(directory, listen, imm(answer), imm(answer + Report.SIZE), tape);
        tape.attempt("see that it is its program", t -> t.unless(head.word(FrontPage.CGROUP), -1, imm(0), this::expectProgram));
    }

    /** Who is the machine still is about to end: it was killed, most likely for want of memory, and a JVM looks into that. */
    private void expectProgram(Recorder t) {
        var name = t.block(8);
        var comm = t.call(Sys.OPENAT, Handover.at(), t.path("/proc/", head.word(FrontPage.PID), "/comm"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
        comm.forgive(ENOENT, ESRCH).onSuccess(u -> {
            u.call(Sys.READ, comm, name.address(), imm(8)).forgive(ESRCH);
            u.close(comm);
        });
        for (var machine : List.of(Handover.WAITING, "memfd:jrunc")) {
            var begins = machine.substring(0, 8);
            t.when(name.word(0), -1, named(bytes(begins), '"' + begins + '"'), u -> u.fail(ESRCH));
        }
    }

    private void kill() {
        may(FrontPage.MAY_KILL);
        tape.attempt("send the signal", t -> {
            t.expect(running, -1, imm(1), ESRCH);
            t.call(Sys.PIDFD_SEND_SIGNAL, pidfd, signal, NULL, imm(0));
        });
    }

    private void state() {
        var pid = tape.variable(0);
        var word = tape.variable(0);
        var length = tape.variable(0);
        tape.attempt("see what it does", t -> {
            status("stopped", word, length, t);
            t.when(running, -1, imm(1), u -> {
                u.set(pid, head.word(FrontPage.PID));
                status("running", word, length, u);
                u.call(Sys.STATX, directory, text(StateDirectory.START), imm(0), flags(StatxMask.STATX_TYPE), u.scratch(StatxField.SIZE).address())
                        .forgive(ENOENT).on(0, v -> ifMachine(() -> status("created", word, length, v), v));
                u.when(frozen, -1, imm(1), v -> status("paused", word, length, v));
            });
        });
        print(pid, word, length);
    }

    private static void status(String status, Operand word, Operand length, Recorder t) {
        t.set(word, text(status));
        t.set(length, imm(status.length()));
    }

    /** A process that is still the machine waits for start. */
    private void ifMachine(Runnable then, Recorder t) {
        var exe = t.block(24);
        t.call(Sys.READLINKAT, Handover.at(), t.path("/proc/", head.word(FrontPage.PID), "/exe"), exe.address(), imm(24));
        t.when(exe.word(0), -1, named(bytes("/memfd:j"), "\"/memfd:j\""),
                u -> u.when(exe.word(1), 0xFFFFFFFFFFL, named(bytes("runc "), "\"runc \""), _ -> then.run()));
    }

    private void noteIfFrozen(Recorder t) {
        openCgroup(u -> {
            var freeze = u.call(Sys.OPENAT, cgroup, text("cgroup.freeze"), u.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).forgive(ENOENT, ENODEV);
            freeze.onSuccess(v -> {
                var said = v.block(8);
                v.call(Sys.READ, freeze, said.address(), imm(1)).forgive(ENODEV);
                v.when(said.word(0), 0xff, named('1', "'1'"), w -> w.set(frozen, imm(1)));
                v.close(freeze);
            });
            u.close(cgroup);
        }, t);
    }

    private void openCgroup(java.util.function.Consumer<Recorder> then, Recorder t) {
        t.unless(head.word(FrontPage.CGROUP), -1, imm(0), u -> u
                .call(Sys.OPENAT, Handover.at(), inPage(FrontPage.CGROUP, u), u.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC))
                .into(cgroup).forgive(ENOENT, ENODEV).onSuccess(then));
    }

    private Operand inPage(int word, Recorder t) {
        return t.own(Call.Own.ADD, head.word(word), imm(page));
    }

    /** In one call, so that no reader sees a part. */
    private void print(Operand pid, Operand word, Operand length) {
        var digits = tape.block(Recorder.DIGITS);
        tape.attempt("print it", t -> {
            var count = t.own(Call.Own.FORMAT, digits.address(), pid);
            var pieces = words(inPage(FrontPage.STATE, t), head.word(FrontPage.STATE + 1), digits.address(), count,
                    inPage(FrontPage.STATE + 2, t), head.word(FrontPage.STATE + 3), word, length,
                    inPage(FrontPage.STATE + 4, t), head.word(FrontPage.STATE + 5));
            var all = t.own(Call.Own.ADD, count, length);
            for (int i = 1; i <= 5; i += 2) all = t.own(Call.Own.ADD, all, head.word(FrontPage.STATE + i));
            var written = t.call(Sys.WRITEV, imm(STDOUT), pieces, imm(PIECES));
            t.expect(written, -1, all, EIO);
        });
    }

    private void delete() {
        may(FrontPage.MAY_DELETE);
        tape.attempt("end the container's process", t -> {
            t.unless(force, -1, imm(1), u -> u.expect(running, -1, imm(0), EBUSY));
            t.when(running, -1, imm(1), u -> {
                u.call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(Signal.SIGKILL.number(), "SIGKILL"), NULL, imm(0)).forgive(ESRCH);
                u.expect(ended(SECONDS, u), -1, imm(1), ETIMEDOUT);
            });
        });
        tape.attempt("end whatever is in the cgroup", t -> openCgroup(u -> {
            Cgroups.expectChildless(cgroup, u);
            Cgroups.kill(cgroup, u);
            removeCgroup(u);
        }, t));
        removeAbove(FrontPage.ABOVE);
        for (var name : StateDirectory.FILES) {
            tape.attempt("remove " + name + " of the container's state", t -> t.call(Sys.UNLINKAT, directory, text(name), imm(0)).forgive(ENOENT));
        }
        tape.attempt("remove the state directory", t -> t.call(Sys.UNLINKAT, rootDirectory, id, flags(AT_REMOVEDIR)));
    }

    /** rmdir answers EBUSY until the last process has been reaped. */
    private void removeCgroup(Recorder t) {
        var more = t.variable(0);
        var path = t.variable(0);
        t.set(path, inPage(FrontPage.CGROUP, t));
        t.repeat(SECONDS * 1000, more, u -> {
            u.set(more, imm(0));
            u.call(Sys.UNLINKAT, Handover.at(), path, flags(AT_REMOVEDIR)).forgive(ENOENT).on(EBUSY, v -> {
                v.call(Sys.NANOSLEEP, words(imm(0), imm(MILLISECOND)), NULL);
                v.set(more, imm(1));
            });
        });
    }

    private void removeAbove(int word) {
        tape.attempt("remove the cgroup above it if nobody uses it", t -> t.unless(head.word(word), -1, imm(0),
                u -> u.call(Sys.UNLINKAT, Handover.at(), inPage(word, u), flags(AT_REMOVEDIR)).forgive(EBUSY, ENOENT)));
    }

    /** {@return up to eight letters as a word} */
    private static long bytes(String text) {
        long word = 0;
        for (int i = 0; i < text.length(); i++) word |= (long) text.charAt(i) << 8 * i;
        return word;
    }
}
