package jrunc.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jrunc.kernel.Trap;
import jrunc.linux.AtFlag;
import jrunc.linux.Sys;

/**
 * {@code list} of many containers. A thousand real creates would take longer than all else here, so one container is created and its
 * state directory copied under other ids of the same length: each copy is a record like any other, and its process lives.
 */
final class ListScenario implements Scenario {
    private static final long FIFO = 0010600;
    private static final String FIRST = "-0000";

    private final int count;
    private final Map<Contender.Runtime, List<Path>> copies = new HashMap<>();
    private Stand stand;

    ListScenario(int count) {
        this.count = count;
    }

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String label() {
        return name() + " " + count;
    }

    @Override
    public String meaning() {
        return "`list` of so many containers: one that waits for `start`, and copies of its state directory under other ids";
    }

    @Override
    public int oneIn() {
        return 5;
    }

    @Override
    public void turn(Contender contender, int round, Stand at) throws IOException, InterruptedException {
        stand = at;
        var runtime = (Contender.Runtime) contender;
        if (!copies.containsKey(runtime)) make(runtime);
        double time = stand.stopwatch().time(runtime.command("list")).milliseconds();
        long lines = new String(stand.stopwatch().out(), StandardCharsets.UTF_8).lines().count();
        if (lines != count + 1) throw new IllegalStateException(contender.name() + " lists " + (lines - 1) + " containers instead of " + count);
        stand.samples().add(metric(count), contender.name(), time);
    }

    static Metric metric(int count) {
        return new Metric("list", Integer.toString(count), Metric.Unit.MILLISECONDS);
    }

    private void make(Contender.Runtime runtime) throws IOException, InterruptedException {
        var made = new ArrayList<Path>();
        copies.put(runtime, made);
        var first = first(runtime);
        stand.stopwatch().time(runtime.command("create", "--bundle", stand.bundles().waits().toString(), first));
        for (int i = 1; i < count; i++) {
            var id = first.substring(0, first.length() - FIRST.length()) + String.format(Locale.ROOT, "-%04d", i);
            var copy = Files.createDirectory(runtime.state().resolve(id));
            made.add(copy);
            copy(runtime.state().resolve(first), first, copy, id);
        }
    }

    /** Of each contender another, for cgroups have the same names for all. */
    private static String first(Contender.Runtime runtime) {
        return Stand.id(runtime, 0) + FIRST;
    }

    private static void copy(Path from, String first, Path to, String id) throws IOException {
        try (var files = Files.newDirectoryStream(from)) {
            for (var file : files) {
                var copy = to.resolve(file.getFileName());
                if (Files.isRegularFile(file)) {
                    var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replace(first, id);
                    Files.write(copy, text.getBytes(StandardCharsets.ISO_8859_1));
                } else if (!Files.isDirectory(file)) {
                    makeFifo(copy);
                }
            }
        }
    }

    private static void makeFifo(Path path) {
        try (var arena = Arena.ofConfined()) {
            Trap.orThrow("make the fifo " + path, Sys.MKNODAT, AtFlag.AT_FDCWD, arena.allocateFrom(path.toString()).address(), FIFO, 0);
        }
    }

    @Override
    public void clear() throws IOException, InterruptedException {
        for (var entry : copies.entrySet()) {
            for (var copy : entry.getValue()) Scratch.remove(copy);
            Scenario.remove(entry.getKey(), first(entry.getKey()), stand);
        }
        copies.clear();
    }
}
