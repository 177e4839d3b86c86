package jrunc.bench;

import java.util.ArrayList;
import java.util.List;

/** What was measured of one thing, round by round, in milliseconds. */
final class Series {
    private final List<Double> samples = new ArrayList<>();

    void add(double milliseconds) {
        samples.add(milliseconds);
    }

    List<Double> samples() {
        return List.copyOf(samples);
    }

    /** {@return the smallest sample that at least this share of all, 0 to 1, does not exceed} */
    double percentile(double share) {
        if (samples.isEmpty()) throw new IllegalStateException("nothing was measured");
        var sorted = samples.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    double median() {
        return percentile(0.5);
    }

    /** {@return the median of the ratios to the other's sample of the same round, so that a slow moment counts for both} */
    double timesOf(Series other) {
        if (other.samples.size() != samples.size()) throw new IllegalArgumentException("not measured in the same rounds");
        var ratios = new Series();
        for (int i = 0; i < samples.size(); i++) ratios.add(samples.get(i) / other.samples.get(i));
        return ratios.median();
    }
}
