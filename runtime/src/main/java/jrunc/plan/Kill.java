package jrunc.plan;

import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.List;
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

    /** A process: the two numbers together name one. */
    public record Living(long pid, long startTime) {}

    /**
     * To the container's process alone, or SIGKILL to all.
     *
     * @param whole SIGKILL reaches every process of the cgroup: where init is not alone the init of a pid namespace, the others
     *     would outlive it
     * @param await wait until no process is left
     */
    public static Tape of(Global global, Host host, ContainerRecord record, Signal signal, boolean whole, boolean await) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Kill");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var pidfd = tape.variable(-1);
        NamedProcess.of(record).open(pidfd, tape);
        tape.attempt("send " + signal + " to container " + record.id(), t -> t
                .call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(signal.number(), signal.toString()), NULL, imm(0)));
        if (whole && signal.number() == Signal.SIGKILL.number() && !record.cgroup().isEmpty()) killCgroup(record, tape);
        if (await) awaitEnd(record, signal, pidfd, tape);
        tape.attempt("close the container's process", t -> t.close(pidfd, directory));
        return tape.finish();
    }

    /**
     * To each of {@code processes}, and to no others. They are frozen, so that no child of theirs goes without; a signal is delivered
     * when they go on.
     *
     * @param thaw let them go on then: they have been frozen for this
     */
    public static Tape each(Global global, Host host, ContainerRecord record, Signal signal, List<Living> processes, boolean thaw, boolean await) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Kill");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var cgroup = tape.variable(-1);
        Freeze.open(record, cgroup, tape);
        for (var process : processes) send(signal, process, tape);
        if (thaw) Freeze.thaw(record, cgroup, tape);
        if (await) Freeze.awaitEmpty(waits(record, signal), cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup, directory));
        tape.cleanUp(t -> {
            if (thaw) Freeze.thaw(record, cgroup, t);
            t.attempt("close the cgroup", u -> u.close(cgroup, directory));
        });
        return tape.finish();
    }

    /** SIGKILL to whoever is left in the cgroup of a container that has stopped. */
    public static Tape rest(Global global, Host host, ContainerRecord record, boolean await) {
        var tape = new Recorder(host.arch());
        tape.section("runtime.md, Kill");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        killRest(record, await, tape);
        tape.attempt("close the state of the container", t -> t.close(directory));
        return tape.finish();
    }

    /** Whoever is in the cgroup, if that is there. */
    static void killRest(ContainerRecord record, boolean await, Recorder tape) {
        var cgroup = tape.variable(-1);
        tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint() + record.cgroup()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup).forgive(ENOENT, ENODEV));
        tape.when(cgroup, 1L << 63, imm(0), t -> {
            Cgroups.kill(cgroup, t);
            if (await) Freeze.awaitEmpty(waits(record, Signal.SIGKILL), cgroup, t);
            t.attempt("close the cgroup", u -> u.close(cgroup));
        });
    }

    private static void send(Signal signal, Living process, Recorder tape) {
        tape.attempt("send " + signal + " to process " + process.pid(), t -> {
            var pidfd = t.call(Sys.PIDFD_OPEN, imm(process.pid()), imm(0)).forgive(ESRCH, EINVAL);
            pidfd.onSuccess(u -> {
                var startTime = u.variable(-1);
                NamedProcess.noteStartTime(process.pid(), startTime, u);
                u.when(startTime, -1, imm(process.startTime()), v -> v
                        .call(Sys.PIDFD_SEND_SIGNAL, pidfd, named(signal.number(), signal.toString()), NULL, imm(0)).forgive(ESRCH));
                u.close(pidfd);
            });
        });
    }

    private static void awaitEnd(ContainerRecord record, Signal signal, Operand pidfd, Recorder tape) {
        if (record.cgroup().isEmpty()) {
            tape.attempt(waits(record, signal), t -> Delete.awaitEnd(pidfd, t));
            return;
        }
        var cgroup = tape.variable(-1);
        Freeze.open(record, cgroup, tape);
        Freeze.awaitEmpty(waits(record, signal), cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup));
    }

    private static String waits(ContainerRecord record, Signal signal) {
        return "wait " + Freeze.SECONDS + " s for all processes of container " + record.id() + " to end by " + signal;
    }

    static void killCgroup(ContainerRecord record, Recorder tape) {
        var cgroup = tape.variable(-1);
        Freeze.open(record, cgroup, tape);
        Cgroups.kill(cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup));
    }
}
