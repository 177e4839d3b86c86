package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.util.List;
import java.util.function.Consumer;
import jrunc.config.Hooks.Hook;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#posix-platform-hooks">config.md, POSIX-platform
 * Hooks</a>: which run when, where, and what state they read.
 * <pre>
 *   kind             played by    in the namespaces of   status    working directory
 *   prestart         the runtime  the runtime            creating  the bundle
 *   createRuntime    the runtime  the runtime            creating  the bundle
 *   createContainer  the machine  the container          creating  the root file system, before pivot_root
 *   startContainer   the machine  the container          created   the program's
 *   poststart        the runtime  the runtime            running   the bundle
 *   poststop         the runtime  the runtime            stopped   the bundle
 * </pre>
 * The pid in the state is that of the container's process where the hook is. A hook's environment is what its {@code env} says,
 * and nothing of the caller's; only startContainer hooks, which are the container's own, have the program's if they have none.
 */
public final class Hooks {
    private static final String SECTION = "config.md, POSIX-platform Hooks";
    private static final long DEFAULT_UMASK = 022;

    private Hooks() {}

    /** Hooks on a tape of their own; {@code outcome} is how the one that failed went. */
    public record Recorded(Tape tape, Block outcome) {}

    /** {@return whether the container's process waits before pivot_root until the runtime's hooks are done} */
    static boolean awaitRuntime(jrunc.config.Hooks hooks) {
        return !hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty();
    }

    /** The runtime's hooks while the container's process waits. */
    static void playBeforePivot(jrunc.config.Hooks hooks, HookState state, Operand pid, HookProcesses processes, Recorder tape) {
        tape.section(SECTION);
        var json = json(state, "creating", pid, tape);
        play("prestart", hooks.prestart(), json, processes, inBundle(state));
        play("createRuntime", hooks.createRuntime(), json, processes, inBundle(state));
    }

    /** The container's hooks before pivot_root: their paths are those of the host, their namespaces the container's. */
    static void createContainer(jrunc.config.Hooks hooks, HookState state, HookProcesses processes, Recorder tape) {
        if (hooks.createContainer().isEmpty()) return;
        tape.section(SECTION);
        // The set-up has no umask.
        play("createContainer", hooks.createContainer(), ownJson(state, "creating", tape), processes, t -> t.call(Sys.UMASK, octal(DEFAULT_UMASK)));
    }

    /** The last thing before the program. They belong to start, so their captions are kept for it. */
    static void startContainer(jrunc.config.Hooks hooks, HookState state, List<String> environment, HookProcesses processes, Recorder tape) {
        if (hooks.startContainer().isEmpty()) return;
        tape.section("runtime.md, Start");
        var json = ownJson(state, "created", tape);
        for (int i = 0; i < hooks.startContainer().size(); i++) {
            var hook = hooks.startContainer().get(i);
            processes.play(name("startContainer", i, hook), hook, json, hook.env().isEmpty() ? environment : hook.env(), _ -> {});
        }
    }

    /** Once the program runs. */
    static void poststart(List<Hook> hooks, ContainerRecord record, HookProcesses processes, Recorder tape) {
        tape.section(SECTION);
        var state = HookState.of(record);
        play("poststart", hooks, state.withProcess("running", imm(record.pid()), tape), processes, inBundle(state));
    }

    /** {@return the tape of one poststop hook: however one goes, the others play as well} */
    public static Recorded poststop(List<Hook> hooks, int index, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section(SECTION);
        var processes = new HookProcesses(Sys.CLONE3, tape);
        var state = HookState.of(record);
        var hook = hooks.get(index);
        processes.play(name("poststop", index, hook), hook, state.withoutProcess("stopped"), hook.env(), inBundle(state));
        tape.cleanUp(processes::undo);
        return new Recorded(tape.finish(), processes.outcome());
    }

    private static void play(String kind, List<Hook> hooks, HookState.Json json, HookProcesses processes, Consumer<Recorder> place) {
        for (int i = 0; i < hooks.size(); i++) processes.play(name(kind, i, hooks.get(i)), hooks.get(i), json, hooks.get(i).env(), place);
    }

    private static String name(String kind, int index, Hook hook) {
        return "hooks." + kind + "[" + index + "] " + hook.path();
    }

    private static HookState.Json json(HookState state, String status, Operand pid, Recorder tape) {
        var json = new HookState.Json[1];
        tape.attempt("write the state for the hooks", t -> json[0] = state.withProcess(status, pid, t));
        return json[0];
    }

    private static HookState.Json ownJson(HookState state, String status, Recorder tape) {
        var pid = tape.variable(0);
        tape.attempt("ask which process this is", t -> t.call(Sys.GETPID).into(pid));
        return json(state, status, pid, tape);
    }

    /** The bundle may be gone by the time of the poststop hooks. */
    private static Consumer<Recorder> inBundle(HookState state) {
        return t -> t.call(Sys.CHDIR, text(state.bundle())).on(Errno.ENOENT, u -> u.call(Sys.CHDIR, text("/")));
    }
}
