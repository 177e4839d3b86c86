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
        assertEquals(List.of(1.0, 10.0, 100.0, 1000.0), new LogAxis(1, 1000, 0, 1).ticks());
        assertEquals(List.of(2.0, 5.0, 10.0, 20.0, 50.0), new LogAxis(2, 60, 0, 1).ticks());
        for (double high : new double[] {1.1, 1.5, 3, 30, 1e5, 1e9}) {
            int count = new LogAxis(1, high, 0, 1).ticks().size();
            assertTrue(count >= 2 && count <= 12, high + ": " + count);
        }
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
