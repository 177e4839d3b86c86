package jrunc.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was measured, in the order in which it was, and what was not measured and why. */
final class Results {
    private final Map<Metric, Map<String, Series>> series = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> order = new ArrayList<>();

    /** Says in which order contenders are reported; others come after them. */
    void lineUp(List<String> contenders) {
        order.addAll(contenders);
    }

    /** Notes a sample of the current round. */
    void add(Metric metric, String contender, double sample) {
        series.computeIfAbsent(metric, _ -> new LinkedHashMap<>()).computeIfAbsent(contender, _ -> new Series()).add(sample);
    }

    /** Notes a series whose samples come from one fork after the other. */
    void add(Metric metric, String contender, Series samples) {
        series.computeIfAbsent(metric, _ -> new LinkedHashMap<>()).put(contender, samples);
    }

    /** Notes why something is missing: a person will ask. */
    void skip(String what, String why) {
        skipped.add(what + ": " + why);
    }

    /** Notes something else that belongs to the numbers. */
    void note(String line) {
        notes.add(line);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    List<String> skipped() {
        return List.copyOf(skipped);
    }

    List<Metric> metrics() {
        return List.copyOf(series.keySet());
    }

    /** {@return the contenders that have this metric, in the order in which they are reported} */
    List<String> contenders(Metric metric) {
        var names = new ArrayList<>(series.getOrDefault(metric, Map.of()).keySet());
        names.sort(Comparator.comparingInt(name -> order.contains(name) ? order.indexOf(name) : order.size()));
        return names;
    }

    /** {@return all contenders that have any metric} */
    List<String> contenders() {
        var names = new ArrayList<String>();
        for (var metric : metrics()) for (var name : contenders(metric)) if (!names.contains(name)) names.add(name);
        return names;
    }

    /** {@return by how much a contender's samples are another's, or nothing if they were not measured in the same rounds} */
    Optional<Double> ratio(Metric metric, String contender, String other) {
        var mine = of(metric, contender);
        var others = of(metric, other);
        if (mine.isEmpty() || others.isEmpty() || mine.get().samples().size() != others.get().samples().size()) return Optional.empty();
        return Optional.of(mine.get().timesOf(others.get()));
    }

    /** {@return the metric with this title, if it was measured} */
    Optional<Metric> metric(String title) {
        return series.keySet().stream().filter(metric -> metric.title().equals(title)).findFirst();
    }

    /** {@return the samples, or nothing if it was not measured} */
    Optional<Series> of(Metric metric, String contender) {
        return Optional.ofNullable(series.getOrDefault(metric, Map.of()).get(contender));
    }
}
