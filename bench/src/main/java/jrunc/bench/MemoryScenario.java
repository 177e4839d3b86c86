package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a container that waits for {@code start} holds in memory, and what making it took. */
record MemoryScenario() implements Scenario {
    static final Metric WAITING = new Metric("a waiting container", "Rss", Metric.Unit.KIB);
    private static final Metric SHARE = new Metric("a waiting container", "Pss", Metric.Unit.KIB);
    private static final Metric PEAK = new Metric("peak of create and delete", Metric.Unit.KIB);
    /** Each processor notes 32 pages before it tells the sum. */
    private static final long STEP = 128;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String meaning() {
        return "the container's process between `create` and `start`, by `/proc/PID/smaps_rollup`; and the most that any process of `create` and"
                + " `delete --force` had resident, by getrusage(2), which counts in steps of 128 KiB: a server's memory is not in it";
    }

    @Override
    public int oneIn() {
        return 10;
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var runtime = (Contender.Runtime) contender;
        var id = Stand.id(contender, round);
        var pidFile = stand.scratch().resolve("pid");
        try {
            stand.stopwatch().time(runtime.command("create", "--bundle", stand.bundles().waits().toString(), "--pid-file", pidFile.toString(), id));
            var rollup = Files.readString(Path.of("/proc", Files.readString(pidFile).strip(), "smaps_rollup"));
            stand.samples().add(WAITING, contender.name(), kib(rollup, "Rss:"));
            stand.samples().add(SHARE, contender.name(), kib(rollup, "Pss:"));
            Scenario.remove(runtime, id, stand);
            long peak = stand.stopwatch().peak(List.of(runtime.step("create", "--bundle", stand.bundles().waits().toString(), id),
                    runtime.step("delete", "--force", id), new Course.Step.AwaitOrphans()));
            stand.samples().add(PEAK, contender.name(), Math.max(peak, STEP));
        } finally {
            Scenario.remove(runtime, id, stand);
        }
    }

    /** {@return a number of /proc/PID/smaps_rollup} */
    static double kib(String rollup, String name) {
        return rollup.lines().filter(line -> line.startsWith(name)).findFirst().map(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .orElseThrow(() -> new IllegalStateException("no " + name + " in smaps_rollup"));
    }
}
