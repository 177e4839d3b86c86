package jrunc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result as Markdown. */
final class Markdown {
    private final Results results;
    private final Options options;
    private final String machine;
    private final List<String> peers = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    Markdown(Results results, Options options, String machine) {
        this.results = results;
        this.options = options;
        this.machine = machine;
        for (var peer : List.of(Field.RUNC, Field.CRUN, Field.NEWER_CRUN)) if (results.contenders().contains(peer)) peers.add(peer);
    }

    String text() {
        out.append(method());
        if (!results.metrics().isEmpty()) {
            aims();
            out.append("\n## All numbers\n\n*x runc* and the like are medians of the ratios within a round; *±* is JMH's score error, of the mean, with a confidence of 99.9 %.\n");
        }
        for (var metric : results.metrics()) table(metric);
        notes();
        return out.append('\n').append(machine).append('\n').append(HOW).toString();
    }

    /** Of a part of the scenarios, only the aims that are about them. */
    private void aims() {
        var aims = Aims.of(results).stream().filter(aim -> aim.measured().isPresent() || options.scenarios().isEmpty()).toList();
        if (aims.isEmpty()) return;
        out.append("\n## Aims\n\n| what | aim | measured | |\n|---|---|---:|---|\n");
        for (var aim : aims) {
            var measured = aim.measured().map(value -> String.format(Locale.ROOT, value < 20 ? "%.2f" : "%.0f", value)).orElse("");
            out.append("| ").append(aim.what()).append(" | ").append(aim.shownLimit()).append(" | ").append(measured).append(" | ").append(aim.verdict()).append(" |\n");
        }
    }

    private String method() {
        return "# How long commands take\n\nMeasured from before a process is made to after it is waited for, by a static program that does only that, "
                + options.rounds() + " rounds asked\nfor, all contenders in turn in each. *floor* is a static program that makes the system calls of `run` itself and no others "
                + "(cgroup, clone3, mounts,\n... exec, wait); *no container* runs `true` by itself; *java hello* is a JVM that prints a line, from jrunc's own image with jrunc's flags and\n"
                + "an AOT cache of its own. The container is that of `runc spec` without device rules. The floor, jrunc, runc and newer crun make a cgroup for it; crun with\n`--cgroup-manager=disabled` makes none. State is kept on a tmpfs, as in /run on most machines.\n";
    }

    private void table(Metric metric) {
        out.append("\n### ").append(metric.title()).append(" (").append(metric.unit().shown()).append(metric.unit().moreIsBetter() ? ", more is better" : "").append(")\n\n");
        boolean compared = results.contenders(metric).stream().anyMatch(peers::contains);
        out.append("| | n | min | median | p90 | p99 | max | mean ± |");
        if (compared) for (var peer : peers) out.append(" x ").append(peer).append(" |");
        out.append("\n|---|---:|---:|---:|---:|---:|---:|---:|").append(compared ? "---:|".repeat(peers.size()) : "").append('\n');
        for (var contender : results.contenders(metric)) row(metric, contender, compared);
    }

    private void row(Metric metric, String contender, boolean compared) {
        var series = results.of(metric, contender).orElseThrow();
        out.append("| ").append(contender).append(" | ").append(series.samples().size());
        for (var share : new double[] {0, 0.5, 0.9, 0.99, 1}) out.append(" | ").append(number(series.percentile(share)));
        out.append(" | ").append(number(series.mean())).append(Double.isNaN(series.error()) ? "" : " ± " + number(series.error())).append(" |");
        if (compared) {
            for (var peer : peers) {
                out.append(' ').append(results.ratio(metric, contender, peer).map(ratio -> String.format(Locale.ROOT, "%.2f", ratio)).orElse("")).append(" |");
            }
        }
        out.append('\n');
    }

    /** {@return three significant digits, or whole numbers} */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    private void notes() {
        out.append("\n## What was done\n\n");
        var names = new ArrayList<String>();
        for (var scenario : Scenario.all()) {
            if (names.contains(scenario.name()) || !options.wants(scenario.name())) continue;
            names.add(scenario.name());
            out.append("- `").append(scenario.name()).append("`: ").append(scenario.meaning()).append(".\n");
        }
        if (options.wants(Forks.NAME)) out.append("- `").append(Forks.NAME).append("`: ").append(Forks.MEANING).append(".\n");
        for (var note : results.notes()) out.append("- ").append(note.replaceAll("\\s+", " ")).append(".\n");
        for (var skipped : results.skipped()) out.append("- Missing: ").append(skipped.replaceAll("\\s+", " ")).append(".\n");
    }

    private static final String HOW = """

            To measure again, as root, after `mvn -B -q -DskipTests package` (crun wants cgroup v2 at `/sys/fs/cgroup`: a mount namespace of
            the bench's own gives it that on any host, to all contenders alike, and costs nothing while measuring):

                unshare -m sh -c 'umount -l /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
                  mvn -B -q -Pbench -DskipTests -Djrunc.image.skip=true -pl runtime,bench package -Dbench.rounds=100'

            Without `-Dbench.rounds=100` it is 100 rounds, too. `-Dbench.scenarios=run,life` measures only those (run, life, parallel, cold, mounts, list,
            memory, least-memory, seccomp, unpack, micro), `-Dbench.contenders=jrunc,crun` only those, `-Dbench.crun=...` another crun as well.
            `-Dbench.write=RESULTS.md` replaces this part of the file. `bench/target` then has `bench.html`, to look at, and `bench.json`, which JMH's
            visualizers read.
            """;
}
