package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void percentiles_are_samples_that_enough_others_do_not_exceed() {
        var series = new Series(5, 1, 4, 2, 3);
        assertEquals(1, series.percentile(0));
        assertEquals(3, series.median());
        assertEquals(5, series.percentile(0.9));
        assertEquals(5, series.percentile(1));
        assertEquals(2, new Series(2, 1, 3, 4).median(), "of an even number, the lower of the two in the middle");
    }

    @Test
    void of_a_thousand_samples_the_percentiles_are_where_one_expects_them() {
        var series = new Series();
        for (int i = 1000; i > 0; i--) series.add(i);
        assertEquals(500, series.median());
        assertEquals(990, series.percentile(0.99));
        assertEquals(999, series.percentile(0.999));
    }

    @Test
    void ratios_pair_the_samples_of_a_round() {
        assertEquals(2, new Series(2, 20, 8).timesOf(new Series(1, 10, 2)));
        assertThrows(IllegalArgumentException.class, () -> new Series(1).timesOf(new Series(1, 2)));
    }

    @Test
    void nothing_measured_has_no_median_and_no_mean() {
        assertThrows(IllegalStateException.class, () -> new Series().median());
        assertThrows(IllegalStateException.class, () -> new Series().mean());
    }

    @Test
    void the_error_is_that_of_the_mean_with_a_confidence_of_999_in_1000() {
        // Mean 3, deviation sqrt(2.5), t of 4 degrees of freedom 8.610.
        assertEquals(8.610 * Math.sqrt(2.5 / 5), new Series(5, 1, 4, 2, 3).error(), 0.001);
        assertTrue(Double.isNaN(new Series(1, 2).error()), "two samples say nothing of it");
    }

    @Test
    void forks_are_kept_apart_and_counted_together() {
        var series = new Series();
        series.fork();
        series.add(1);
        series.fork();
        series.add(3);
        assertEquals(List.of(List.of(1.0), List.of(3.0)), series.forks());
        assertEquals(2, series.mean());
    }
}
