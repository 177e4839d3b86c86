package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogAxisTest {
    @Test
    void equal_ratios_are_equal_distances() {
        var axis = new LogAxis(1, 100, 0, 200);
        assertEquals(0, axis.at(1));
        assertEquals(100, axis.at(10), 1e-9);
        assertEquals(200, axis.at(100), 1e-9);
    }

    @Test
    void ticks_are_round_numbers_and_never_few_nor_many() {
        assertEquals(List.of(1.0, 10.0, 100.0, 1000.0), new LogAxis(1, 1000, 0, 700).ticks(20));
        assertEquals(List.of(2.0, 5.0, 10.0, 20.0, 50.0), new LogAxis(2, 60, 0, 700).ticks(20));
        for (double high : new double[] {1.1, 1.5, 3, 30, 1e5, 1e9}) {
            int count = new LogAxis(1, high, 0, 700).ticks(40).size();
            assertTrue(count >= 2 && count <= 18, high + ": " + count);
        }
    }

    @Test
    void ticks_that_would_touch_are_left_out_also_where_the_axis_goes_up() {
        var axis = new LogAxis(1, 9, 270, 14);
        var ticks = axis.ticks(40);
        for (int i = 1; i < ticks.size(); i++) assertTrue(axis.at(ticks.get(i - 1)) - axis.at(ticks.get(i)) >= 40, ticks.toString());
    }

    @Test
    void zero_has_no_place_on_it() {
        assertThrows(IllegalArgumentException.class, () -> new LogAxis(0, 1, 0, 1));
    }

    @Test
    void there_is_room_around_a_single_number() {
        assertEquals(50, LogAxis.around(7, 7, 0, 100).at(7), 1e-9);
    }

    @Test
    void ticks_are_written_without_needless_zeros() {
        assertEquals(List.of("0.2", "1.5", "2", "30", "1000"), List.of(0.2, 1.5, 2.0, 30.0, 1000.0).stream().map(Lanes::tick).toList());
    }
}
