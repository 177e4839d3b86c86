package jrunc.bench;

import java.io.IOException;
import java.util.List;

/** {@code create} of a container with many mounts. */
record MountsScenario(int count) implements Scenario {
    private static final int MANY = 1000;

    @Override
    public String name() {
        return "mounts";
    }

    @Override
    public String label() {
        return name() + " " + count;
    }

    @Override
    public String meaning() {
        return "`create` of a container with so many bind mounts besides the usual seven, then `delete --force`, which is not timed";
    }

    @Override
    public int oneIn() {
        return count < MANY ? 5 : 10;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var runtime = (Contender.Runtime) contender;
        var id = Stand.id(contender, round);
        try {
            var laps = stand.stopwatch().laps(List.of(runtime.step("create", "--bundle", stand.bundles().mounts(count).toString(), id),
                    runtime.step("delete", "--force", id), new Course.Step.AwaitOrphans()));
            stand.samples().add(metric(count), contender.name(), laps.getFirst().milliseconds());
        } catch (IllegalStateException e) {
            Scenario.remove(runtime, id, stand);
            throw e;
        }
    }

    static Metric metric(int count) {
        return new Metric("create with mounts", Integer.toString(count), Metric.Unit.MILLISECONDS);
    }
}
