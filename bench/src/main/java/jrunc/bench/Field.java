package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out who can take part here. Names: {@value #PLAIN}, {@value #SERVED}, {@value #COMPILED}, and those of the others. */
final class Field {
    static final String PLAIN = "jrunc";
    static final String SERVED = "jrunc served";
    static final String COMPILED = "jrunc compiled";
    static final String FLOOR = "floor";
    static final String RUNC = "runc";
    static final String CRUN = "crun";
    static final String NEWER_CRUN = "newer crun";
    static final String JAVA = "java hello";
    static final String NOTHING = "no container";

    private final Options options;
    private final Stand stand;
    private final Path jrunc;
    private final List<Contender> contenders = new ArrayList<>();

    private Field(Options options, Stand stand) {
        this.options = options;
        this.stand = stand;
        jrunc = options.image().resolve("bin/jrunc");
    }

    /** {@return all who take part; why others do not is noted in the stand's results} */
    static List<Contender> find(Options options, Stand stand) throws IOException, InterruptedException {
        var field = new Field(options, stand);
        if (List.of(PLAIN, SERVED).stream().anyMatch(options::wantsContender)) field.jrunc();
        field.others();
        field.comparisons();
        return field.contenders;
    }

    private void jrunc() throws IOException, InterruptedException {
        if (Files.exists(Server.SOCKET)) throw new IllegalStateException("a server listens at " + Server.SOCKET + ": end it, or it would answer for all");
        runtime(PLAIN, List.of(jrunc.toString()), false);
        if (!options.wantsContender(SERVED)) return;
        if (knows("serve")) contenders.add(new Contender.Runtime(SERVED, List.of(jrunc.toString()), state(SERVED), true));
        else stand.samples().skip(SERVED, "`jrunc help` does not know `serve`");
    }

    private void others() throws IOException, InterruptedException {
        if (options.wantsContender(COMPILED)) compiled();
        for (var name : List.of(RUNC, CRUN)) {
            var program = installed(name);
            if (program.isEmpty()) stand.samples().skip(name, "not installed");
            else runtime(name, name.equals(CRUN) ? with(List.of(program.get().toString()), options.crunFlags()) : List.of(program.get().toString()), false);
        }
        if (options.crun().isEmpty()) return;
        if (Files.isExecutable(Path.of(options.crun().getFirst()))) runtime(NEWER_CRUN, options.crun(), false);
        else stand.samples().skip(NEWER_CRUN, "no program " + options.crun().getFirst());
    }

    private void compiled() throws IOException, InterruptedException {
        if (!knows("compile")) {
            stand.samples().skip(COMPILED, "`jrunc help` does not know `compile`");
            return;
        }
        var file = stand.scratch().resolve("compiled");
        var words = stand.stopwatch().output(List.of(jrunc.toString(), "--root", state(COMPILED).toString(), "compile",
                "--bundle", stand.bundles().exits().toString(), "-o", file.toString(), "bench-compiled-" + ProcessHandle.current().pid()));
        if (Files.isExecutable(file)) program(COMPILED, List.of(file.toString()));
        else stand.samples().skip(COMPILED, words.strip());
    }

    private void comparisons() throws IOException, InterruptedException {
        if (options.wantsContender(FLOOR)) {
            var file = stand.scratch().resolve("floor");
            Stopwatch.write(file, Floor.of(Recording.read(stand.bundles().exits().toString(), "bench-floor-" + ProcessHandle.current().pid())));
            program(FLOOR, List.of(file.toString()));
        }
        program(NOTHING, List.of(stand.bundles().program().toString()));
        if (options.wantsContender(JAVA)) program(JAVA, new JavaHello(options.image(), stand.scratch(), stand.stopwatch()).command());
    }

    /** Takes the runtime if it can run the plain bundle here. */
    private void runtime(String name, List<String> program, boolean served) throws IOException, InterruptedException {
        if (options.wantsContender(name)) tryOut(new Contender.Runtime(name, program, state(name), served));
    }

    private void program(String name, List<String> command) throws IOException, InterruptedException {
        if (options.wantsContender(name)) tryOut(new Contender.Program(name, command));
    }

    private void tryOut(Contender contender) throws IOException, InterruptedException {
        try {
            new RunScenario().turn(contender, -1000, stand.noting(new Results()));
            contenders.add(contender);
        } catch (IllegalStateException e) {
            stand.samples().skip(contender.name(), e.getMessage());
        }
    }

    private Path state(String name) {
        return stand.state().resolve(name.replaceAll("[^a-z]+", "-"));
    }

    private static List<String> with(List<String> program, List<String> flags) {
        var all = new ArrayList<>(program);
        all.addAll(flags);
        return all;
    }

    private boolean knows(String command) throws IOException, InterruptedException {
        return stand.stopwatch().output(List.of(jrunc.toString(), "help")).lines().anyMatch(line -> line.startsWith("  " + command + " "));
    }

    private static Optional<Path> installed(String name) {
        return List.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin").stream().map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
    }
}
