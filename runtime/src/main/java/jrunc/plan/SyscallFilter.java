package jrunc.plan;

import static jrunc.linux.Errno.EBADF;
import static jrunc.linux.Errno.EFAULT;
import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_LOG;
import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_NEW_LISTENER;
import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_SPEC_ALLOW;
import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Seccomp;
import jrunc.host.Host;
import jrunc.linux.FcntlCommand;
import jrunc.linux.SeccompFlag;
import jrunc.linux.Sys;
import jrunc.seccomp.Filter;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#seccomp">config-linux.md, Seccomp</a>: the
 * container's process loads its filter. From then on the profile judges jrunc's own calls, too, so it is loaded at the last
 * moment: when {@code start} has come and nothing but the exec is left (and, without no_new_privs, to give up CAP_SYS_ADMIN, which
 * loading takes then). runc loads it before it waits for {@code start}, so there a profile must allow more.
 *
 * <p>With a listener it is loaded before the process says that it is ready, as by runc: the agent must be there, and have the
 * descriptor, before {@code create} is over. See {@link FilterListener} for how it gets out.
 */
final class SyscallFilter {
    static final Operand.Imm SET_MODE_FILTER = named(1, "SECCOMP_SET_MODE_FILTER");
    private static final String NOTIFY = "SCMP_ACT_NOTIFY";
    private static final int STDIO = 3;

    private SyscallFilter() {}

    /** {@return whether an agent is to answer calls} Without such calls nobody needs to know where one would be. */
    static boolean hasListener(Config config) {
        var seccomp = config.linux().seccomp();
        if (seccomp.isEmpty() || seccomp.get().listenerPath().isEmpty()) return false;
        for (var syscall : seccomp.get().syscalls()) {
            if (syscall.action().equals(NOTIFY)) return true;
        }
        return false;
    }

    /** {@return where the listener will be: the kernel takes the lowest number that is free} */
    static int listenerNumber(Descriptors descriptors) {
        return descriptors.machineNumber(); // all below it are open
    }

    /** While {@code create} still waits: what can fail shall fail now. */
    static void prepare(Config config, Host host, Descriptors descriptors, Recorder tape) {
        tape.section("config-linux.md, Seccomp");
        var profile = config.linux().seccomp().orElseThrow();
        if (hasListener(config)) {
            freeListenerNumber(descriptors, tape);
            Handover.tell("tell the runtime that the seccomp listener can be taken soon", descriptors, tape);
            load(config, host, tape);
        } else {
            tape.attempt("ask whether the kernel knows the flags of linux.seccomp", t -> t
                    .call(Sys.SECCOMP, SET_MODE_FILTER, flags(profile, false), NULL).forgive(EFAULT)); // it looks at the flags first
        }
    }

    /** So that the listener's number is known beforehand: nothing needs to be said after the filter is loaded. */
    private static void freeListenerNumber(Descriptors descriptors, Recorder tape) {
        for (int i = 0; i < STDIO; i++) {
            var fd = imm(i);
            tape.attempt("descriptor " + i + " must be open where linux.seccomp has a listener", t -> {
                var stays = t.call(Sys.FCNTL, fd, Handover.fcntl(FcntlCommand.F_GETFD));
                t.expect(stays, -1, imm(0), EBADF);
            });
        }
        tape.attempt("free the number of the seccomp listener", t -> t
                .call(Sys.CLOSE_RANGE, imm(listenerNumber(descriptors)), named(0xFFFFFFFFL, "~0U"), imm(0)));
    }

    /** Right before the exec, or before the hooks that come before it. */
    static void loadLast(Config config, Host host, Recorder tape) {
        if (!hasListener(config)) load(config, host, tape);
    }

    private static void load(Config config, Host host, Recorder tape) {
        var profile = config.linux().seccomp().orElseThrow();
        var filter = Filter.of(profile, tape.arch());
        // struct sock_fprog: a length of 16 bits, and where the instructions are
        var program = words(imm(filter.instructions()), new Operand.Bytes(filter.program(), filter.shown()));
        tape.attempt("load the seccomp filter", t -> t.call(Sys.SECCOMP, SET_MODE_FILTER, flags(profile, hasListener(config)), program));
        Identity.dropLoader(config, host, tape);
    }

    /**
     * TSYNC is so anyway: the process has one thread. WAIT_KILLABLE_RECV speaks of notifications, and the kernel refuses it where
     * there are none. No flags at all are the runtime's choice: that of runc and crun, as mitigations cost more than they give here.
     */
    private static Operand.Imm flags(Seccomp profile, boolean listener) {
        List<SeccompFlag> flags = new ArrayList<>();
        if (profile.flags().isEmpty()) flags.add(SECCOMP_FILTER_FLAG_SPEC_ALLOW);
        for (var word : profile.flags().orElse(List.of())) {
            if (word.equals(SECCOMP_FILTER_FLAG_LOG.name())) flags.add(SECCOMP_FILTER_FLAG_LOG);
            if (word.equals(SECCOMP_FILTER_FLAG_SPEC_ALLOW.name())) flags.add(SECCOMP_FILTER_FLAG_SPEC_ALLOW);
            if (listener && word.equals(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV.name())) flags.add(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
        }
        if (listener) flags.add(SECCOMP_FILTER_FLAG_NEW_LISTENER);
        return Operand.flags(flags);
    }
}
