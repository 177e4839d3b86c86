package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.List;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * An ordinary user's process becomes a program in a user namespace with the ids that the user was granted, where it is root: so it keeps
 * its pid, its parent and its stdio. It is the front that plays this, for a JVM has too many threads to enter a user namespace:
 * <pre>
 *   the front                          a child, for so long
 *   clone ──────────────────────────▶  in the new namespace; reads a pipe
 *   newuidmap, newgidmap of the child
 *   open the child's namespace
 *   close the pipe ─────────────────▶  end of file: exit
 *   enter it; exec
 * </pre>
 * The exec comes after the maps: before them it would take all capabilities.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public final class EnterUserNamespace {
    private static final Operand.Imm P_PID = named(1, "P_PID");
    private static final Operand.Imm WEXITED = named(4, "WEXITED");
    private static final int CLONE_ARGS_SIZE = 64;

    private final Linux linux;
    private final Host host;
    private final Recorder tape;
    private final MapPrograms programs;
    private final Operand.Word readEnd;
    private final Operand.Word writeEnd;
    private final Operand.Word child;
    private final Operand.Word namespace;

    /**
     * The whole of it.
     *
     * @param tape ends in an exec, if all goes well
     * @param said what the program that failed has said, as {@link MapPrograms} has it
     */
    public record Recorded(Tape tape, Block said) {}

    private EnterUserNamespace(Linux linux, Host host) {
        this.linux = linux;
        this.host = host;
        tape = new Recorder(host.arch());
        readEnd = tape.variable(-1);
        writeEnd = tape.variable(-1);
        child = tape.variable(0);
        namespace = tape.variable(-1);
        programs = new MapPrograms(linux, host, "the user namespace of user " + host.uid(), tape);
    }

    /**
     * {@return the tape}
     *
     * @param linux     with the maps, see {@link OwnUserNamespace#whole}
     * @param program   absolute
     * @param arguments its argv
     */
    public static Recorded of(Linux linux, Host host, String program, List<String> arguments, List<String> environment) {
        return new EnterUserNamespace(linux, host).recorded(program, arguments, environment);
    }

    private Recorded recorded(String program, List<String> arguments, List<String> environment) {
        programs.find();
        tape.section("bundle, without root");
        make();
        programs.write(child);
        tape.section("bundle, without root");
        enter();
        tape.attempt("start " + program, t -> t.call(Sys.EXECVE, text(program), strings(arguments), strings(environment)));
        tape.cleanUp(t -> {
            t.close(writeEnd, readEnd, namespace);
            programs.close(t);
            t.call(Sys.WAITID, P_PID, child, NULL, WEXITED, NULL).forgiveAll();
        });
        return new Recorded(tape.finish(), programs.said());
    }

    private void make() {
        tape.attempt("make a user namespace for user " + host.uid(), t -> {
            var ends = t.block(8);
            t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC));
            t.low(ends.word(0)).into(readEnd);
            t.high(ends.word(0)).into(writeEnd);
            t.call(Sys.CLONE3, words(flags(CloneFlag.CLONE_NEWUSER), imm(0), imm(0), imm(0), named(Signal.SIGCHLD.number(), "SIGCHLD"),
                    imm(0), imm(0), imm(0)), imm(CLONE_ARGS_SIZE)).into(child).on(0, u -> {
                u.close(writeEnd);
                u.call(Sys.READ, readEnd, u.scratch(8).address(), imm(1)).forgiveAll();
                u.call(Sys.EXIT_GROUP, imm(0));
            });
        });
    }

    private void enter() {
        tape.attempt("enter the user namespace", t -> {
            t.call(Sys.OPENAT, Handover.at(), t.path("/proc/", child, "/ns/user"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(namespace);
            MachineProcess.leave(t, writeEnd, readEnd);
            t.call(Sys.WAITID, P_PID, child, NULL, WEXITED, NULL).tries(255);
            t.set(child, imm(0));
            t.call(Sys.SETNS, namespace, flags(CloneFlag.CLONE_NEWUSER));
            MachineProcess.leave(t, namespace);
        });
    }
}
