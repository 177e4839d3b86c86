package jrunc.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the microbenchmarks, each in several JVMs: what one compiles well by chance another does not.
 *
 * @param count      forks
 * @param warmUps    iterations that do not count, in each
 * @param iterations that do, in each
 * @param length     of one, in milliseconds
 */
record Forks(int count, int warmUps, int iterations, int length) {
    static final String NAME = "micro";
    static final String MEANING = "one operation over and over in a warm JVM of its own";
    static final Forks USUAL = new Forks(3, 5, 5, 300);
    private static final String WHO = "jrunc in a JVM";

    /** Measures all of them. */
    void run(Path bundle, Results results) throws IOException, InterruptedException {
        for (var operation : Micro.Operation.values()) {
            var series = new Series();
            for (int fork = 0; fork < count; fork++) {
                series.fork();
                var printed = output(operation, bundle).lines().mapToDouble(operation::sample).toArray();
                if (printed.length != warmUps + iterations) throw new IllegalStateException("a fork of " + operation + " has printed " + printed.length + " lines");
                for (int i = warmUps; i < printed.length; i++) series.add(printed[i]);
            }
            results.add(operation.metric(), WHO, series);
        }
    }

    private String output(Micro.Operation operation, Path bundle) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Micro.class.getName(), operation.name(), bundle.toString(),
                Integer.toString(warmUps + iterations), Integer.toString(length))).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IllegalStateException("a fork of " + operation + " has failed");
        return text;
    }
}
