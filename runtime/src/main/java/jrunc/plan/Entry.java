package jrunc.plan;

import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.ENOMEM;
import static jrunc.linux.Errno.ESRCH;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jrunc.config.Config;
import jrunc.config.Process;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The exec's side: what its process does from the moment the machine plays, on the host, until it is the user's program in a
 * container that runs. It joins all of the container's namespaces by one call and as one process of sealed memory that cannot be
 * dumped or traced from inside (CVE-2016-9962): of the host it has nothing but two pipes by then. From there on the container's files
 * are not trusted; the order is that of {@link SetUp}.
 */
public final class Entry {
    private static final long PR_SET_DUMPABLE = 4;
    private static final long SECOND = 1;

    private final Config config;
    private final Host host;
    private final ContainerRecord record;
    private final Command.Exec command;
    private final Optional<String> home;
    private final Descriptors descriptors;

    private Entry(Config config, Host host, ContainerRecord record, Command.Exec command, Optional<String> home) {
        this.config = config;
        this.host = host;
        this.record = record;
        this.command = command;
        this.home = home;
        descriptors = new Descriptors(command.preserveFds(), config.process().terminal());
    }

    /**
     * {@return the tape that the machine plays}
     *
     * @param config the container's, with the exec's process
     * @param home   the home directory that the container's passwd file gives the process's user
     */
    public static Tape of(Config config, Host host, ContainerRecord record, Command.Exec command, Optional<String> home) {
        return new Entry(config, host, record, command, home).record();
    }

    private Tape record() {
        var process = config.process();
        var tape = new Recorder(host.arch());
        Handover.enter(descriptors, tape);
        var executed = tape.variable(0);
        Limits.setOomScore(process, tape);
        if (process.execCPUAffinity().isPresent()) Limits.chooseProcessors(process.execCPUAffinity().get(), tape);
        else Limits.freeProcessors(tape);                   // in the cgroup, whose processors count
        Identity.dropGroups(config, host, tape);            // while the host's /proc is there
        join(tape, inside -> play(process, executed, inside));
        tape.cleanUp(t -> t.attempt("tell the runtime what the program is",
                u -> u.unless(executed, -1, imm(0), v -> ProgramHead.send(executed, descriptors.report(), v))));
        return tape.finish();
    }

    private void play(Process process, Operand.Word executed, Recorder tape) {
        boolean labelled = Labels.isSet(process.apparmorProfile()) || Labels.isSet(process.selinuxLabel());
        Handover.leaveSession(tape);
        var proc = labelled ? PrivateProc.open(tape) : null;
        if (proc != null) Labels.ofKeys(process, proc, tape);
        Identity.joinKeyring(command.id(), config.linux().namespace(Namespace.USER).isPresent(), tape);
        if (process.terminal()) Terminal.makeAnother(process, descriptors, tape);
        else Devices.replaceNullStdioInside(tape);
        if (proc != null) Labels.set(process, proc, tape);
        if (!Limits.setByRuntime(config)) Limits.set(process, imm(0), tape);
        if (SetUp.isScheduled(config)) Scheduling.set(config, tape);
        Identity.assume(config, host, tape);
        var program = Handover.findProgram(process, tape);  // as the user, whose rights count
        boolean filtered = config.linux().seccomp().isPresent();
        if (filtered) SyscallFilter.prepare(config, host, descriptors, tape);
        Handover.ready(descriptors, tape);
        tape.section(Exec.SECTION);
        tape.attempt("note that nothing but the exec is left", t -> t.set(executed, program));
        Handover.closeDescriptors(descriptors, tape);
        if (filtered) SyscallFilter.loadLast(config, host, tape);
        Handover.exec(process, Identity.environment(process, home), program, tape);
    }

    /** {@return whether the process that joins is not yet the one that becomes the program} Who joins a pid namespace is not in it, its children are. */
    static boolean staged(Config config) {
        return config.linux().namespace(Namespace.PID).isPresent();
    }

    private void join(Recorder tape, Consumer<Recorder> inside) {
        tape.section("config-linux.md, Namespaces");
        tape.attempt("hide from the container", t -> t.call(Sys.PRCTL, named(PR_SET_DUMPABLE, "PR_SET_DUMPABLE"), imm(0), imm(0), imm(0), imm(0)));
        boolean ownMounts = config.linux().namespace(Namespace.MOUNT).isPresent();
        var root = ownMounts ? null : openRoot(tape);
        List<CloneFlag> kinds = new ArrayList<>();
        for (var kind : Namespace.values()) {
            if (config.linux().namespace(kind).isPresent()) kinds.add(kind.flag());
        }
        if (!kinds.isEmpty()) tape.attempt("join the container's namespaces", t -> t
                .call(Sys.SETNS, descriptors.init(), flags(kinds)).on(ESRCH, Entry::failAsEnded));
        if (root != null) enterRoot(root, tape);
        if (staged(config)) {
            stage(tape, inside);
            return;
        }
        Namespaces.becomeRoot(config, host, tape);
        inside.accept(tape);
    }

    private void stage(Recorder tape, Consumer<Recorder> inside) {
        var child = tape.variable(0);
        tape.attempt("clone the process into the container's pid namespace", t -> {
            var clone = t.variable(0);
            t.call(Sys.CLONE3, words(flags(CloneFlag.CLONE_PARENT), imm(0), imm(0), imm(0), imm(0), imm(0), imm(0), imm(0)), imm(64))
                    .into(clone).forgive(ENOMEM).on(0, u -> {
                        Handover.awaitByte("wait until the runtime knows this process", descriptors.sync(), u);
                        Namespaces.becomeRoot(config, host, u);
                        inside.accept(u);
                    });
            t.set(child, clone);
            t.when(child, -1, imm(-ENOMEM.number()), this::failIfEnded);
        });
        tape.attempt("tell the runtime which process it is", t -> t.call(Sys.WRITE, descriptors.report(), words(imm(0), child), imm(16)));
        tape.attempt("end the stage", t -> t.call(Sys.EXIT_GROUP, imm(0)));
    }

    /** A pid namespace whose first process ends takes no more. */
    private void failIfEnded(Recorder t) {
        var ended = t.call(Sys.PPOLL, Delete.untilReadable(descriptors.init(), t), imm(1), words(imm(SECOND), imm(0)), NULL, imm(0)).tries(255);
        t.unless(ended, -1, imm(0), Entry::failAsEnded);
        t.fail(ENOMEM);
    }

    static void failAsEnded(Recorder t) {
        t.attempt("container not running", u -> u.fail(ESRCH));
    }

    /** Without a mount namespace of its own the container has only a root of its own. */
    private Operand.Word openRoot(Recorder tape) {
        var root = tape.variable(-1);
        tape.attempt("open the container's root", t -> {
            t.call(Sys.OPENAT, Handover.at(), text("/proc/" + record.pid() + "/root"), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root)
                    .on(ENOENT, Entry::failAsEnded);
            t.call(Sys.PIDFD_SEND_SIGNAL, descriptors.init(), imm(0), NULL, imm(0)).on(ESRCH, Entry::failAsEnded); // it was that process's
        });
        return root;
    }

    private static void enterRoot(Operand root, Recorder tape) {
        tape.attempt("enter the container's root", t -> {
            t.call(Sys.FCHDIR, root);
            t.call(Sys.CHROOT, text("."));
            t.close(root);
        });
    }
}
