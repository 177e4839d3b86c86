package jrunc.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rules of a profile for the calls of one ABI. Of one call's rules the first without comparisons counts, else the first
 * whose comparisons hold; libseccomp has no order among these and refuses most that contradict each other.
 */
final class CallRules {
    private static final long NUMBER = 0xffffffffL;

    private final int fallback;
    private final boolean wide;
    /** The number in the upper half, the index in {@code rules} in the lower. */
    private long[] order = new long[64];
    private final List<Decision.Match> rules = new ArrayList<>();
    private int largest = -1;

    /** @param fallback the verdict where no rule holds */
    CallRules(Abi abi, int fallback) {
        wide = abi.wide;
        this.fallback = fallback;
    }

    /** The profile's author knew this call, whether or not a rule for it is needed. */
    void know(int number) {
        largest = Math.max(largest, number);
    }

    /** {@return the largest number that the profile's author knew, or -1} */
    int largest() {
        return largest;
    }

    void add(int number, List<Comparison> all, int verdict) {
        if (rules.size() == order.length) order = Arrays.copyOf(order, order.length * 2);
        order[rules.size()] = (long) number << 32 | rules.size();
        rules.add(new Decision.Match(all, verdict));
    }

    /** Appends what becomes of the calls from {@code from} until {@code to}. */
    void append(long from, long to, int unknown, Ranges ranges) {
        sort(order, rules.size());
        long next = from;
        for (int i = 0; i < rules.size(); ) {
            long number = order[i] >>> 32;
            int after = i + 1;
            while (after < rules.size() && order[after] >>> 32 == number) after++;
            if (number > next) ranges.add(next, Decision.always(fallback));
            ranges.add(number, decide(i, after));
            next = number + 1;
            i = after;
        }
        long known = largest < 0 || unknown == fallback ? to : largest + 1L;
        if (known > next) ranges.add(next, Decision.always(fallback));
        if (to > known) ranges.add(known, Decision.always(unknown));
    }

    /** By Shell: that of the JDK for long arrays would first link lambdas, which costs more than all the rest. */
    private static void sort(long[] numbers, int count) {
        for (int gap = 364; gap > 0; gap /= 3) {
            for (int i = gap; i < count; i++) {
                long number = numbers[i];
                int at = i;
                for (; at >= gap && numbers[at - gap] > number; at -= gap) numbers[at] = numbers[at - gap];
                numbers[at] = number;
            }
        }
    }

    private Decision decide(int from, int to) {
        List<Decision.Match> matches = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            var rule = rules.get((int) (order[i] & NUMBER));
            if (rule.all().isEmpty()) return Decision.always(rule.verdict());
            matches.add(rule);
        }
        return new Decision(matches, fallback, wide);
    }

    /** Appends how many rules have which verdict, in the order of the profile. */
    StringBuilder describe(StringBuilder out) {
        List<Integer> verdicts = new ArrayList<>();
        for (var rule : rules) {
            if (!verdicts.contains(rule.verdict())) verdicts.add(rule.verdict());
        }
        for (int verdict : verdicts) {
            int count = 0;
            for (var rule : rules) {
                if (rule.verdict() == verdict) count++;
            }
            out.append(", ").append(Verdict.shown(verdict)).append(" for ").append(count);
        }
        return out;
    }
}
