package jrunc.bench;

import java.util.ArrayList;
import java.util.List;

/** What was measured of one thing, round by round, or fork by fork and there iteration by iteration. */
final class Series {
    private final List<List<Double>> forks = new ArrayList<>(List.of(new ArrayList<>()));

    Series(double... samples) {
        for (var sample : samples) add(sample);
    }

    void add(double sample) {
        forks.getLast().add(sample);
    }

    /** What is added from now on comes from another fork. */
    void fork() {
        if (!forks.getLast().isEmpty()) forks.add(new ArrayList<>());
    }

    /** {@return the samples in the order in which they came} */
    List<Double> samples() {
        return forks.stream().flatMap(List::stream).toList();
    }

    /** {@return the same, fork by fork} */
    List<List<Double>> forks() {
        return forks.stream().map(List::copyOf).toList();
    }

    /** {@return the smallest sample that at least this share of all, 0 to 1, does not exceed} */
    double percentile(double share) {
        var sorted = samples().stream().sorted().toList();
        if (sorted.isEmpty()) throw new IllegalStateException("nothing was measured");
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    double median() {
        return percentile(0.5);
    }

    double mean() {
        return samples().stream().mapToDouble(x -> x).average().orElseThrow(() -> new IllegalStateException("nothing was measured"));
    }

    /** {@return how far, with a confidence of 99.9 %, the mean may be off: JMH's score error. NaN for fewer than three samples} */
    double error() {
        int n = samples().size();
        if (n < 3) return Double.NaN;
        double mean = mean();
        double variance = samples().stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / (n - 1);
        return Student.quantile(0.999, n - 1) * Math.sqrt(variance / n);
    }

    /** {@return the median of the ratios to the other's sample of the same round, so that a slow moment counts for both} */
    double timesOf(Series other) {
        var mine = samples();
        var others = other.samples();
        if (others.size() != mine.size()) throw new IllegalArgumentException("not measured in the same rounds");
        var ratios = new Series();
        for (int i = 0; i < mine.size(); i++) ratios.add(mine.get(i) / others.get(i));
        return ratios.median();
    }
}
