package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Where it was measured, and what. */
final class Machine {
    private Machine() {}

    /** {@return a sentence with the processor, the kernel, the load, and what every runtime says of its version} */
    static String describe(List<Contender> contenders, Stopwatch stopwatch) throws IOException, InterruptedException {
        var processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.replaceFirst(".*:\\s*", "")).orElse("processor without a name");
        var out = new StringBuilder("Measured on ").append(LocalDate.now(ZoneOffset.UTC)).append(": ").append(Runtime.getRuntime().availableProcessors());
        out.append(" processors (").append(processor).append("), Linux ").append(System.getProperty("os.version").replaceFirst("-.*", ""));
        out.append(", load average after it ").append(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        for (var contender : contenders) {
            if (!(contender instanceof Contender.Runtime(var name, var program, _, var served)) || served) continue;
            var command = new java.util.ArrayList<>(program);
            command.add("--version");
            out.append(", ").append(name).append(": ").append(stopwatch.output(command).lines().findFirst().orElse("no version"));
        }
        return out.append('.').toString();
    }
}
