package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Measures in rounds: in each, every contender has one turn, so that whatever else the machine does hits all alike; who begins changes
 * from round to round. Prints a table, and writes {@code bench.json} in the result format of JMH and {@code bench.html}, to look at.
 */
public final class Bench {
    private static final int SERVED_BEFORE = 150;

    private final Options options;
    private final Stand stand;
    private final List<Contender> contenders;
    private Optional<Server> server = Optional.empty();

    private Bench(Options options, Stand stand, List<Contender> contenders) {
        this.options = options;
        this.stand = stand;
        this.contenders = contenders;
    }

    /** Takes what {@link Options} names, as {@code name=value}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var options = Options.parse(args);
        var scratch = Scratch.folder();
        var state = Scratch.folderInMemory();
        var results = new Results();
        try {
            var bundles = new Bundles(scratch.resolve("bundles"), options.config(), options.seccomp());
            var stand = new Stand(new Stopwatch(scratch), bundles, scratch, state, results);
            var contenders = Field.find(options, stand);
            results.lineUp(contenders.stream().map(Contender::name).toList());
            var bench = new Bench(options, stand, contenders);
            bench.measure();
            bench.report();
        } finally {
            Scratch.remove(state);
            Scratch.remove(scratch);
        }
    }

    private void measure() throws IOException, InterruptedException {
        try {
            for (var scenario : Scenario.all()) {
                if (!options.wants(scenario.name())) continue;
                if (scenario.obstacle().isPresent()) stand.samples().skip(scenario.name(), scenario.obstacle().get());
                else measure(scenario);
            }
        } finally {
            endServer();
        }
        if (options.wants(Forks.NAME)) {
            say(Forks.NAME);
            Forks.USUAL.run(stand.bundles().exits(), stand.samples());
        }
    }

    private void measure(Scenario scenario) throws IOException, InterruptedException {
        var takers = new ArrayList<>(contenders.stream().filter(scenario::takes).toList());
        if (takers.stream().noneMatch(Bench::isServed)) endServer();
        else if (!startServer()) takers.removeIf(Bench::isServed);
        int rounds = Math.max(1, options.rounds() / scenario.oneIn());
        long begun = System.nanoTime();
        try {
            for (int round = -scenario.warmUps(); round < rounds; round++) {
                Collections.rotate(takers, 1);
                round(scenario, takers, round);
            }
            if (server.isPresent() && scenario instanceof MemoryScenario) {
                for (var name : List.of("Rss", "Pss")) stand.samples().add(new Metric("the server", name, Metric.Unit.KIB), Field.SERVED, server.get().kib(name + ":"));
            }
        } finally {
            scenario.clear();
        }
        say(scenario.label() + ": " + rounds + " rounds, " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
    }

    /** Starts one if none is there, and lets it get warm: it is there to stay, so its first hundreds of answers are not those that count. */
    private boolean startServer() throws IOException, InterruptedException {
        if (server.isPresent() && server.get().isAlive()) return true;
        endServer();
        try {
            server = Optional.of(Server.start(options.image().resolve("bin/jrunc"), stand.scratch().resolve("server")));
            for (var contender : contenders) if (isServed(contender)) warmUp(contender);
            return true;
        } catch (IllegalStateException e) {
            stand.samples().skip(Field.SERVED, e.getMessage());
            return false;
        }
    }

    private void warmUp(Contender contender) throws IOException, InterruptedException {
        for (int i = 0; i < SERVED_BEFORE; i++) {
            for (var scenario : List.of(new RunScenario(), new LifeScenario())) scenario.turn(contender, i, stand.noting(new Results()));
        }
    }

    private void endServer() throws IOException, InterruptedException {
        if (server.isPresent()) stand.samples().note("the server: " + server.get().end());
        server = Optional.empty();
    }

    /** Who fails in a round is out of this scenario, so that the others' rounds still pair. */
    private void round(Scenario scenario, List<Contender> takers, int round) throws IOException, InterruptedException {
        var at = round < 0 ? stand.noting(new Results()) : stand;
        for (var contender : List.copyOf(takers)) {
            if (server.isPresent()) server.get().show(isServed(contender));
            try {
                scenario.turn(contender, round, at);
                if (isServed(contender)) server.orElseThrow().requireAlive();
            } catch (IllegalStateException e) {
                takers.remove(contender);
                stand.samples().skip(contender.name() + " in " + scenario.label(), "out after round " + round + ": " + e.getMessage());
                say(contender.name() + " in " + scenario.label() + ": " + e.getMessage());
            }
        }
    }

    private static boolean isServed(Contender contender) {
        return contender instanceof Contender.Runtime runtime && runtime.served();
    }

    private void report() throws IOException, InterruptedException {
        var machine = Machine.describe(contenders, stand.stopwatch());
        var markdown = new Markdown(stand.samples(), options, machine).text();
        System.out.print(markdown);
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("bench.json"), JmhJson.of(stand.samples()));
        Files.writeString(options.out().resolve("bench.html"), HtmlReport.of(stand.samples(), machine));
        if (options.write().isPresent()) ResultsFile.write(options.write().get(), markdown);
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
