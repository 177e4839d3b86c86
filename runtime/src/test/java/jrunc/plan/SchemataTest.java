package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemataTest {
    /** As the kernel shows them: padded, sorted, without leading zeros. */
    private static final String THERE = "    MB:0=100;1= 20\n    L3:0=fff;1=ff\nL3CODE:0=f\n    L2:0=000f\n";

    @ParameterizedTest
    @CsvSource({"L3:0=fff;1=ff", "L3:1=ff;0=fff", "L3:0=FFF", " L3 : 1 = 0ff ; 0 = 0xfff ;", "L3:00=fff", "L2:0=f", "MB:0=100", "MB:1=20;0=0100", "MB:1=11", "L3CODE:0=f", "L3:"})
    void what_a_group_has_already_is_no_difference(String line) {
        assertEquals(Map.of(), differences(line));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "L3:0=ff        | L3:0=ff is asked for, but it has L3:0=fff",
        "L3:0=fff;1=fff | L3:1=fff is asked for, but it has L3:1=ff",
        "L3:0=fff0      | L3:0=fff0 is asked for, but it has L3:0=fff",
        "L3:2=ff        | L3:2=ff is asked for, but it has no L3:2",
        "L3DATA:0=f     | L3DATA:0=f is asked for, but it has no L3DATA:0",
        "MB:1=21        | MB:1=21 is asked for, but it has MB:1=20",
        "MB:1=10        | MB:1=10 is asked for, but it has MB:1=20",
        "MB:1=0x14      | MB:1=0x14 is asked for, but it has MB:1=20",
    })
    void what_a_group_has_not_is_a_difference(String line, String difference) {
        assertEquals(Map.of("schemata", difference), differences(line));
    }

    @Test void megabytes_per_second_are_not_rounded() {
        assertEquals(Map.of("schemata", "MB:0=4995 is asked for, but it has MB:0=5000"), Schemata.differences(rdt("", "", "MB:0=4995"), "MB:0=5000", 10));
    }

    @Test void a_difference_is_the_propertys_whose_value_would_hold() {
        assertEquals(Map.of("l3CacheSchema", "L3:1=1 is asked for, but it has L3:1=ff", "memBwSchema", "MB:0=50 is asked for, but it has MB:0=100"),
                Schemata.differences(rdt("L3:0=1;1=1", "MB:0=50", "L3:0=fff"), THERE, 10));
    }

    /** The kernel calls a domain that comes twice in one write an error. */
    @Test void schemata_are_written_last_and_by_themselves() {
        assertEquals(List.of("L3:0=7f0\nMB:0=20\n", "L3:0=f\nMB:0=30\n"), Schemata.texts(rdt("L3:0=7f0", "MB:0=20", "L3:0=f", "MB:0=30")));
        assertEquals(List.of("L3:0=7f0\n"), Schemata.texts(rdt("L3:0=7f0", "")));
        assertEquals(List.of("MB:0=20\n"), Schemata.texts(rdt("", "MB:0=20")));
        assertEquals(List.of("L3:0=f\n"), Schemata.texts(rdt("", "", "L3:0=f")));
        assertEquals(List.of(), Schemata.texts(rdt("", "")));
    }

    @Test void a_line_of_bandwidth_in_l3CacheSchema_gives_way_to_memBwSchema() {
        assertEquals(List.of("L3:0=7f0\nL3CODE:0=f\nMB:0=20\n"), Schemata.texts(rdt("L3:0=7f0\nMB:0=90\nL3CODE:0=f", "MB:0=20")));
    }

    private static Map<String, String> differences(String line) {
        return Schemata.differences(rdt("", "", line), THERE, 10);
    }

    private static Linux.IntelRdt rdt(String cache, String bandwidth, String... schemata) {
        return new Linux.IntelRdt(Optional.of("group"), List.of(schemata), Optional.of(cache), Optional.of(bandwidth), false);
    }
}
