package jrunc.bench;

import java.util.List;

/** How thickly samples lie along a logarithmic axis: a sum of bells, as wide as Silverman's rule says. */
final class Density {
    private static final double NARROWEST = 0.004;
    private final double[] logs;
    private final double width;

    Density(List<Double> samples) {
        logs = samples.stream().mapToDouble(Math::log).sorted().toArray();
        double mean = 0;
        for (var log : logs) mean += log / logs.length;
        double variance = 0;
        for (var log : logs) variance += (log - mean) * (log - mean) / Math.max(1, logs.length - 1);
        double middle = (logs[logs.length * 3 / 4] - logs[logs.length / 4]) / 1.34; // one straggler must not blur all
        double spread = middle > 0 ? Math.min(Math.sqrt(variance), middle) : Math.sqrt(variance);
        width = Math.max(NARROWEST, 0.9 * spread * Math.pow(logs.length, -0.2));
    }

    /** {@return the factor by which a bell reaches beyond its sample} */
    double reach() {
        return Math.exp(2.5 * width);
    }

    double at(double number) {
        double log = Math.log(number);
        double sum = 0;
        for (var one : logs) sum += Math.exp(-(log - one) * (log - one) / (2 * width * width));
        return sum / (logs.length * width);
    }
}
