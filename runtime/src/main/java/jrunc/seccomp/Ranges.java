package jrunc.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers from 0 to 2³² - 1 in order, with what becomes of each; neighbours of the same fate are one range. A range has the
 * more weight the more calls are in it, up to a bound: in docker's profile read, write and most that is asked often are in long ones.
 */
final class Ranges {
    /** Longer ranges weigh no more: measured with docker's profile. */
    private static final int HEAVIEST = 16;

    private final List<Decision> decisions = new ArrayList<>();
    private long[] starts = new long[64];

    /** From {@code start} on, until the next range begins. */
    void add(long start, Decision decision) {
        int count = decisions.size();
        boolean same = count > 0 && decision.matches().isEmpty() && decisions.get(count - 1).isAlways(decision.otherwise());
        if (same) return;
        if (count == starts.length) starts = Arrays.copyOf(starts, count * 2);
        starts[count] = start;
        decisions.add(decision);
    }

    int size() {
        return decisions.size();
    }

    /** {@return where to part the ranges from {@code from} until {@code to} so that both sides have about the same weight} */
    int middle(int from, int to) {
        long left = weight(from);
        long right = 0;
        for (int i = from + 1; i < to; i++) right += weight(i);
        int middle = from + 1;
        while (middle < to - 1) {
            int next = weight(middle);
            if (Math.abs(left + next - (right - next)) >= Math.abs(left - right)) break;
            left += next;
            right -= next;
            middle++;
        }
        return middle;
    }

    private int weight(int index) {
        long end = index + 1 < decisions.size() ? starts[index + 1] : starts[index] + 1;
        return 1 + (int) Math.min(end - starts[index], HEAVIEST);
    }

    long start(int index) {
        return starts[index];
    }

    Decision decision(int index) {
        return decisions.get(index);
    }
}
