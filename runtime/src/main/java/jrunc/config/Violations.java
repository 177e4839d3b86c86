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

    /** Notes a list of processors or nodes that the kernel would not read: {@code 0-3,7} and {@code 0-31:2/4} are fine. */
    void cpuList(Rule rule, String path, Optional<String> cpus) {
        if (cpus.isEmpty()) return;
        var list = cpus.get();
        for (var entry : list.split(",", -1)) {
            if (!isRange(entry.strip())) {
                add(rule, path, JsonText.quoted(list) + " is not a list of numbers and ranges such as 0-3,7");
                return;
            }
        }
    }

    private static boolean isRange(String entry) {
        int dash = entry.indexOf('-');
        if (dash < 0) return number(entry) >= 0;
        int colon = entry.indexOf(':');
        int end = colon < 0 ? entry.length() : colon;
        if (end < dash) return false;
        long first = number(entry.substring(0, dash));
        long last = number(entry.substring(dash + 1, end));
        return first >= 0 && first <= last && (colon < 0 || isStride(entry.substring(colon + 1)));
    }

    private static boolean isStride(String stride) {
        int slash = stride.indexOf('/');
        if (slash < 0) return false;
        long used = number(stride.substring(0, slash));
        return used >= 1 && used <= number(stride.substring(slash + 1));
    }

    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 9) return -1;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return -1;
        }
        return Long.parseLong(digits);
    }
}
