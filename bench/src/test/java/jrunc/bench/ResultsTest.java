package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Metric metric = new Metric("run", Metric.Unit.MILLISECONDS);
    private final Results results = new Results();

    @Test
    void contenders_stand_in_the_order_of_the_field_whoever_began() {
        results.lineUp(List.of("jrunc", "runc", "crun"));
        for (var name : List.of("crun", "somebody", "jrunc", "runc")) results.add(metric, name, 1);
        assertEquals(List.of("jrunc", "runc", "crun", "somebody"), results.contenders(metric));
    }

    @Test
    void who_missed_a_round_is_not_compared() {
        results.add(metric, "jrunc", 1);
        results.add(metric, "crun", 2);
        assertEquals(Optional.of(0.5), results.ratio(metric, "jrunc", "crun"));
        results.add(metric, "crun", 2);
        assertEquals(Optional.empty(), results.ratio(metric, "jrunc", "crun"));
        assertEquals(Optional.empty(), results.ratio(metric, "jrunc", "runc"));
    }
}
