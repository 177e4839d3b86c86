package jrunc.plan;

import static jrunc.linux.Errno.ECANCELED;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Process;
import jrunc.host.Host;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FileType;
import jrunc.linux.Signal;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * Between the runtime and the user's program: taking over from the JVM, telling that all is ready, waiting for
 * {@code start}, the exec.
 * <pre>
 *   runtime (JVM)                          container's process (machine)
 *   clone3, execveat(machine)  ──────────▶ enter
 *                                          ... set-up: mounts ...
 *   read(report) = {0, 0}      ◀────────── write(report)     only if the runtime has hooks to play before pivot_root
 *   hooks, write(sync)         ──────────▶ read(sync)
 *                                          ... set-up: all else ...
 *   read(report) = {0, 0}      ◀────────── ready: write(report)
 *   state, pid file
 *   write(sync)                ──────────▶ read(sync)        end of file here: the runtime died, so exit
 *   -- create is over --                   read(start)
 *   start: write(start)        ──────────▶ execve            closes report
 *   read(report) = end of file ◀──────────                   or, on failure, writes why
 * </pre>
 */
public final class Handover {
    /** What a process of an ordinary user's is called, in {@code /proc/PID/stat}, while it waits for start. */
    public static final String WAITING = "jrunc:waits";

    /** The heading of the cells that play after start. */
    public static final String START = "runtime.md, Start";

    private static final long PR_SET_NAME = 15;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_SIZE = 8;
    private static final int X_OK = 1;
    private static final int F_OK = 0;

    private Handover() {}

    /** {@return whether a cell with this caption fails for what the user's program is} */
    public static boolean isAboutProgram(String attempt) {
        return attempt.startsWith("exec");
    }

    /** The first cells of the container's process: nothing of the JVM's or the caller's signals, session and mask stays. */
    static void enter(Descriptors descriptors, Recorder tape) {
        tape.section("runtime.md, Create");
        tape.attempt("take over from the runtime", t -> {
            t.set(Tape.REPORT_FD, descriptors.report());
            for (var fd : List.of(descriptors.report(), descriptors.sync(), descriptors.start())) closeOnExec(fd, t);
        });
        tape.attempt("set every signal to its default", t -> {
            resetSignals(t);
            t.call(Sys.RT_SIGPROCMASK, named(SIG_SETMASK, "SIG_SETMASK"), words(imm(0)), NULL, imm(SIGSET_SIZE));
        });
        tape.attempt("clear the umask for the set-up", t -> t.call(Sys.UMASK, imm(0)));
    }

    /** What the runtime's caller ignores is ignored across an exec, and the container knows nothing of that. */
    static void resetSignals(Recorder t) {
        var signal = t.variable(Signal.MAX);
        var more = t.variable(1);
        t.repeat(Signal.MAX, more, u -> {
            var byDefault = words(imm(0), imm(0), imm(0), imm(0)); // struct sigaction: SIG_DFL, no flags, no mask
            u.call(Sys.RT_SIGACTION, signal, byDefault, NULL, imm(SIGSET_SIZE)).forgive(EINVAL); // SIGKILL and SIGSTOP are as they are
            u.own(Call.Own.SUBTRACT, signal, imm(1)).into(signal);
            u.when(signal, -1, imm(0), v -> v.set(more, imm(0)));
        });
    }

    private static void closeOnExec(Operand fd, Recorder t) {
        t.call(Sys.FCNTL, fd, fcntl(FcntlCommand.F_SETFD), named(FcntlCommand.FD_CLOEXEC, "FD_CLOEXEC"));
    }

    /** A session of its own: a caller's terminal must take no keystrokes from the container (TIOCSTI, CVE-2017-5226). */
    static void leaveSession(Recorder tape) {
        tape.attempt("leave the caller's session", t -> t.call(Sys.SETSID));
    }

    /** Finds the program as the user that will run it; a missing one must fail create, not start. */
    static Operand.Word findProgram(Process process, Recorder tape) {
        tape.section("config.md, Process");
        var program = tape.variable(0);
        if (process.args().isEmpty()) return program; // no process at all, which only start may complain of
        String name = process.args().getFirst();
        if (name.contains("/")) {
            checkProgram(name, program, tape);
        } else {
            // The last hit counts, so the path is walked from its end: its first directory wins.
            for (var directory : searchPath(process).reversed()) noteIfProgram(directory + "/" + name, program, tape);
            tape.attempt("exec: \"" + name + "\": executable file not found in $PATH",
                    t -> t.when(program, -1, imm(0), u -> u.fail(Errno.ENOENT)));
        }
        return program;
    }

    private static void checkProgram(String path, Operand.Word program, Recorder tape) {
        String exec = "exec: \"" + path + "\": ";
        tape.attempt(exec + "stat " + path + ": no such file or directory",
                t -> t.call(Sys.FACCESSAT2, at(), text(path), named(F_OK, "F_OK"), flags(AtFlag.AT_EACCESS)));
        tape.attempt(exec + "is a directory", t -> {
            var stat = statx(text(path), t);
            t.expect(stat.word(3), mode(0xF000), named(mode(FileType.S_IFDIR.value()), "S_IFDIR"), EINVAL)
                    .forgive(EINVAL).on(0, u -> u.fail(Errno.EISDIR));
        });
        tape.attempt(exec + "permission denied", t -> {
            t.call(Sys.FACCESSAT2, at(), text(path), named(X_OK, "X_OK"), flags(AtFlag.AT_EACCESS));
            t.set(program, text(path));
        });
    }

    private static void noteIfProgram(String path, Operand.Word program, Recorder tape) {
        tape.attempt("look for " + path, t -> t
                .call(Sys.FACCESSAT2, at(), text(path), named(X_OK, "X_OK"), flags(AtFlag.AT_EACCESS)).forgiveAll()
                .onSuccess(u -> u.when(statx(text(path), u).word(3), mode(0xF000), named(mode(FileType.S_IFREG.value()), "S_IFREG"),
                        v -> v.set(program, text(path)))));
    }

    private static Block statx(Operand path, Recorder t) {
        var stat = t.scratch(StatxField.SIZE);
        t.call(Sys.STATX, at(), path, imm(0), flags(StatxMask.STATX_TYPE, StatxMask.STATX_MODE), stat.address());
        return stat;
    }

    /** The mode is bits 32 to 47 of the fourth word of struct statx. */
    static long mode(long mode) {
        return mode << 32;
    }

    /** As exec.LookPath does: an empty entry means the working directory, but no PATH at all means nowhere. */
    private static List<String> searchPath(Process process) {
        String path = "";
        for (var entry : process.env()) {
            if (entry.startsWith("PATH=")) path = entry.substring("PATH=".length());
        }
        List<String> directories = new ArrayList<>();
        if (path.isEmpty()) return directories;
        for (var directory : path.split(":", -1)) directories.add(directory.isEmpty() ? "." : directory);
        return directories;
    }

    /**
     * An ordinary user may not see which program a process of another id is, were it one's own container; its name may be seen.
     */
    static void name(Host host, Recorder tape) {
        if (host.uid() == 0) return;
        tape.attempt("name the process that waits for start", t -> t
                .call(Sys.PRCTL, named(PR_SET_NAME, "PR_SET_NAME"), text(WAITING), imm(0), imm(0), imm(0)));
    }

    /** Tells the runtime that nothing but the exec is left, and goes on only if it still lives. */
    static void ready(Descriptors descriptors, Recorder tape) {
        tape.section("runtime.md, Create");
        tell("tell the runtime that the container is ready", descriptors, tape);
        awaitByte("wait until the runtime has recorded the container", descriptors.sync(), tape);
        tape.attempt("close what only create needed", t -> t.close(descriptors.sync()));
    }

    /** Lets the runtime play its hooks, and waits until it has. */
    static void awaitHooks(Descriptors descriptors, Recorder tape) {
        tape.section("runtime.md, Create");
        tell("tell the runtime that its hooks may run", descriptors, tape);
        awaitByte("wait until the runtime's hooks have run", descriptors.sync(), tape);
    }

    static void tell(String attempt, Descriptors descriptors, Recorder tape) {
        tape.attempt(attempt, t -> t.call(Sys.WRITE, descriptors.report(), words(imm(0), imm(0)), imm(16)));
    }

    /** Waits for {@code start}. */
    static void awaitStart(Descriptors descriptors, Recorder tape) {
        tape.section(START);
        awaitByte("wait for start", descriptors.start(), tape);
    }

    /** CVE-2016-9962, CVE-2024-21626: not only close-on-exec, really closed before the program is there. */
    static void closeDescriptors(Descriptors descriptors, Recorder tape) {
        tape.attempt("close every descriptor of the set-up", t -> t
                .call(Sys.CLOSE_RANGE, imm(descriptors.first() + 1), named(0xFFFFFFFFL, "~0U"), imm(0)));
    }

    /** Becomes the user's program. */
    static void exec(Process process, List<String> environment, Operand program, Recorder tape) {
        if (process.args().isEmpty()) { // the empty name is nobody's: this fails, as start of a container without a process must
            tape.attempt("exec: config.json has no process", t -> t.call(Sys.EXECVE, text(""), strings(process.args()), strings(environment)));
            return;
        }
        tape.attempt("exec " + process.args().getFirst(), t -> t
                .call(Sys.EXECVE, program, strings(process.args()), strings(environment)));
    }

    /** Blocks until the other side writes a byte; if it is gone instead, the tape fails with ECANCELED. */
    static void awaitByte(String attempt, Operand fd, Recorder tape) {
        tape.attempt(attempt, t -> {
            var read = t.call(Sys.READ, fd, t.scratch(8).address(), imm(1)).tries(255);
            t.expect(read, -1, imm(1), ECANCELED);
        });
    }

    static Operand.Imm at() {
        return named(AtFlag.AT_FDCWD, "AT_FDCWD");
    }

    static Operand.Imm fcntl(FcntlCommand command) {
        return named(command.value(), command.name());
    }
}
