package jrunc.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the bench was asked for, as words {@code name=value}.
 *
 * @param image      jrunc's image
 * @param config     a config.json that runs {@code true}
 * @param seccomp    a config.json with docker's default profile
 * @param rounds     how many; some scenarios take a part of them
 * @param scenarios  which; none means all
 * @param contenders which; none means all
 * @param crun       the words before the arguments of another crun, such as a newer one with its own libraries; its own flags, if any, among them
 * @param crunFlags  global flags for the installed crun
 * @param write      the Markdown file that gets the result
 * @param out        the folder for bench.json and bench.html
 */
record Options(Path image, Path config, Path seccomp, int rounds, Set<String> scenarios, Set<String> contenders, List<String> crun,
        List<String> crunFlags, Optional<Path> write, Path out) {

    /** Reads the words. */
    static Options parse(String... words) {
        Map<String, String> values = new HashMap<>();
        for (var word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) throw new IllegalArgumentException(word + ": not name=value");
            values.put(word.substring(0, equals), word.substring(equals + 1));
        }
        var options = new Options(path(values, "image"), path(values, "config"), path(values, "seccomp"), Integer.parseInt(values.get("rounds")),
                Set.copyOf(list(values, "scenarios", ",")), Set.copyOf(list(values, "contenders", ",")), list(values, "crun", " "),
                list(values, "crun-flags", " "), list(values, "write", "\n").stream().findFirst().map(Path::of), path(values, "out"));
        var known = known();
        for (var name : options.scenarios) if (!known.contains(name)) throw new IllegalArgumentException("no scenario " + name + "; there are " + known);
        return options;
    }

    private static List<String> known() {
        var names = new java.util.ArrayList<String>();
        for (var scenario : Scenario.all()) if (!names.contains(scenario.name())) names.add(scenario.name());
        names.add(Forks.NAME);
        return names;
    }

    private static Path path(Map<String, String> values, String name) {
        return Path.of(values.get(name)).toAbsolutePath().normalize();
    }

    private static List<String> list(Map<String, String> values, String name, String separator) {
        var value = values.getOrDefault(name, "").strip();
        return value.isEmpty() ? List.of() : List.of(value.split(separator + "+"));
    }

    /** {@return whether the scenario was asked for} */
    boolean wants(String scenario) {
        return scenarios.isEmpty() || scenarios.contains(scenario);
    }

    /** {@return whether the contender was asked for} */
    boolean wantsContender(String name) {
        return contenders.isEmpty() || contenders.contains(name);
    }
}
