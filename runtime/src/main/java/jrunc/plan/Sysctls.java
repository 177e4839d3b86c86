package jrunc.plan;

import static jrunc.tape.Operand.text;

import jrunc.config.Linux;
import jrunc.config.SysctlName;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#sysctl">config-linux.md, Sysctl</a>: kernel
 * parameters of the namespaces that this process is in; that they are of no others, the rules have seen to.
 */
final class Sysctls {
    private Sysctls() {}

    /** Late: a createRuntime hook may have brought the network device that one is about. */
    static void set(Linux linux, Operand proc, Recorder tape) {
        tape.section("config-linux.md, Sysctl");
        for (var entry : linux.sysctl().entrySet()) {
            String path = "sys/" + SysctlName.path(entry.getKey());
            var file = tape.variable(-1);
            tape.attempt("open /proc/" + path, t -> PrivateProc.openFile(proc, text(path), t).into(file));
            tape.attempt("write " + entry.getValue() + " to /proc/" + path, t -> PrivateProc.write(file, entry.getValue(), t));
        }
    }
}
