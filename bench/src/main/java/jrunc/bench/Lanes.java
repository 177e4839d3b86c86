package jrunc.bench;

import java.util.List;
import java.util.Locale;

/** A drawing of one metric: a lane for each contender, with every sample as a dot, the thickness of their distribution, and the median. */
final class Lanes {
    private static final int WIDTH = 1000;
    private static final int NAMES = 130;
    private static final int NUMBERS = 850;
    private static final int LANE = 44;
    private static final int AXIS = 26;
    private static final double HILL = 22;
    private static final int DOTS_BELOW = 9;
    private static final int SHAPE_STEPS = 90;
    private static final int ENOUGH = 5;
    private static final double APART = 40;

    private final Results results;
    private final Metric metric;
    private final List<String> contenders;
    private final LogAxis axis;
    private final StringBuilder svg = new StringBuilder();

    private Lanes(Results results, Metric metric) {
        this.results = results;
        this.metric = metric;
        contenders = results.contenders(metric);
        double least = contenders.stream().mapToDouble(name -> of(name).percentile(0)).min().orElseThrow();
        double most = contenders.stream().mapToDouble(name -> of(name).percentile(1)).max().orElseThrow();
        axis = LogAxis.around(least, most, NAMES, NUMBERS);
    }

    /** {@return whether all samples have a place on a logarithmic axis} */
    static boolean canDraw(Results results, Metric metric) {
        return results.contenders(metric).stream().allMatch(name -> results.of(metric, name).orElseThrow().percentile(0) > 0);
    }

    /** {@return the drawing, an svg element} */
    static String draw(Results results, Metric metric) {
        return new Lanes(results, metric).draw();
    }

    private Series of(String contender) {
        return results.of(metric, contender).orElseThrow();
    }

    private String draw() {
        int height = contenders.size() * LANE + AXIS;
        svg.append(text("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", WIDTH, height, Html.escaped(metric.title())));
        for (var tick : axis.ticks(APART)) {
            double x = axis.at(tick);
            svg.append(text("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>", x, x, height - AXIS + 4));
            svg.append(text("<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>\n", x, height - 8, tick(tick)));
        }
        svg.append(text("<text class=\"unit\" x=\"%d\" y=\"%d\">%s</text>\n", NUMBERS + 12, height - 8, metric.unit().shown()));
        for (int i = 0; i < contenders.size(); i++) lane(contenders.get(i), i * LANE + LANE - 14);
        return svg.append("</svg>\n").toString();
    }

    private void lane(String contender, double y) {
        var series = of(contender);
        svg.append(text("<g class=\"%s\"><title>%s</title>", Html.colour(contender), Html.escaped(summary(contender, series))));
        svg.append(text("<text class=\"name\" x=\"0\" y=\"%.1f\">%s</text>", y, Html.escaped(contender)));
        svg.append(text("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", NAMES, NUMBERS, y, y));
        if (series.samples().size() >= ENOUGH) hill(series, y);
        int number = 0;
        for (var sample : series.samples()) {
            double below = 3 + number++ * 7 % DOTS_BELOW;
            svg.append(text("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\"/>", axis.at(sample), y + below));
        }
        double median = axis.at(series.median());
        svg.append(text("<line class=\"median\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", median, median, y - HILL, y + 12));
        svg.append(text("<text class=\"number\" x=\"%d\" y=\"%.1f\">%s</text></g>\n", NUMBERS + 12, y, Markdown.number(series.median())));
    }

    private void hill(Series series, double y) {
        var density = new Density(series.samples());
        double from = Math.log(Math.max(axis.low(), series.percentile(0) / density.reach()));
        double to = Math.log(Math.min(axis.high(), series.percentile(1) * density.reach()));
        var heights = new double[SHAPE_STEPS + 1];
        double highest = 0;
        for (int i = 0; i <= SHAPE_STEPS; i++) {
            heights[i] = density.at(Math.exp(from + (to - from) * i / SHAPE_STEPS));
            highest = Math.max(highest, heights[i]);
        }
        svg.append(text("<path d=\"M%.1f %.1f", axis.at(Math.exp(from)), y));
        for (int i = 0; i <= SHAPE_STEPS; i++) {
            svg.append(text("L%.1f %.1f", axis.at(Math.exp(from + (to - from) * i / SHAPE_STEPS)), y - HILL * heights[i] / highest));
        }
        svg.append(text("L%.1f %.1fZ\"/>", axis.at(Math.exp(to)), y));
    }

    private String summary(String contender, Series series) {
        return text("%s, %d samples: least %s, median %s, 90 %% %s, 99 %% %s, most %s %s", contender, series.samples().size(),
                Markdown.number(series.percentile(0)), Markdown.number(series.median()), Markdown.number(series.percentile(0.9)),
                Markdown.number(series.percentile(0.99)), Markdown.number(series.percentile(1)), metric.unit().shown());
    }

    /** {@return a round number without needless zeros} */
    static String tick(double number) {
        return number >= 10 ? text("%.0f", number) : text("%.3f", number).replaceFirst("\\.?0+$", "");
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
