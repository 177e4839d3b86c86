package jrunc.bench;

import java.util.List;
import java.util.Locale;

/** A drawing of how the median of a scenario grows with its parameter; both axes are logarithmic, so a straight slope of one is linear. */
final class Growth {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 300;
    private static final int LEFT = 110;
    private static final int RIGHT = 850;
    private static final int BOTTOM = 270;
    private static final int LABEL = 14;
    private static final double APART = 18;

    private Growth() {}

    /** {@return the metrics of a scenario whose parameter is a number above 0, if they are at least two} */
    static List<Metric> metrics(Results results, String scenario) {
        var some = results.metrics().stream().filter(metric -> metric.scenario().equals(scenario) && metric.parameter().matches("[1-9]\\d*")).toList();
        return some.size() < 2 ? List.of() : some;
    }

    /** {@return the drawing, an svg element} */
    static String draw(Results results, List<Metric> metrics) {
        var all = metrics.stream().flatMap(metric -> results.contenders(metric).stream().map(name -> results.of(metric, name).orElseThrow().median())).toList();
        var x = new LogAxis(Integer.parseInt(metrics.getFirst().parameter()), Integer.parseInt(metrics.getLast().parameter()), LEFT, RIGHT);
        var y = LogAxis.around(all.stream().min(Double::compare).orElseThrow(), all.stream().max(Double::compare).orElseThrow(), BOTTOM, LABEL);
        var svg = new StringBuilder(text("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s, growth\">\n", WIDTH, HEIGHT, Html.escaped(metrics.getFirst().scenario())));
        for (var tick : y.ticks(APART)) {
            svg.append(text("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y.at(tick), y.at(tick)));
            svg.append(text("<text class=\"number\" x=\"0\" y=\"%.1f\">%s %s</text>\n", y.at(tick) + 4, Lanes.tick(tick), metrics.getFirst().unit().shown()));
        }
        for (var metric : metrics) {
            svg.append(text("<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>\n", x.at(Integer.parseInt(metric.parameter())), HEIGHT - 8, metric.parameter()));
        }
        double last = -LABEL;
        for (var name : byLastMedian(results, metrics)) last = line(results, metrics, name, x, y, last + LABEL, svg);
        return svg.append("</svg>\n").toString();
    }

    /** {@return the contenders, the slowest, whose line ends highest, first} */
    private static List<String> byLastMedian(Results results, List<Metric> metrics) {
        var metric = metrics.getLast();
        return results.contenders(metric).stream().filter(name -> metrics.stream().allMatch(one -> results.of(one, name).isPresent()))
                .sorted(java.util.Comparator.comparing(name -> -results.of(metric, name).orElseThrow().median())).toList();
    }

    /** {@return where its name stands: the next one's must be lower} */
    private static double line(Results results, List<Metric> metrics, String contender, LogAxis x, LogAxis y, double highest, StringBuilder svg) {
        svg.append(text("<g class=\"%s\"><polyline points=\"", Html.colour(contender)));
        double end = 0;
        for (var metric : metrics) {
            end = y.at(results.of(metric, contender).orElseThrow().median());
            svg.append(text("%.1f,%.1f ", x.at(Integer.parseInt(metric.parameter())), end));
        }
        double label = Math.max(end + 4, highest);
        svg.append(text("\"/><text class=\"name\" x=\"%d\" y=\"%.1f\">%s</text></g>\n", RIGHT + 12, label, Html.escaped(contender)));
        return label;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
