package jrunc.bench;

import java.io.IOException;

/** What a seccomp filter costs for each system call. */
record FilterScenario() implements Scenario {
    @Override
    public String name() {
        return "seccomp";
    }

    @Override
    public String meaning() {
        return "one system call in a container without a filter and with docker's default profile, from 100,000 in a row: `getppid`, which always passes,"
                + " so the kernel skips the filter; `personality`, whose argument the filter must look at";
    }

    @Override
    public int oneIn() {
        return 10;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        for (boolean filtered : new boolean[] {false, true}) {
            var runtime = (Contender.Runtime) contender;
            var id = Stand.id(contender, round);
            try {
                stand.stopwatch().time(runtime.command("run", "--bundle", stand.bundles().calls(filtered).toString(), id));
            } catch (IllegalStateException e) {
                Scenario.remove(runtime, id, stand);
                throw e;
            }
            var costs = Programs.costs(stand.stopwatch().out());
            var what = filtered ? ", docker's profile" : ", no profile";
            stand.samples().add(new Metric("seccomp", "getppid" + what, Metric.Unit.NANOSECONDS), contender.name(), costs.getppid());
            stand.samples().add(new Metric("seccomp", "personality" + what, Metric.Unit.NANOSECONDS), contender.name(), costs.personality());
        }
    }
}
