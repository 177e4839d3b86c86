package jrunc.plan;

import static jrunc.linux.Errno.EIO;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import jrunc.linux.Arch;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/** What a command prints or logs, written by the process that was called: a server has other descriptors. */
public final class Outlet {
    private Outlet() {}

    /** {@return the tape that writes to an open descriptor} */
    public static Tape write(Arch arch, int descriptor, byte[] bytes) {
        var tape = new Recorder(arch);
        tape.attempt("write to descriptor " + descriptor, t -> write(imm(descriptor), bytes, t));
        return tape.finish();
    }

    /** {@return the tape that appends to a file, which is made if it is not there} */
    public static Tape append(Arch arch, String path, byte[] bytes) {
        var tape = new Recorder(arch);
        var file = tape.variable(-1);
        tape.attempt("append to " + path, t -> {
            t.call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_APPEND, OpenFlag.O_CLOEXEC), octal(0644)).into(file);
            write(file, bytes, t);
            t.close(file);
        });
        tape.cleanUp(t -> t.close(file));
        return tape.finish();
    }

    private static void write(Operand descriptor, byte[] bytes, Recorder t) {
        var written = t.call(Sys.WRITE, descriptor, Operand.bytes(bytes), imm(bytes.length)).tries(255);
        t.expect(written, -1, imm(bytes.length), EIO);
    }
}
