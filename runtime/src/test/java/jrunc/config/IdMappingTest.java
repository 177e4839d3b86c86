package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids of one user namespace as another sees them. */
class IdMappingTest {
    private static final List<IdMapping> OWN = List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 100000, 65536));

    @Test void the_kernel_s_lines_are_mappings() {
        assertEquals(OWN, IdMapping.lines("         0       1000          1\n         1     100000      65536\n"));
        assertEquals(List.of(), IdMapping.lines(""));
    }

    @Test void the_same_mappings_seen_through_themselves_change_nothing() {
        assertEquals(List.of(new IdMapping(0, 0, 1), new IdMapping(1, 1, 65536)), IdMapping.through(OWN, OWN));
    }

    @Test void what_is_not_mapped_here_is_left_out() {
        var container = List.of(new IdMapping(0, 99990, 20), new IdMapping(50, 165530, 10), new IdMapping(100, 5, 5), new IdMapping(200, 1000, 1));
        assertEquals(List.of(new IdMapping(10, 1, 10), new IdMapping(50, 65531, 6), new IdMapping(200, 0, 1)), IdMapping.through(OWN, container));
        assertEquals(33, IdMapping.inContainer(IdMapping.through(OWN, List.of(new IdMapping(0, 100010, 100))), 11 + 33));
    }
}
