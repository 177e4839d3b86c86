package jrunc.bench;

import java.io.IOException;
import java.util.List;

/** A container's life as an engine leads it, one command after the other. */
record LifeScenario() implements Scenario {
    /** The steps whose sum is what starting and removing a container costs an engine. */
    static final String SUM = "create + start + delete";
    /** An exec like some before it, as health checks are. */
    static final String EXEC_AGAIN = "exec again";
    /** Those without a name are not noted. */
    private static final List<String> NAMES = List.of("create", "start", "state", "exec", "", "", EXEC_AGAIN, "kill", "delete");

    @Override
    public String name() {
        return "life";
    }

    @Override
    public String meaning() {
        return "a container whose program waits: `create`, `start`, `state`, `exec true` four times, of which the first and the last (*exec again*) count, `kill KILL`, then, once its process is reaped, `delete`";
    }

    @Override
    public int warmUps() {
        return 3;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var runtime = (Contender.Runtime) contender;
        var id = Stand.id(contender, round);
        var steps = List.of(runtime.step("create", "--bundle", stand.bundles().waits().toString(), id), runtime.step("start", id),
                runtime.step("state", id), runtime.step("exec", id, "true"), runtime.step("exec", id, "true"), runtime.step("exec", id, "true"),
                runtime.step("exec", id, "true"), runtime.step("kill", id, "KILL"),
                new Course.Step.AwaitOrphans(), runtime.step("delete", id));
        try {
            note(stand.stopwatch().laps(steps), contender, stand.samples());
        } catch (IllegalStateException e) {
            Scenario.remove(runtime, id, stand);
            throw e;
        }
    }

    private static void note(List<Stopwatch.Lap> laps, Contender contender, Results samples) {
        double sum = 0;
        for (int i = 0; i < NAMES.size(); i++) {
            var name = NAMES.get(i);
            if (name.isEmpty()) continue;
            double time = laps.get(i).milliseconds();
            samples.add(new Metric(name, Metric.Unit.MILLISECONDS), contender.name(), time);
            if (name.equals("create") || name.equals("start") || name.equals("delete")) sum += time;
        }
        samples.add(new Metric(SUM, Metric.Unit.MILLISECONDS), contender.name(), sum);
    }
}
