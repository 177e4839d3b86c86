package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * {@code serve}: the process that was called becomes a JVM itself, one with flags for a long life. So it keeps its pid and its
 * descriptors, which is what systemd's socket activation asks for, and hears signals.
 */
public final class BecomeServer {
    private static final Operand.Imm SIG_SETMASK = named(2, "SIG_SETMASK");
    private static final int MASK_SIZE = 8;

    private BecomeServer() {}

    /**
     * {@return the tape, which ends in an exec}
     *
     * @param program   the JVM's launcher
     * @param arguments its argv
     */
    public static Tape of(Arch arch, String program, List<String> arguments, List<String> environment) {
        var tape = new Recorder(arch);
        tape.section("serve");
        tape.attempt("let signals in", t -> t.call(Sys.RT_SIGPROCMASK, SIG_SETMASK, words(imm(0)), imm(0), imm(MASK_SIZE)));
        tape.attempt("start " + program, t -> t.call(Sys.EXECVE, text(program), strings(arguments), strings(environment)));
        return tape.finish();
    }
}
