package jrunc.plan;

import static jrunc.linux.Errno.ECANCELED;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;

import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Report;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#start">runtime.md, Start</a>: a byte into the
 * container's fifo, then listen until its process has become the user's program, which closes the other fifo, or says why not.
 * A process that is gone can make neither hang: without a reader the first open fails, without a writer the read ends.
 */
public final class Start {
    private Start() {}

    /** A recorded start; {@code answer} holds the report of the container's process if it failed. */
    public record Recorded(Tape tape, Block answer) {}

    public static Recorded of(Global global, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        var answer = tape.block(Report.SIZE);
        tape.section("runtime.md, Start");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var listen = tape.variable(-1);
        var start = tape.variable(-1);
        tape.attempt("open the fifos of container " + record.id(), t -> {
            t.call(Sys.OPENAT, directory, text(StateDirectory.REPORT), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(listen);
            t.call(Sys.FCNTL, listen, Handover.fcntl(FcntlCommand.F_SETFL), imm(0));
        });
        tape.attempt("cannot start a container that has stopped", t -> t
                .call(Sys.OPENAT, directory, text(StateDirectory.START), t.open(OpenFlag.O_WRONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(start));
        tape.attempt("tell the container's process to start", t -> t.call(Sys.WRITE, start, text("s"), imm(1)));
        tape.attempt("wait until the container has started", t -> {
            var read = t.call(Sys.READ, listen, answer.address(), imm(Report.SIZE)).tries(255);
            t.expect(read, -1, imm(0), ECANCELED);
        });
        for (var fifo : new String[] {StateDirectory.START, StateDirectory.REPORT}) {
            tape.attempt("remove the fifo " + fifo, t -> t.call(Sys.UNLINKAT, directory, text(fifo), imm(0)).forgive(Errno.ENOENT));
        }
        tape.attempt("close the state of the container", t -> t.close(listen, start, directory));
        tape.cleanUp(t -> t.close(listen, start, directory));
        return new Recorded(tape.finish(), answer);
    }
}
