package jrunc.plan;

import static jrunc.linux.Errno.EEXIST;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import jrunc.config.Config;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The cgroup that systemd has made for a container. systemd puts a process into it that is there already, so the container's process
 * waits outside until it is, and makes its cgroup namespace only then.
 */
final class ScopeCgroup {
    private ScopeCgroup() {}

    /** The runtime's side, once the process is in the scope: the limits that the files take, the device filter. */
    static void limit(Config config, Host host, CgroupTree.Place place, Operand.Word base, Operand.Word cgroup, Operand pid, Recorder tape) {
        tape.section("config-linux.md, Control groups");
        var tree = host.cgroups().orElseThrow();
        String path = place.path().substring(1);
        tape.attempt("open the cgroup tree " + tree.mountPoint(), t -> t.call(Sys.OPENAT, Handover.at(), text(tree.mountPoint()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(base));
        tape.attempt("open the cgroup /" + path, t -> t.call(Sys.OPENAT, base, text(path),
                t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
        for (var setting : CgroupSetting.of(config.linux().resources())) Cgroups.set(setting, cgroup, tape);
        Cgroups.filterDevices(config, host, cgroup, tape);
    }

    /** Tells the container's process that it is where it belongs. */
    static void release(Operand sync, Recorder tape) {
        tape.attempt("tell the container's process that it is in its cgroup", t -> t.call(Sys.WRITE, sync, text("g"), imm(1)));
    }

    /** The container's side. */
    static void await(Config config, Descriptors descriptors, Recorder tape) {
        tape.section("config-linux.md, Namespaces");
        Handover.awaitByte("wait until systemd has made the cgroup", descriptors.sync(), tape);
        if (Namespaces.makes(config.linux(), Namespace.CGROUP)) {
            tape.attempt("make a cgroup namespace", t -> t.call(Sys.UNSHARE, flags(CloneFlag.CLONE_NEWCGROUP)));
        }
    }
}
