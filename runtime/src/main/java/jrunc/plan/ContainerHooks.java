package jrunc.plan;

import static jrunc.tape.Operand.imm;

import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.host.BundleFiles;
import jrunc.linux.Sys;
import jrunc.tape.Recorder;

/** The hooks as the container's process sees them: it waits for the runtime's, and plays the container's own. */
final class ContainerHooks {
    private final jrunc.config.Hooks hooks;
    private final HookState state;
    private final Descriptors descriptors;
    private final HookProcesses processes;
    private final Recorder tape;

    private ContainerHooks(Config config, BundleFiles bundle, Command.Create command, Descriptors descriptors, Recorder tape) {
        hooks = config.hooks();
        state = new HookState(config.ociVersion(), command.id(), bundle.path(), config.annotations());
        processes = new HookProcesses(Sys.CLONE, tape);
        this.descriptors = descriptors;
        this.tape = tape;
    }

    /** {@return them, unless the container's process has nothing to do with a hook} */
    static Optional<ContainerHooks> of(Config config, BundleFiles bundle, Command.Create command, Descriptors descriptors, Recorder tape) {
        var hooks = config.hooks();
        boolean own = !hooks.createContainer().isEmpty() || !hooks.startContainer().isEmpty();
        if (!own && !Hooks.awaitRuntime(hooks)) return Optional.empty();
        return Optional.of(new ContainerHooks(config, bundle, command, descriptors, tape));
    }

    void playBeforePivot() {
        if (Hooks.awaitRuntime(hooks)) Handover.awaitHooks(descriptors, tape);
        Hooks.createContainer(hooks, state, processes, tape);
    }

    void playBeforeProgram(List<String> environment) {
        Hooks.startContainer(hooks, state, environment, processes, tape);
    }

    /** After a failure: behind the report goes how the hook went, if it was one. */
    void reportOutcome(Recorder t) {
        t.attempt("tell the runtime how the hook went",
                u -> u.call(Sys.WRITE, descriptors.report(), processes.outcome().address(), imm(HookOutcome.SIZE)));
    }
}
