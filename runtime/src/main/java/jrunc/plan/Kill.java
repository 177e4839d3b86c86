package jrunc.plan;

import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import jrunc.host.Host;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#kill">runtime.md, Kill</a>. */
public final class Kill {
    private Kill() {}

    /**
     * @param whole SIGKILL reaches every process of the cgroup: where init is not alone the init of a pid namespace, the others
     *     would outlive it
     */
    public static Tape of(Global global, Host host, ContainerRecord record, Signal signal, boolean whole) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Kill");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var pidfd = tape.variable(-1);
        NamedProcess.open(record, pidfd, tape);
        tape.attempt("send " + signal + " to container " + record.id(), t -> t
                .call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(signal.number(), signal.toString()), NULL, imm(0)));
        if (whole && signal.number() == Signal.SIGKILL.number() && !record.cgroup().isEmpty()) killCgroup(record, tape);
        tape.attempt("close the container's process", t -> t.close(pidfd, directory));
        return tape.finish();
    }

    static void killCgroup(ContainerRecord record, Recorder tape) {
        var cgroup = tape.variable(-1);
        tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint() + record.cgroup()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
        Cgroups.kill(cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup));
    }
}
