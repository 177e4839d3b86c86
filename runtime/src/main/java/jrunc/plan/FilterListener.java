package jrunc.plan;

import static jrunc.linux.Errno.EBADF;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import jrunc.config.DefaultConfig;
import jrunc.config.JsonWriter;
import jrunc.config.Seccomp;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#containerprocessstate">config-linux.md, The
 * Container Process State</a>: the runtime gives the agent at {@code listenerPath} the descriptor by which it answers calls. The
 * runtime takes it out of the container's process, which does nothing for it: any call of its own might wait for an answer of the
 * agent that has no descriptor yet (runc issue 4328, crun issue 1002).
 * <pre>
 *   container's process             runtime
 *   write(report)      ───────────▶ read(report)
 *   seccomp() = N                   pidfd_getfd(N): EBADF, again after 1 ms
 *   any call, may wait              pidfd_getfd(N)
 *          ▲                        sendmsg(agent, N)
 *          └──────────────────────────────── agent answers
 * </pre>
 */
final class FilterListener {
    private static final Operand.Imm ID_VALID = named(0x40082102, "SECCOMP_IOCTL_NOTIF_ID_VALID");
    private static final Operand.Imm ERROR = named(1L << 63, "1<<63");
    private static final long MILLISECOND = 1_000_000;
    /** So many milliseconds: all that is awaited is one call of a process that runs. */
    private static final int PATIENCE = 10_000;

    private final Seccomp profile;
    private final HookState state;
    private final long init;
    private final Operand.Word agent;
    private final Operand.Word listener;
    private final Recorder tape;

    /** @param record of a container that is being created, or, for an exec, of one whose process is known */
    FilterListener(Seccomp profile, ContainerRecord record, Recorder tape) {
        this.profile = profile;
        this.tape = tape;
        state = HookState.of(record);
        init = record.pid();
        agent = tape.variable(-1);
        listener = tape.variable(-1);
    }

    /** Before the container's process is there: without its agent it could not run. */
    void connect() {
        String path = profile.listenerPath().orElseThrow();
        tape.section("config-linux.md, Seccomp");
        UnixSocket.connect("the seccomp agent at", path, agent, tape);
    }

    /**
     * @param number  the listener's in the container's process
     * @param report  where that process says why, if it cannot load the filter
     * @param failure records that this is read
     */
    void handOver(int number, Operand pid, Operand pidfd, Operand report, Runnable failure) {
        tape.section("config-linux.md, Seccomp");
        tape.attempt("take the seccomp listener from the container's process", t -> {
            take(number, pidfd, report, t);
            // The process has said something: that it has failed, or already that it is ready, and then the listener is there.
            t.when(listener, ERROR.value(), ERROR, u -> {
                u.call(Sys.PIDFD_GETFD, pidfd, imm(number), imm(0)).into(listener).forgive(EBADF, ESRCH);
                u.when(listener, ERROR.value(), ERROR, _ -> failure.run());
            });
        });
        tape.section("config-linux.md, Seccomp");
        tape.attempt("check that it is a seccomp listener", t -> t
                .call(Sys.IOCTL, listener, ID_VALID, words(imm(0))).forgive(ENOENT)); // it knows the question, and no such call waits
        tape.attempt("give the seccomp listener to the agent at " + profile.listenerPath().orElseThrow(), t -> send(pid, t));
        tape.attempt("close the seccomp listener", t -> MachineProcess.leave(t, agent, listener));
    }

    private void take(int number, Operand pidfd, Operand report, Recorder t) {
        var more = t.variable(0);
        t.repeat(PATIENCE, more, u -> {
            u.set(more, imm(0));
            u.call(Sys.PIDFD_GETFD, pidfd, imm(number), imm(0)).into(listener).forgive(ESRCH).on(EBADF, v -> { // ESRCH: it has ended
                var left = v.scratch(16);
                v.set(left.word(0), imm(0));
                v.set(left.word(1), imm(MILLISECOND));
                v.call(Sys.PPOLL, Delete.untilReadable(report, v), imm(1), left.address(), NULL, imm(0)).tries(255).on(0, w -> w.set(more, imm(1)));
            });
        });
    }

    private void send(Operand pid, Recorder t) {
        String first = json(new JsonWriter("").beginObject().key("ociVersion").value(DefaultConfig.OCI_VERSION).key("fds").beginArray().value("seccompFd")
                .endArray().endObject()) + ",\"pid\":";
        var metadata = new JsonWriter("").beginObject();
        profile.listenerMetadata().ifPresent(text -> metadata.key("metadata").value(text));
        String inner = json(metadata.endObject()).substring(1);
        String second = (inner.isEmpty() ? "" : "," + inner) + ",\"state\":" + state.before(init == 0 ? "creating" : "running") + ",\"pid\":";
        String third = state.after() + "}";
        long size = length(first).value() + length(second).value() + length(third).value() + 2 * Recorder.DIGITS;
        var text = t.template(' ', first, pid, second, init == 0 ? pid : imm(init), third).address();
        UnixSocket.send(agent, text, imm(size), listener, t);
    }

    /** {@return an object that goes on: its closing brace is left out} */
    private static String json(JsonWriter object) {
        String text = object.toString();
        return text.substring(0, text.length() - 1);
    }

    /** After a failure. */
    void close(Recorder t) {
        t.close(agent, listener);
    }
}
