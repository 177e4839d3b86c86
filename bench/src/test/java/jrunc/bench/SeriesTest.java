package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void percentiles_are_samples_that_enough_others_do_not_exceed() {
        var series = of(5, 1, 4, 2, 3);
        assertEquals(1, series.percentile(0));
        assertEquals(3, series.median());
        assertEquals(5, series.percentile(0.9));
        assertEquals(5, series.percentile(1));
        assertEquals(2, of(2, 1, 3, 4).median(), "of an even number, the lower of the two in the middle");
    }

    @Test
    void ratios_pair_the_samples_of_a_round() {
        assertEquals(2, of(2, 20, 8).timesOf(of(1, 10, 2)));
        assertThrows(IllegalArgumentException.class, () -> of(1).timesOf(of(1, 2)));
    }

    @Test
    void nothing_measured_has_no_median() {
        assertThrows(IllegalStateException.class, () -> of().median());
    }

    private static Series of(double... samples) {
        var series = new Series();
        for (var sample : samples) series.add(sample);
        return series;
    }
}
