package jrunc.config;

/** Writes the {@code process} object. */
final class ProcessWriter {
    private final ConfigWriter out;

    ProcessWriter(ConfigWriter out) {
        this.out = out;
    }

    void process(Process process) {
        out.json().beginObject();
        out.flag("terminal", process.terminal());
        if (process.consoleSize().isPresent()) {
            out.begin("consoleSize");
            out.number("height", process.consoleSize().get().height());
            out.number("width", process.consoleSize().get().width());
            out.json().endObject();
        }
        user(process.user());
        out.strings("args", process.args());
        out.strings("env", process.env());
        out.text("cwd", process.cwd());
        if (process.capabilities().isPresent()) capabilities(process.capabilities().get());
        rlimits(process);
        out.flag("noNewPrivileges", process.noNewPrivileges());
        out.text("apparmorProfile", process.apparmorProfile());
        out.number("oomScoreAdj", process.oomScoreAdj());
        if (process.scheduler().isPresent()) scheduler(process.scheduler().get());
        out.text("selinuxLabel", process.selinuxLabel());
        if (process.ioPriority().isPresent()) {
            out.begin("ioPriority");
            out.text("class", process.ioPriority().get().ioClass());
            out.number("priority", process.ioPriority().get().priority());
            out.json().endObject();
        }
        if (process.execCPUAffinity().isPresent()) {
            out.begin("execCPUAffinity");
            out.text("initial", process.execCPUAffinity().get().initial());
            out.text("final", process.execCPUAffinity().get().last());
            out.json().endObject();
        }
        out.json().endObject();
    }

    private void user(Process.User user) {
        out.begin("user");
        out.number("uid", user.uid());
        out.number("gid", user.gid());
        out.number("umask", user.umask());
        if (!user.additionalGids().isEmpty()) {
            out.beginList("additionalGids");
            for (long gid : user.additionalGids()) out.json().value(gid);
            out.json().endArray();
        }
        out.json().endObject();
    }

    private void capabilities(Process.Capabilities capabilities) {
        out.begin("capabilities");
        out.strings("bounding", capabilities.bounding());
        out.strings("effective", capabilities.effective());
        out.strings("inheritable", capabilities.inheritable());
        out.strings("permitted", capabilities.permitted());
        out.strings("ambient", capabilities.ambient());
        out.json().endObject();
    }

    private void rlimits(Process process) {
        if (process.rlimits().isEmpty()) return;
        out.beginList("rlimits");
        for (var limit : process.rlimits()) {
            out.json().beginObject();
            out.text("type", limit.type());
            out.unsigned("hard", limit.hard());
            out.unsigned("soft", limit.soft());
            out.json().endObject();
        }
        out.json().endArray();
    }

    private void scheduler(Process.Scheduler scheduler) {
        out.begin("scheduler");
        out.text("policy", scheduler.policy());
        out.number("nice", scheduler.nice());
        out.number("priority", scheduler.priority());
        out.strings("flags", scheduler.flags());
        out.unsigned("runtime", scheduler.runtime());
        out.unsigned("deadline", scheduler.deadline());
        out.unsigned("period", scheduler.period());
        out.json().endObject();
    }
}
