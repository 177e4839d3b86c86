package jrunc.bench;

import java.util.ArrayList;
import java.util.Locale;

/** The result as one page that needs nothing else: tables, and a drawing of every distribution. It is XML, too. */
final class HtmlReport {
    private final Results results;
    private final String reference;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(Results results) {
        this.results = results;
        var all = results.contenders();
        reference = all.contains(Field.NEWER_CRUN) ? Field.NEWER_CRUN : all.contains(Field.CRUN) ? Field.CRUN : Field.RUNC;
    }

    /** {@return the whole page} */
    static String of(Results results, String machine) {
        return new HtmlReport(results).page(machine);
    }

    private String page(String machine) {
        out.append("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>jrunc: how long commands take</title>\n<style>\n");
        out.append(Html.STYLE).append("</style>\n</head>\n<body>\n<h1>How long commands take</h1>\n<p>").append(Html.escaped(machine)).append("</p>\n");
        aims();
        medians();
        growth();
        out.append("<h2>Distributions</h2>\n<p>Every dot is a sample, the hill above shows how thickly they lie, the upright line and the number are the median. "
                + "The axes are logarithmic: equal distances are equal ratios. Point at a lane for its percentiles.</p>\n");
        for (var metric : results.metrics()) {
            out.append("<h3>").append(Html.escaped(metric.title())).append(metric.unit().moreIsBetter() ? " <small>(more is better)</small>" : "").append("</h3>\n<figure>");
            if (Lanes.canDraw(results, metric)) out.append(Lanes.draw(results, metric));
            out.append("</figure>\n");
        }
        missing();
        return out.append("</body>\n</html>\n").toString();
    }

    private void aims() {
        out.append("<h2>Aims</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>what</th><th>aim</th><th>measured</th><th></th></tr></thead>\n<tbody>\n");
        for (var aim : Aims.of(results)) {
            if (aim.measured().isEmpty()) continue;
            var measured = aim.measured().map(value -> String.format(Locale.ROOT, value < 20 ? "%.2f" : "%.0f", value)).orElse("");
            out.append("<tr><td>").append(Html.escaped(aim.what())).append("</td><td>").append(aim.shownLimit()).append("</td><td>").append(measured);
            out.append("</td><td class=\"").append(aim.verdict().replace(' ', '-')).append("\">").append(aim.verdict()).append("</td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    private void medians() {
        var contenders = results.contenders();
        out.append("<h2>Medians</h2>\n<p>Below each, by how much it is the one of ").append(reference).append(", as the median of the ratios within a round.</p>\n");
        out.append("<div class=\"scroll\"><table>\n<thead><tr><th></th>");
        for (var contender : contenders) out.append("<th class=\"").append(Html.colour(contender)).append("\">").append(Html.escaped(contender)).append("</th>");
        out.append("</tr></thead>\n<tbody>\n");
        for (var metric : results.metrics()) {
            out.append("<tr><td>").append(Html.escaped(metric.title())).append(" <small>").append(metric.unit().shown()).append("</small></td>");
            for (var contender : contenders) cell(metric, contender);
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    private void cell(Metric metric, String contender) {
        out.append("<td>");
        results.of(metric, contender).ifPresent(series -> out.append(Markdown.number(series.median())));
        if (!contender.equals(reference)) {
            results.ratio(metric, contender, reference).ifPresent(ratio -> out.append(String.format(Locale.ROOT, "<br/><small>%.2f×</small>", ratio)));
        }
        out.append("</td>");
    }

    private void growth() {
        var done = new ArrayList<String>();
        for (var metric : results.metrics()) {
            if (done.contains(metric.scenario())) continue;
            done.add(metric.scenario());
            var metrics = Growth.metrics(results, metric.scenario());
            if (metrics.isEmpty()) continue;
            if (done.stream().noneMatch("growth"::equals)) out.append("<h2>Growth</h2>\n<p>Medians against how many; both axes are logarithmic.</p>\n");
            done.add("growth");
            out.append("<h3>").append(Html.escaped(metric.scenario())).append("</h3>\n<figure>").append(Growth.draw(results, metrics)).append("</figure>\n");
        }
    }

    private void missing() {
        if (results.skipped().isEmpty()) return;
        out.append("<h2>Missing</h2>\n<ul>\n");
        for (var skipped : results.skipped()) out.append("<li>").append(Html.escaped(skipped)).append("</li>\n");
        out.append("</ul>\n");
    }
}
