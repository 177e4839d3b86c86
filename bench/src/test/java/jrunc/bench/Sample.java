package jrunc.bench;

import java.util.List;
import java.util.Random;

/** Results of a bench that never ran. */
final class Sample {
    static final Metric RUN = new Metric("run", Metric.Unit.MILLISECONDS);

    private Sample() {}

    /** {@return some of every kind; the same every time} */
    static Results results() {
        var results = new Results();
        results.lineUp(List.of(Field.PLAIN, Field.SERVED, Field.RUNC, Field.CRUN));
        var random = new Random(1);
        for (int round = 0; round < 20; round++) {
            add(results, RUN, random, 40, 2, 25, 8);
            add(results, new Metric(LifeScenario.SUM, Metric.Unit.MILLISECONDS), random, 50, 5, 40, 16);
            add(results, new Metric("parallel starts", "50", Metric.Unit.CONTAINERS_PER_SECOND), random, 20, 200, 30, 90);
            add(results, MountsScenario.metric(0), random, 40, 2, 25, 8);
            add(results, MountsScenario.metric(500), random, 80, 20, 70, 30);
            add(results, MountsScenario.metric(5000), random, 500, 200, 1000, 400);
        }
        var forked = new Series(300, 301);
        forked.fork();
        forked.add(305);
        results.add(Micro.Operation.TRAP.metric(), "jrunc in a JVM", forked);
        results.skip("jrunc <compiled>", "not \"there\" & not known");
        return results;
    }

    private static void add(Results results, Metric metric, Random random, double... means) {
        var names = List.of(Field.PLAIN, Field.SERVED, Field.RUNC, Field.CRUN);
        for (int i = 0; i < means.length; i++) results.add(metric, names.get(i), means[i] * (1 + random.nextDouble() / 10));
    }
}
