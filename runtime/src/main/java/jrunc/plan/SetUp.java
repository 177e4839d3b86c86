package jrunc.plan;

import static jrunc.tape.Operand.imm;

import java.util.Optional;
import jrunc.config.Config;
import jrunc.host.BundleFiles;
import jrunc.host.Host;
import jrunc.linux.Namespace;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The container's side: what its first process does from the moment the machine plays until it becomes the user's program.
 * One line per section of the spec; the order is that of runc, for reasons that stand beside it.
 */
public final class SetUp {
    private final Config config;
    private final Host host;
    private final BundleFiles bundle;
    private final RootSource source;
    private final Command.Create command;
    private final Descriptors descriptors;

    private SetUp(Config config, Host host, BundleFiles bundle, RootSource source, Command.Create command) {
        this.config = config;
        this.host = host;
        this.bundle = bundle;
        this.source = source;
        this.command = command;
        descriptors = new Descriptors(command.preserveFds(), config.process().terminal());
    }

    /** {@return the tape that the machine plays} */
    public static Tape of(Config config, Host host, BundleFiles bundle, RootSource source, Command.Create command) {
        return new SetUp(config, host, bundle, source, command).record();
    }

    private Tape record() {
        var tape = new Recorder(host.arch());
        Handover.enter(descriptors, tape);
        Optional<ContainerHooks> hooks = config.hooks().isEmpty() ? Optional.empty() : ContainerHooks.of(config, bundle, command, descriptors, tape);
        var executed = tape.variable(0);
        Limits.setOomScore(config.process(), tape);
        Limits.freeProcessors(tape);                        // in the cgroup, whose processors count
        var sources = Sources.open(config, host, bundle, tape); // while the host's rights count
        Namespaces.enter(config, host, descriptors, tape, inside -> play(sources, hooks, executed, inside));
        tape.cleanUp(t -> {
            t.attempt("tell the runtime what the program is", u -> u.unless(executed, -1, imm(0), v -> ProgramHead.send(executed, descriptors.report(), v)));
            if (hooks.isPresent()) t.when(executed, -1, imm(0), hooks.get()::reportOutcome);
        });
        return tape.finish();
    }

    private void play(Sources sources, Optional<ContainerHooks> hooks, Operand.Word executed, Recorder tape) {
        var process = config.process();
        if (host.asked().systemd().isPresent()) ScopeCgroup.await(config, host, command.id(), descriptors, tape);
        Handover.leaveSession(tape);
        Identity.dropGroups(config, host, tape);
        var proc = writesProc() ? PrivateProc.open(tape) : null; // before any mount of the container could stand in its way
        if (proc != null && !command.noNewKeyring()) Labels.ofKeys(process, proc, tape);
        if (!command.noNewKeyring()) Identity.joinKeyring(command.id(), config.linux().namespace(Namespace.USER).isPresent(), tape);
        if (!config.linux().netDevices().isEmpty()) NetDevices.await(descriptors, tape);
        Namespaces.raiseLoopback(config.linux(), tape);
        var root = Rootfs.assemble(config, host, source, tape);
        var mounts = Mounts.attach(config, host, bundle, sources, root, tape);
        Devices.create(config, host, root, tape);           // into the /dev that the mounts have brought
        if (hooks.isPresent()) hooks.get().playBeforePivot(); // they may still change all of it, and their own paths are the host's
        Devices.replaceNullStdio(root, tape);               // while the host's /proc can still open it
        if (process.terminal()) Terminal.make(config, root, descriptors, tape); // as well
        Identity.makeWorkingDirectory(process, root, tape); // while the root can still be written
        mounts.finish();
        Rootfs.makeReadonly(config, root, tape);
        Rootfs.hide(config, root, tape);                    // after everything that could unmask
        Rootfs.pivot(config, host, command.noPivot(), root, tape);
        Rootfs.propagateRoot(config, tape);
        Namespaces.name(config, tape);
        if (!config.linux().sysctl().isEmpty()) Sysctls.set(config.linux(), proc, tape);
        if (proc != null) Labels.set(process, proc, tape);
        if (!Limits.setByRuntime(config)) Limits.set(process, imm(0), tape); // after the set-up, which may need more
        if (isScheduled(config)) Scheduling.set(config, tape);
        Identity.assume(config, host, tape);                // capabilities go after the last mount
        var program = Handover.findProgram(process, tape);  // as the user, whose rights count
        Handover.name(host, tape);
        boolean filtered = config.linux().seccomp().isPresent();
        if (filtered) SyscallFilter.prepare(config, host, descriptors, tape);
        Handover.ready(descriptors, tape);
        Handover.awaitStart(descriptors, tape);
        var environment = Identity.environment(process, bundle.home());
        boolean hooked = !config.hooks().startContainer().isEmpty();
        if (filtered && hooked) SyscallFilter.loadLast(config, host, tape); // for such a hook is a program of the container's
        if (hooks.isPresent()) hooks.get().playBeforeProgram(environment);
        tape.attempt("note that nothing but the exec is left", t -> t.set(executed, program));
        Handover.closeDescriptors(descriptors, tape);
        if (filtered && !hooked) SyscallFilter.loadLast(config, host, tape); // for it judges all that comes after it
        Handover.exec(process, environment, program, tape);
    }

    /** Few are: for the others the class stays unloaded. */
    static boolean isScheduled(Config config) {
        var linux = config.linux();
        return config.process().scheduler().isPresent() || config.process().ioPriority().isPresent() || linux.memoryPolicy().isPresent()
                || linux.personality().isPresent();
    }

    private boolean writesProc() {
        return !config.linux().sysctl().isEmpty() || Labels.isSet(config.process().apparmorProfile()) || Labels.isSet(config.process().selinuxLabel());
    }
}
