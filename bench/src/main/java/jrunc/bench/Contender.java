package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** An OCI runtime that takes part, and its times. */
final class Contender {
    private final String name;
    private final Path program;
    private final Path bundle;
    private final Path scratch;
    private final Map<Step, Series> times = new EnumMap<>(Step.class);
    private final Series waitingMemory = new Series();

    /** What an engine asks for, in the order of a container's life; and all of it in one command. */
    enum Step { CREATE, STATE, EXEC, KILL, START, DELETE, RUN }

    Contender(String name, Path program, Path bundle, Path scratch) {
        this.name = name;
        this.program = program;
        this.bundle = bundle;
        this.scratch = scratch;
        for (var step : Step.values()) times.put(step, new Series());
    }

    String name() {
        return name;
    }

    Path program() {
        return program;
    }

    Series times(Step step) {
        return times.get(step);
    }

    /** {@return resident memory of the process that waits for start, in KiB} */
    Series waitingMemory() {
        return waitingMemory;
    }

    /** Plays one container's life, then a second one's with {@code run}. */
    void round(Stopwatch stopwatch, int number) throws IOException, InterruptedException {
        var id = "bench-" + name + "-" + ProcessHandle.current().pid() + "-" + number;
        var pidFile = scratch.resolve("pid");
        measure(stopwatch, Step.CREATE, "create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString(), id);
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        waitingMemory.add(residentKib(pid));
        measure(stopwatch, Step.STATE, "state", id);
        measure(stopwatch, Step.EXEC, "exec", id, "true");
        measure(stopwatch, Step.KILL, "kill", id, "18"); // SIGCONT, which changes nothing
        measure(stopwatch, Step.START, "start", id);
        awaitEnd(pid);
        measure(stopwatch, Step.DELETE, "delete", id);
        measure(stopwatch, Step.RUN, "run", "--bundle", bundle.toString(), id + "-run");
    }

    private void measure(Stopwatch stopwatch, Step step, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program.toString(), "--root", scratch.resolve("state-" + name).toString()));
        command.addAll(List.of(words));
        times.get(step).add(stopwatch.time(command));
    }

    private static double residentKib(long pid) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) return Double.parseDouble(line.replaceAll("\\D", ""));
        }
        return 0;
    }

    /** The container's process is nobody's child here: it has ended when it is gone, or a zombie that its reaper has not seen yet. */
    private static void awaitEnd(long pid) throws InterruptedException {
        var stat = Path.of("/proc", Long.toString(pid), "stat");
        while (alive(stat)) Thread.sleep(1);
    }

    private static boolean alive(Path stat) {
        try {
            var text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
