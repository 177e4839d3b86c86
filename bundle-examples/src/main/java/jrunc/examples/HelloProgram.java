package jrunc.examples;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.tape.Recorder;

/** A program that greets: a tape of one system call, which jrunc's machine plays. It needs no library and no loader. */
final class HelloProgram {
    static final String GREETING = "Hello from a container without a single library!\n";
    private static final int STDOUT = 1;

    private HelloProgram() {}

    /** {@return the ELF file} */
    static byte[] of(Arch arch) {
        var tape = new Recorder(arch);
        tape.attempt("greet", t -> t.call(Sys.WRITE, imm(STDOUT), text(GREETING), imm(GREETING.length())));
        return Elf.of(tape.finish());
    }
}
