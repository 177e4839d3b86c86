package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Measures in rounds: in each, every contender does everything once, so that whatever else the machine does hits all alike.
 * Prints a table; {@code --write FILE} writes it, too.
 */
public final class Bench {
    private static final int WARM_UP = 3;
    private static final String PROGRAM = "rootfs/bin/true";

    private Bench() {}

    /** Takes the image, a config.json, a static program for it, the number of rounds and, if the result is to be kept, its file. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var scratch = Files.createTempDirectory("jrunc-bench");
        try {
            var bundle = bundle(Path.of(args[1]), Path.of(args[2]), scratch.resolve("bundle"));
            var text = measured(Path.of(args[0]).toRealPath(), bundle, Integer.parseInt(args[3]), scratch);
            System.out.print(text);
            if (args.length > 4 && !args[4].isEmpty()) Files.writeString(Path.of(args[4]), text + otherSections(Path.of(args[4])));
        } finally {
            try (var files = Files.walk(scratch)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
    }

    /** {@return what in the file was measured by others, from the first heading of a section on} */
    private static String otherSections(Path file) throws IOException {
        if (!Files.exists(file)) return "";
        var before = Files.readString(file);
        int section = before.indexOf("\n## ");
        return section < 0 ? "" : before.substring(section);
    }

    /** The config in the version of the spec that every contender knows, and the program under the name that it calls. */
    private static Path bundle(Path config, Path program, Path bundle) throws IOException {
        for (var folder : List.of("bin", "dev", "proc", "sys")) Files.createDirectories(bundle.resolve("rootfs").resolve(folder));
        Files.copy(program, bundle.resolve(PROGRAM), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(bundle.resolve("config.json"), Files.readString(config).replaceFirst("\"ociVersion\": \"[^\"]*\"", "\"ociVersion\": \"1.0.2\""));
        return bundle;
    }

    private static String measured(Path image, Path bundle, int rounds, Path scratch) throws IOException, InterruptedException {
        var stopwatch = new Stopwatch(scratch);
        var hello = new JavaHello(image, scratch).command();
        var nothing = List.of(bundle.resolve(PROGRAM).toString());
        var contenders = contenders(image, bundle, scratch, stopwatch);
        var report = new Report(stopwatch, contenders, rounds);
        for (int round = -WARM_UP; round < rounds; round++) {
            if (round == 0) {
                contenders = contenders.stream().map(c -> new Contender(c.name(), c.program(), bundle, scratch)).toList();
                report = new Report(stopwatch, contenders, rounds);
            }
            report.hello().add(stopwatch.time(hello));
            report.nothing().add(stopwatch.time(nothing));
            for (var contender : contenders) contender.round(stopwatch, round + WARM_UP);
        }
        return report.text();
    }

    /** jrunc, and of the others those that are installed and can run the bundle here. */
    private static List<Contender> contenders(Path image, Path bundle, Path scratch, Stopwatch stopwatch) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(new Contender("jrunc", image.resolve("bin/jrunc"), bundle, scratch)));
        for (var name : List.of("runc", "crun")) {
            var program = installed(name);
            if (program.isEmpty()) {
                System.err.println(name + " is left out: not installed");
                continue;
            }
            var contender = new Contender(name, program.get(), bundle, scratch);
            try {
                contender.round(stopwatch, 1000);
                all.add(contender);
            } catch (IllegalStateException e) {
                System.err.println(name + " is left out: " + e.getMessage().strip());
            }
        }
        return all;
    }

    private static Optional<Path> installed(String name) {
        return List.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin").stream().map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
    }
}
