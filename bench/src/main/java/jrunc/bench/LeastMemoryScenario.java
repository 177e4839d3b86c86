package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The smallest {@code memory.max} with which {@code run true} goes well so often that it is no luck. */
record LeastMemoryScenario() implements Scenario {
    private static final Path CONTROLLERS = Path.of("/sys/fs/cgroup/cgroup.controllers");
    private static final long PAGE = 4096;
    private static final long ENOUGH = 64 << 20;
    /** What is charged to a cgroup depends on which processor has how much in store. */
    private static final int ATTEMPTS = 5;

    @Override
    public String name() {
        return "least-memory";
    }

    @Override
    public String meaning() {
        return "the smallest `memory.max`, to a page, with which `run true` goes well five times in a row, searched by halving";
    }

    @Override
    public int oneIn() {
        return 25;
    }

    @Override
    public int warmUps() {
        return 0;
    }

    @Override
    public Optional<String> obstacle() {
        try {
            if (Files.exists(CONTROLLERS) && Files.readString(CONTROLLERS).contains("memory")) return Optional.empty();
        } catch (IOException e) {
            return Optional.of("read " + CONTROLLERS + ": " + e.getMessage());
        }
        return Optional.of("cgroup v2 has no memory controller here; version 1 has it");
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        var runtime = (Contender.Runtime) contender;
        if (!runs(runtime, ENOUGH, round, stand)) throw new IllegalStateException(contender.name() + " does not run with " + ENOUGH + " bytes");
        long failing = 0;
        long enough = ENOUGH;
        while (enough - failing > PAGE) {
            long middle = (failing + enough) / 2 / PAGE * PAGE;
            if (runs(runtime, middle, round, stand)) enough = middle;
            else failing = middle;
        }
        stand.samples().add(new Metric("least memory.max", Metric.Unit.KIB), contender.name(), enough / 1024.0);
    }

    private static boolean runs(Contender.Runtime runtime, long bytes, int round, Stand stand) throws IOException, InterruptedException {
        var command = runtime.command("run", "--bundle", stand.bundles().limited(bytes).toString(), Stand.id(runtime, round));
        try {
            for (int i = 0; i < ATTEMPTS; i++) stand.stopwatch().time(command);
            return true;
        } catch (IllegalStateException e) {
            Scenario.remove(runtime, Stand.id(runtime, round), stand);
            return false;
        }
    }
}
