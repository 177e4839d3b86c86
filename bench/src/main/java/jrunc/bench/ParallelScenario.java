package jrunc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** So many containers at once. */
record ParallelScenario(int count) implements Scenario {
    @Override
    public String name() {
        return "parallel";
    }

    @Override
    public String label() {
        return name() + " " + count;
    }

    @Override
    public String meaning() {
        return "so many engines at once, each of which creates a container, starts it, waits for the end of `true` in it, and deletes it";
    }

    @Override
    public int oneIn() {
        return 10;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var runtime = (Contender.Runtime) contender;
        var rows = new ArrayList<List<Course.Step>>();
        for (int i = 0; i < count; i++) {
            var id = Stand.id(contender, round) + "-" + i;
            rows.add(List.of(runtime.step("create", "--bundle", stand.bundles().exits().toString(), id), runtime.step("start", id),
                    new Course.Step.AwaitOrphans(), runtime.step("delete", id)));
        }
        try {
            double seconds = stand.stopwatch().together(rows) / 1000;
            stand.samples().add(new Metric("parallel starts", Integer.toString(count), Metric.Unit.CONTAINERS_PER_SECOND), contender.name(), count / seconds);
        } catch (IllegalStateException e) {
            for (int i = 0; i < count; i++) Scenario.remove(runtime, Stand.id(contender, round) + "-" + i, stand);
            throw e;
        }
    }
}
