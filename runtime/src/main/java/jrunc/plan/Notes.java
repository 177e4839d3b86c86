package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Process;
import jrunc.config.Validation;
import jrunc.host.Host;
import jrunc.linux.Capability;
import jrunc.linux.Flag;
import jrunc.seccomp.Filter;

/**
 * What is allowed and done as far as it can be, but worth a line in the log: the spec says that capabilities which cannot be
 * granted MUST be warned about and SHOULD NOT fail.
 */
public final class Notes {
    /** podman writes the rules all the same; what it asks with {@code --cgroups=disabled} is that no cgroup is touched. */
    private static final String NO_FILTER = "linux.resources.devices: no device is denied: that needs a cgroup, and the cgroup manager is disabled";

    private Notes() {}

    /** One of them. {@code quiet}: for a log alone, since the default config of runc has it and nobody means anything by it. */
    public record Note(String line, boolean quiet) {}

    /** {@return all of them, a line each} */
    public static List<Note> of(Config config, Host host, Global global) {
        List<Note> notes = new ArrayList<>();
        for (var line : Validation.warnings(config)) notes.add(new Note(line, false));
        var asked = config.process().capabilities();
        if (asked.isPresent()) {
            cannotBeGranted(asked.get(), Identity.mayHave(config, host), notes);
            cannotBeRaised(asked.get(), notes);
        }
        if (global.cgroupManager() == Global.CgroupManager.DISABLED && !config.linux().resources().devices().isEmpty()) notes.add(new Note(NO_FILTER, false));
        return notes;
    }

    /** {@return the names of system calls in the seccomp profile that no processor has which jrunc knows: they have no effect} */
    public static List<String> unknownCalls(Config config) {
        return config.linux().seccomp().isPresent() ? Filter.unknown(config.linux().seccomp().get()) : List.of();
    }

    private static void cannotBeGranted(Process.Capabilities asked, long mayHave, List<Note> notes) {
        long all = Identity.set(asked.effective()) | Identity.set(asked.bounding()) | Identity.set(asked.inheritable())
                | Identity.set(asked.permitted()) | Identity.set(asked.ambient());
        long lacking = all & ~mayHave;
        if (lacking == 0) return;
        notes.add(new Note("process.capabilities: " + words(lacking) + " cannot be granted: jrunc does not have it itself", false));
    }

    /** The kernel's rule, see capabilities(7): what is ambient is permitted and inheritable, too. */
    private static void cannotBeRaised(Process.Capabilities asked, List<Note> notes) {
        long lacking = Identity.set(asked.ambient()) & ~(Identity.set(asked.permitted()) & Identity.set(asked.inheritable()));
        if (lacking == 0) return;
        notes.add(new Note("process.capabilities.ambient: " + words(lacking) + " cannot be raised: it must be in permitted and in inheritable", true));
    }

    private static String words(long bits) {
        return Flag.show(Capability.class, bits).replace("|", ", ");
    }
}
