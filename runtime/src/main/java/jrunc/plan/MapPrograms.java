package jrunc.plan;

import static jrunc.linux.Errno.EAGAIN;
import static jrunc.linux.Errno.EPERM;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.linux.AtFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * {@code newuidmap} and {@code newgidmap}: the only programs of the host that jrunc ever runs by itself. They may write any map
 * that {@code /etc/subuid} and {@code /etc/subgid} grant to who calls them. They are children of the runtime, found by absolute
 * path, with no environment, no descriptor but the caller's stdin and stdout, and nothing of the container around them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/newuidmap.1.html">newuidmap(1)</a>
 */
final class MapPrograms {
    /** What is kept of what a program says when it fails. */
    private static final int MOST_WORDS = 512;
    private static final int X_OK = 1;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_SIZE = 8;
    private static final long P_PID = 1;
    private static final long WEXITED = 4;
    private static final int CLONE_ARGS_SIZE = 64;
    private static final int SIGINFO_SIZE = 128;
    private static final long CLD_EXITED = 1;

    private final Linux linux;
    private final Host host;
    private final String whose;
    private final Recorder tape;
    private final Operand.Word listen;
    private final Operand.Word speak;
    private final Block said;

    /** @param whose the process whose maps they write, in words */
    MapPrograms(Linux linux, Host host, String whose, Recorder tape) {
        this.linux = linux;
        this.host = host;
        this.whose = whose;
        this.tape = tape;
        listen = tape.variable(-1);
        speak = tape.variable(-1);
        said = tape.block(MOST_WORDS);
    }

    /** {@return what the program that failed has said: text, and zeros to the end} */
    Block said() {
        return said;
    }

    /** Before anything is made: without the programs nothing can come of it. */
    void find() {
        tape.section("config-linux.md, User namespace mappings");
        for (var map : IdMaps.values()) {
            if (map.needsProgram(linux, host)) tape.attempt("find " + map.program + ", which must write the " + map.file + " of user "
                    + host.uid() + " (of the package uidmap, or shadow-utils)", t -> t
                    .call(Sys.FACCESSAT2, Handover.at(), text(map.program), named(X_OK, "X_OK"), flags(AtFlag.AT_EACCESS)));
        }
    }

    /** Writes the maps of process {@code pid} that need it. */
    void write(Operand pid) {
        tape.section("config-linux.md, User namespace mappings");
        for (var map : IdMaps.values()) {
            if (map.needsProgram(linux, host)) run(map, pid);
        }
    }

    private void run(IdMaps map, Operand pid) {
        var ends = tape.block(8);
        tape.attempt("make a pipe for what " + map.program + " has to say", t -> t
                .call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC, OpenFlag.O_NONBLOCK)));
        tape.low(ends.word(0)).into(listen);
        tape.high(ends.word(0)).into(speak);
        tape.attempt("write " + map.file + " of " + whose + " by " + map.program, t -> {
            var arguments = arguments(map, pid, t);
            var child = t.variable(0);
            t.call(Sys.CLONE3, words(imm(0), imm(0), imm(0), imm(0), named(Signal.SIGCHLD.number(), "SIGCHLD"), imm(0), imm(0), imm(0)),
                    imm(CLONE_ARGS_SIZE)).into(child).on(0, u -> become(map, arguments, u));
            leave(speak, t);
            var ended = t.block(SIGINFO_SIZE);
            t.call(Sys.WAITID, named(P_PID, "P_PID"), child, ended.address(), named(WEXITED, "WEXITED"), NULL).tries(255);
            t.call(Sys.READ, listen, said.address(), imm(MOST_WORDS - 1)).forgive(EAGAIN);
            leave(listen, t);
            t.expect(ended.word(1), 0xFFFFFFFFL, named(CLD_EXITED, "CLD_EXITED"), EPERM); // si_code
            t.expect(ended.word(3), 0xFFFFFFFFL, imm(0), EPERM);                          // si_status
            t.set(said.word(0), imm(0)); // it went well, whatever was said
        });
    }

    private Operand.Words arguments(IdMaps map, Operand pid, Recorder t) {
        List<Operand> words = new ArrayList<>();
        words.add(text(map.program.substring(map.program.lastIndexOf('/') + 1)));
        words.add(t.path(pid));
        for (var mapping : map.of(linux)) {
            for (long number : new long[] {mapping.containerID(), mapping.hostID(), mapping.size()}) words.add(text(Long.toString(number)));
        }
        words.add(NULL);
        return new Operand.Words(words);
    }

    /** The child. If the program cannot be started it ends with 1, as the program itself would. */
    private void become(IdMaps map, Operand.Words arguments, Recorder t) {
        t.set(Tape.CLEAN_UP, imm(0));
        t.call(Sys.DUP3, speak, imm(2), imm(0));
        t.call(Sys.CLOSE_RANGE, imm(3), named(0xFFFFFFFFL, "~0U"), imm(0));
        t.call(Sys.RT_SIGPROCMASK, named(SIG_SETMASK, "SIG_SETMASK"), words(imm(0)), NULL, imm(SIGSET_SIZE));
        t.call(Sys.EXECVE, text(map.program), arguments, strings(List.of()));
    }

    private static void leave(Operand.Word descriptor, Recorder t) {
        t.close(descriptor);
        t.set(descriptor, imm(-1));
    }

    /** After a failure. */
    void close(Recorder t) {
        t.close(listen, speak);
    }
}
