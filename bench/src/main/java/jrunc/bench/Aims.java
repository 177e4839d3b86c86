package jrunc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What jrunc wants to reach, each with what was measured. */
final class Aims {
    private final Results results;
    private final String crun;
    private final List<Aim> aims = new ArrayList<>();

    /**
     * One aim.
     *
     * @param measured nothing if one of the two did not take part
     * @param least    whether the limit is the least that will do, not the most
     */
    record Aim(String what, Optional<Double> measured, double limit, boolean least) {
        /** {@return the verdict, for people} */
        String verdict() {
            if (measured.isEmpty()) return "not measured";
            return (least ? measured.get() >= limit : measured.get() <= limit) ? "reached" : "missed";
        }

        String shownLimit() {
            return (least ? "at least " : "at most ") + String.format(Locale.ROOT, limit < 10 ? "%.1f" : "%.0f", limit);
        }
    }

    private Aims(Results results) {
        this.results = results;
        boolean newer = results.contenders().contains(Field.NEWER_CRUN);
        crun = newer ? Field.NEWER_CRUN : Field.CRUN;
    }

    /** {@return all of them} */
    static List<Aim> of(Results results) {
        return new Aims(results).all();
    }

    private List<Aim> all() {
        most("run", Field.SERVED, crun, 0.5);
        most(LifeScenario.SUM, Field.SERVED, crun, 0.4);
        most("exec", Field.SERVED, crun, 0.4);
        most(LifeScenario.EXEC_AGAIN, Field.SERVED, crun, 0.4);
        most("state", Field.SERVED, crun, 0.3);
        most("kill", Field.SERVED, crun, 0.3);
        ratio("parallel starts, 50", Field.SERVED, crun, 1.5, true);
        most("run", Field.SERVED, Field.FLOOR, 1.6);
        most("run", Field.COMPILED, Field.FLOOR, 1.3);
        for (var command : List.of("start", "kill", "state", "delete")) most(command, Field.PLAIN, Field.RUNC, 1.0);
        var waiting = results.of(MemoryScenario.WAITING, Field.PLAIN).map(Series::median);
        aims.add(new Aim("KiB resident in a waiting container of " + Field.PLAIN, waiting, 100, false));
        var memory = results.metric("least memory.max");
        aims.add(new Aim("least memory.max: " + Field.PLAIN + " / " + crun, memory.flatMap(metric -> results.ratio(metric, Field.PLAIN, crun)), 1, false));
        for (var what : List.of(UnpackScenario.OF_ARCHIVE, UnpackScenario.OF_LAYOUT)) {
            most("unpack", what, UnpackScenario.BY_TAR, 1.0);
            var peak = results.of(UnpackScenario.PEAK, what).map(series -> series.percentile(1) / 1024);
            aims.add(new Aim("MiB resident while unpacking, " + what, peak, 200, false));
        }
        for (var who : List.of(Field.PLAIN, Field.SERVED)) {
            growth(MountsScenario.metric(500), MountsScenario.metric(5000), who);
            growth(ListScenario.metric(100), ListScenario.metric(1000), who);
        }
        return aims;
    }

    private void most(String title, String contender, String other, double limit) {
        ratio(title, contender, other, limit, false);
    }

    private void ratio(String title, String contender, String other, double limit, boolean least) {
        var measured = results.metric(title).flatMap(metric -> results.ratio(metric, contender, other));
        aims.add(new Aim(title + ": " + contender + " / " + other, measured, limit, least));
    }

    private void growth(Metric less, Metric more, String contender) {
        var few = results.of(less, contender);
        var many = results.of(more, contender);
        var measured = few.isPresent() && many.isPresent() ? Optional.of(many.get().median() / few.get().median()) : Optional.<Double>empty();
        aims.add(new Aim(more.title() + " / " + less.parameter() + ": " + contender, measured, 12, false));
    }
}
