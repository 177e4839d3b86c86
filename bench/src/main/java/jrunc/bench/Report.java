package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** The result as Markdown. */
final class Report {
    private final Stopwatch stopwatch;
    private final List<Contender> contenders;
    private final int rounds;
    private final Series hello = new Series();
    private final Series nothing = new Series();

    Report(Stopwatch stopwatch, List<Contender> contenders, int rounds) {
        this.stopwatch = stopwatch;
        this.contenders = contenders;
        this.rounds = rounds;
    }

    /** {@return times of a JVM that prints a line} */
    Series hello() {
        return hello;
    }

    /** {@return times of a static program that prints a line: what starting any process costs here} */
    Series nothing() {
        return nothing;
    }

    String text() throws IOException, InterruptedException {
        var out = new StringBuilder("# How long commands take\n\n");
        out.append("Milliseconds from before the process is made to after it is waited for, ").append(rounds).append(" rounds, all contenders in turn in each.\n");
        out.append("The container is that of `runc spec`, with a static program that prints a line, no terminal, and no\ndevice rules, which crun can only load with CAP_SYS_RESOURCE.\n*x java* is the median of the ratios to `java` printing a line in the same round: jrunc's own JVM image and flags, its own AOT cache.\n\n");
        out.append("| what | min | median | p90 | p99 | x java |\n|---|---:|---:|---:|---:|---:|\n");
        row(out, "a static program printing a line", nothing);
        row(out, "`java` printing a line", hello);
        for (var step : Contender.Step.values()) {
            for (var contender : contenders) row(out, contender.name() + " " + step.name().toLowerCase(Locale.ROOT), contender.times(step));
        }
        out.append("\nResident memory of the process that waits for `start`, median: ");
        out.append(String.join(", ", contenders.stream().map(c -> String.format(Locale.ROOT, "%s %.0f KiB", c.name(), c.waitingMemory().median())).toList()));
        return out.append(".\n\n").append(machine()).append(HOW).toString();
    }

    private void row(StringBuilder out, String what, Series series) {
        out.append(String.format(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.1f | %.2f |%n", what, series.percentile(0), series.median(),
                series.percentile(0.9), series.percentile(0.99), series.timesOf(hello)));
    }

    private String machine() throws IOException, InterruptedException {
        var processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.replaceFirst(".*:\\s*", "")).orElse("processor without a name");
        var out = new StringBuilder("Measured on ").append(LocalDate.now(ZoneOffset.UTC)).append(": ").append(Runtime.getRuntime().availableProcessors());
        out.append(" processors (").append(processor).append("), Linux ").append(System.getProperty("os.version").replaceFirst("-.*", ""));
        out.append(", load average after it ").append(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        for (var contender : contenders) {
            out.append(", ").append(stopwatch.output(List.of(contender.program().toString(), "--version")).lines().findFirst().orElse(contender.name()));
        }
        return out.append(".\n").toString();
    }

    private static final String HOW = """

            To measure again, as root, after `mvn -B -q -DskipTests package` (crun wants cgroup v2 at `/sys/fs/cgroup`: a mount namespace of
            the bench's own gives it that on any host, to all contenders alike, and costs nothing while measuring):

                unshare -m sh -c 'umount -l /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && mvn -B -q -Pbench -pl bench package -Dbench.rounds=100'

            With `-Dbench.write=RESULTS.md` the result replaces this part of the file.
            """;
}
