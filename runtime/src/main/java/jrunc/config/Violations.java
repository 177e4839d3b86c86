package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the rules have found so far, and the few checks that many of them share. */
final class Violations {
    private final List<Violation> found = new ArrayList<>();

    /** Notes that {@code rule} is broken at {@code path}. */
    void add(Rule rule, String path, String message) {
        if (found.size() < InvalidConfigException.MAX_VIOLATIONS) found.add(new Violation(path, message, rule));
    }

    List<Violation> all() {
        return found;
    }

    void absolute(Rule rule, String path, String value) {
        if (!value.startsWith("/")) add(rule, path, JsonText.quoted(value) + " is not an absolute path");
    }

    void oneOf(Rule rule, String path, String value, String... words) {
        for (var word : words) {
            if (word.equals(value)) return;
        }
        add(rule, path, JsonText.quoted(value) + " is not one of " + String.join(", ", words));
    }

    /** Notes entries that are not {@code NAME=value}; says where they are, but not what they are: it may be a secret. */
    void environment(Rule rule, String path, List<String> env) {
        for (int i = 0; i < env.size(); i++) {
            int equals = env.get(i).indexOf('=');
            if (equals < 0) add(rule, JsonPath.at(path, i), "is not NAME=value (not shown, it may be a secret)");
            if (equals == 0) add(rule, JsonPath.at(path, i), "has no name before the = (not shown, it may be a secret)");
        }
    }

    /** As above, where the words are a table's names. */
    void oneOf(Rule rule, String path, String value, Enum<?>[] table) {
        var words = new String[table.length];
        for (int i = 0; i < table.length; i++) words[i] = table[i].name();
        oneOf(rule, path, value, words);
    }

    /** Notes a list of processors or nodes that the kernel would not read. */
    void cpuList(Rule rule, String path, Optional<String> cpus) {
        if (cpus.isPresent() && !NumberList.isOne(cpus.get())) {
            add(rule, path, JsonText.quoted(cpus.get()) + " is not a list of numbers and ranges such as 0-3,7");
        }
    }
}
