package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Process;

/**
 * Which process an exec runs: that of the container's own config with other arguments, or one from a file; then what flags say
 * counts. Of a process from a file all that confines it and that the file leaves out is as for the container's first, as in runc.
 */
public final class ExecProcess {
    private ExecProcess() {}

    /** @param file the process that {@code --process} gives */
    public static Process of(Process first, Optional<Process> file, Command.ProcessChanges changes) {
        var base = file.isPresent() ? confined(file.get(), first) : first;
        return new Process(changes.terminal() || file.isPresent() && base.terminal(), base.consoleSize(), user(base.user(), changes),
                file.isPresent() ? base.args() : changes.args(), joined(base.env(), changes.env()), changes.cwd().orElse(base.cwd()),
                capabilities(base.capabilities(), changes.capabilities()), base.rlimits(), base.noNewPrivileges() || changes.noNewPrivileges(),
                or(changes.apparmorProfile(), base.apparmorProfile()), base.oomScoreAdj(), base.scheduler(),
                or(changes.selinuxLabel(), base.selinuxLabel()), base.ioPriority(), base.execCPUAffinity());
    }

    private static Process confined(Process file, Process first) {
        var user = file.user();
        var umask = user.umask().isPresent() ? user.umask() : first.user().umask();
        return new Process(file.terminal(), file.consoleSize(), new Process.User(user.uid(), user.gid(), umask, user.additionalGids()), file.args(),
                file.env(), file.cwd(), or(file.capabilities(), first.capabilities()), file.rlimits().isEmpty() ? first.rlimits() : file.rlimits(),
                file.noNewPrivileges(), or(file.apparmorProfile(), first.apparmorProfile()),
                file.oomScoreAdj().isPresent() ? file.oomScoreAdj() : first.oomScoreAdj(), or(file.scheduler(), first.scheduler()),
                or(file.selinuxLabel(), first.selinuxLabel()), or(file.ioPriority(), first.ioPriority()), or(file.execCPUAffinity(), first.execCPUAffinity()));
    }

    private static Process.User user(Process.User base, Command.ProcessChanges changes) {
        return new Process.User(changes.uid().orElse(base.uid()), changes.gid().orElse(base.gid()), base.umask(),
                joined(base.additionalGids(), changes.additionalGids()));
    }

    /** An ambient capability must be inheritable, too, and nothing is made so here (CVE-2022-29162). */
    private static Optional<Process.Capabilities> capabilities(Optional<Process.Capabilities> base, List<String> added) {
        if (added.isEmpty()) return base;
        var sets = base.orElse(new Process.Capabilities(null, null, null, null, null));
        List<String> ambient = new ArrayList<>(sets.ambient());
        for (var name : added) {
            if (sets.inheritable().contains(name)) ambient.add(name);
        }
        return Optional.of(new Process.Capabilities(joined(sets.effective(), added), joined(sets.bounding(), added), sets.inheritable(),
                joined(sets.permitted(), added), ambient));
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        if (more.isEmpty()) return some;
        List<T> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static <T> Optional<T> or(Optional<T> first, Optional<T> second) {
        return first.isPresent() ? first : second;
    }
}
