package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import jrunc.host.SubordinateIds.Range;
import org.junit.jupiter.api.Test;

/** {@code /etc/subuid} as newuidmap reads it. */
class SubordinateIdsTest {
    private static final List<String> SUBUID = List.of("one:100000:65536", "other:200000:65536", "1000:300000:10", "1000:400000:5:6", "one:x:5",
            "", "one:0:5", "one:7:0", "one:4294967290:10", "one:-5:10", "one:500000:1");

    @Test void all_ranges_of_a_user_count_whether_by_name_or_by_id() {
        assertEquals(List.of(new Range(100000, 65536), new Range(300000, 10), new Range(500000, 1)), SubordinateIds.ranges(SUBUID, Set.of("one", "1000")));
        assertEquals(List.of(), SubordinateIds.ranges(SUBUID, Set.of("1001")));
    }

    @Test void every_name_of_the_id_counts() {
        var passwd = List.of("root:x:0:0::/root:/bin/sh", "one:x:1000:1000::/:/bin/sh", "alias:x:1000:1000::/:/bin/sh", "ten:x:10000:1::/:", "broken", "short:x");
        assertEquals(Set.of("1000", "one", "alias"), SubordinateIds.names(passwd, 1000));
        assertEquals(Set.of("77"), SubordinateIds.names(passwd, 77));
    }

}
