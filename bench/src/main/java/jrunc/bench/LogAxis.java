package jrunc.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A logarithmic axis: equal ratios are equal distances.
 *
 * @param low   the number at {@code start}
 * @param high  the number at {@code end}
 * @param start in pixels
 * @param end   in pixels
 */
record LogAxis(double low, double high, double start, double end) {
    private static final int FEW = 4;

    LogAxis {
        if (!(low > 0) || !(high > low)) throw new IllegalArgumentException("an axis from " + low + " to " + high);
    }

    /** {@return an axis with a little room on both sides of the numbers} */
    static LogAxis around(double least, double most, double start, double end) {
        double room = Math.max(1.08, Math.pow(most / least, 0.04));
        return new LogAxis(least / room, most * room, start, end);
    }

    double at(double number) {
        return start + (end - start) * Math.log(number / low) / Math.log(high / low);
    }

    /** {@return round numbers along it, not too few, and each so many pixels from the one before} */
    List<Double> ticks(double apart) {
        var ticks = new ArrayList<Double>();
        for (var tick : ticks()) {
            if (ticks.isEmpty() || Math.abs(at(tick) - at(ticks.getLast())) >= apart) ticks.add(tick);
        }
        return ticks;
    }

    private List<Double> ticks() {
        for (var steps : List.of(new double[] {1}, new double[] {1, 2, 5}, new double[] {1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9}, tenths())) {
            var ticks = ticks(steps);
            if (ticks.size() >= FEW) return ticks;
        }
        return ticks(tenths());
    }

    private static double[] tenths() {
        var steps = new double[90];
        for (int i = 0; i < steps.length; i++) steps[i] = (10 + i) / 10.0;
        return steps;
    }

    private List<Double> ticks(double[] steps) {
        var ticks = new ArrayList<Double>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
            for (var step : steps) {
                double tick = step * Math.pow(10, power);
                if (tick >= low && tick <= high) ticks.add(tick);
            }
        }
        return ticks;
    }
}
