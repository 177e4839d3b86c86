package jrunc.bench;

import java.io.IOException;
import java.util.List;

/** {@code run true}, from beginning to end. */
record RunScenario() implements Scenario {
    static final Metric METRIC = new Metric("run", Metric.Unit.MILLISECONDS);

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String meaning() {
        return "one command that creates a container, starts it, waits for the end of `true` in it, and deletes it";
    }

    @Override
    public int warmUps() {
        return 3;
    }

    @Override
    public boolean takes(Contender contender) {
        return true;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var id = Stand.id(contender, round);
        List<String> command = switch (contender) {
            case Contender.Runtime runtime -> runtime.command("run", "--bundle", stand.bundles().exits().toString(), id);
            case Contender.Program program -> program.command();
        };
        try {
            stand.samples().add(METRIC, contender.name(), stand.stopwatch().time(command).milliseconds());
        } catch (IllegalStateException e) {
            if (contender instanceof Contender.Runtime runtime) Scenario.remove(runtime, id, stand);
            throw e;
        }
    }
}
