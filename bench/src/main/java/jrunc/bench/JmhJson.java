package jrunc.bench;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The result in the format that {@code jmh -rf json} writes, so that what draws JMH's results draws these: an array with an object for
 * each metric and contender. A round is a single shot, so {@code measurementTime} says so; a batch is one.
 */
final class JmhJson {
    private static final double[] PERCENTILES = {0, 50, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999, 100};

    private JmhJson() {}

    /** {@return the whole file} */
    static String of(Results results) {
        var objects = new java.util.ArrayList<String>();
        for (var metric : results.metrics()) {
            for (var contender : results.contenders(metric)) objects.add(object(metric, contender, results.of(metric, contender).orElseThrow()));
        }
        return "[\n" + String.join(",\n", objects) + "\n]\n";
    }

    private static String object(Metric metric, String contender, Series series) {
        boolean forked = metric.unit().mode().equals("avgt") && series.forks().size() > 1;
        var time = forked ? Forks.USUAL.length() + " ms" : "single-shot";
        var out = new StringBuilder("{\n");
        out.append("  \"jmhVersion\": \"none: jrunc bench\",\n");
        out.append("  \"benchmark\": ").append(quoted("jrunc.bench." + word(metric.scenario()) + "." + word(contender))).append(",\n");
        out.append("  \"mode\": ").append(quoted(metric.unit().mode())).append(",\n  \"threads\": 1,\n  \"forks\": ").append(series.forks().size());
        out.append(",\n  \"warmupIterations\": ").append(forked ? Forks.USUAL.warmUps() : 1).append(",\n  \"warmupTime\": ").append(quoted(time));
        out.append(",\n  \"warmupBatchSize\": 1,\n  \"measurementIterations\": ").append(series.forks().getFirst().size());
        out.append(",\n  \"measurementTime\": ").append(quoted(time)).append(",\n  \"measurementBatchSize\": 1,\n");
        if (!metric.parameter().isEmpty()) out.append("  \"params\": {\"of\": ").append(quoted(metric.parameter())).append("},\n");
        out.append("  \"primaryMetric\": ").append(score(metric, series)).append(",\n  \"secondaryMetrics\": {}\n}");
        return out.toString();
    }

    private static String score(Metric metric, Series series) {
        double mean = series.mean();
        double error = series.error();
        var percentiles = new java.util.ArrayList<String>();
        for (var percentile : PERCENTILES) percentiles.add("\"" + percentile + "\": " + number(series.percentile(percentile / 100)));
        return "{\n    \"score\": " + number(mean) + ",\n    \"scoreError\": " + number(error)
                + ",\n    \"scoreConfidence\": [" + number(mean - error) + ", " + number(mean + error) + "],\n    \"scorePercentiles\": {"
                + String.join(", ", percentiles) + "},\n    \"scoreUnit\": " + quoted(metric.unit().jmh()) + ",\n    \"rawData\": ["
                + series.forks().stream().map(JmhJson::row).collect(Collectors.joining(", ")) + "]\n  }";
    }

    private static String row(List<Double> samples) {
        return samples.stream().map(JmhJson::number).collect(Collectors.joining(", ", "[", "]"));
    }

    /** JSON has no NaN; JMH writes it as a string. */
    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
    }

    /** {@return a name as Java would have it: visualizers part it at its dots} */
    static String word(String name) {
        var out = new StringBuilder();
        boolean upper = false;
        for (char c : name.toCharArray()) {
            boolean fits = c < 128 && Character.isLetterOrDigit(c);
            if (fits) out.append(upper ? Character.toUpperCase(c) : c);
            upper = !fits && !out.isEmpty();
        }
        return out.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
