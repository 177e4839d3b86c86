package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jrunc.kernel.Trap;
import jrunc.linux.Sys;

/** The first call after a boot, when nothing of the program is in memory. */
record ColdScenario() implements Scenario {
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final String PAGES_AND_INODES = "3";

    @Override
    public String name() {
        return "cold";
    }

    @Override
    public String meaning() {
        return "`run true` with empty caches: after `sync`, 3 was written to `/proc/sys/vm/drop_caches`. No server is there, for it would keep its files in memory";
    }

    @Override
    public int oneIn() {
        return 10;
    }

    @Override
    public int warmUps() {
        return 0;
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isWritable(DROP_CACHES) ? Optional.empty() : Optional.of("the caches cannot be emptied: " + DROP_CACHES + " cannot be written");
    }

    @Override
    public boolean takes(Contender contender) {
        return !(contender instanceof Contender.Runtime runtime && runtime.served());
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        Trap.call(Sys.SYNC);
        Files.writeString(DROP_CACHES, PAGES_AND_INODES);
        var once = new Results();
        new RunScenario().turn(contender, round, stand.noting(once));
        var time = once.of(RunScenario.METRIC, contender.name()).orElseThrow().median();
        stand.samples().add(new Metric("run, cold", Metric.Unit.MILLISECONDS), contender.name(), time);
    }
}
