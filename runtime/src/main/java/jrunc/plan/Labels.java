package jrunc.plan;

import static jrunc.linux.Errno.ENOENT;

import java.util.Optional;
import jrunc.config.Process;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#linux-process">config.md, Linux process</a>: the
 * AppArmor profile and the SELinux label that the program gets by its exec. Written into this process's own attributes: from
 * outside nobody may, and a /proc of the container's is not trusted.
 */
final class Labels {
    private Labels() {}

    /** An empty one is none, as engines write it. */
    static boolean isSet(Optional<String> label) {
        return label.isPresent() && !label.get().isEmpty();
    }

    /** Before the session keyring is made, which gets this label. The kernel forgets it at the exec. */
    static void ofKeys(Process process, Operand proc, Recorder tape) {
        if (!isSet(process.selinuxLabel())) return;
        String label = process.selinuxLabel().get();
        tape.section("config.md, Process");
        tape.attempt("label keys " + label, t -> PrivateProc.write(attribute(proc, "keycreate", t), label, t));
    }

    /** Before no_new_privs is set, after which a profile can only be narrowed; then nothing needs the procfs any more. */
    static void set(Process process, Operand proc, Recorder tape) {
        confine(process, proc, tape);
        label(process, proc, tape);
        tape.attempt("close the procfs", t -> t.close(proc));
    }

    private static void confine(Process process, Operand proc, Recorder tape) {
        if (!isSet(process.apparmorProfile())) return;
        String profile = process.apparmorProfile().get();
        tape.section("config.md, Process");
        tape.attempt("apply the AppArmor profile " + profile, t -> {
            var file = t.variable(-1);
            // Before Linux 5.8 AppArmor had no directory of its own.
            attribute(proc, "apparmor/exec", t).into(file).on(ENOENT, u -> attribute(proc, "exec", u).into(file));
            PrivateProc.write(file, "exec " + profile, t);
        });
    }

    private static void label(Process process, Operand proc, Recorder tape) {
        if (!isSet(process.selinuxLabel())) return;
        String label = process.selinuxLabel().get();
        tape.section("config.md, Process");
        tape.attempt("set the SELinux label " + label, t -> PrivateProc.write(attribute(proc, "exec", t), label, t));
    }

    /** By the number that this process has in its own pid namespace, whose procfs it is; "self" would be a link. */
    private static Recorder.Result attribute(Operand proc, String name, Recorder t) {
        var self = t.call(Sys.GETPID);
        return PrivateProc.openFile(proc, t.path(self, "/attr/" + name), t);
    }
}
