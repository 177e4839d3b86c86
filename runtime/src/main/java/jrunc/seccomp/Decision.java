package jrunc.seccomp;

import java.util.List;

/**
 * What becomes of a call: the verdict of the first match, or, if there is none, {@code otherwise}.
 *
 * @param matches empty if the arguments do not count
 * @param wide    whether the arguments have 64 bits
 */
record Decision(List<Match> matches, int otherwise, boolean wide) {
    /** All comparisons must hold. */
    record Match(List<Comparison> all, int verdict) {}

    static Decision always(int verdict) {
        return new Decision(List.of(), verdict, true);
    }

    boolean isAlways(int verdict) {
        return matches.isEmpty() && otherwise == verdict;
    }
}
