package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The expected texts are what runc 1.1.5 printed, with this spec's version, the owner that it leaves out of state, and a last line end. */
class StateOutputTest {
    private static final ContainerState C1 = new ContainerState("1.3.0", "c1", 13919, "created", "/bundles", "/bundles/rootfs",
            "2026-11-22T00:19:13.125936301Z", Map.of("b", "<x>", "a", "y"), "root");
    private static final ContainerState PLAIN = new ContainerState("1.3.0", "a-long-name", 0, "stopped", "/b", "/b/r",
            "2026-11-22T00:19:13Z", Map.of(), "#1000");

    @Test
    void state_is_one_member_per_line() {
        assertEquals("""
                {
                  "ociVersion": "1.3.0",
                  "id": "c1",
                  "pid": 13919,
                  "status": "created",
                  "bundle": "/bundles",
                  "rootfs": "/bundles/rootfs",
                  "created": "2026-11-22T00:19:13.125936301Z",
                  "annotations": {
                    "a": "y",
                    "b": "<x>"
                  },
                  "owner": "root"
                }
                """, StateOutput.state(C1));
    }

    @Test
    void annotations_are_left_out_when_there_are_none() {
        assertEquals("""
                {
                  "ociVersion": "1.3.0",
                  "id": "a-long-name",
                  "pid": 0,
                  "status": "stopped",
                  "bundle": "/b",
                  "rootfs": "/b/r",
                  "created": "2026-11-22T00:19:13Z",
                  "owner": "#1000"
                }
                """, StateOutput.state(PLAIN));
    }

    @Test
    void the_list_as_json_is_an_array_in_one_line() {
        assertEquals("""
                [{"ociVersion":"1.3.0","id":"c1","pid":13919,"status":"created","bundle":"/bundles","rootfs":"/bundles/rootfs",\
                "created":"2026-11-22T00:19:13.125936301Z","annotations":{"a":"y","b":"<x>"},"owner":"root"},\
                {"ociVersion":"1.3.0","id":"a-long-name","pid":0,"status":"stopped","bundle":"/b","rootfs":"/b/r",\
                "created":"2026-11-22T00:19:13Z","owner":"#1000"}]
                """, StateOutput.json(List.of(C1, PLAIN)));
        assertEquals("[]\n", StateOutput.json(List.of()));
    }

    @Test
    void the_table_has_columns_of_12_or_wider_with_a_gap_of_3() {
        assertEquals("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", StateOutput.table(List.of()));
        assertEquals("""
                ID          PID         STATUS      BUNDLE         CREATED                          OWNER
                c1          13919       created     /srv/bundle1   2026-11-22T00:19:13.125936301Z   root
                """, StateOutput.table(List.of(new ContainerState("1.3.0", "c1", 13919, "created", "/srv/bundle1", "/srv/bundle1/rootfs",
                "2026-11-22T00:19:13.125936301Z", Map.of(), "root"))));
        assertEquals("""
                ID            PID         STATUS      BUNDLE      CREATED                OWNER
                a-long-name   0           stopped     /b          2026-11-22T00:19:13Z   #1000
                """, StateOutput.table(List.of(PLAIN)));
    }

    @Test
    void quiet_is_one_id_per_line() {
        assertEquals("c1\na-long-name\n", StateOutput.ids(List.of(C1, PLAIN)));
        assertEquals("", StateOutput.ids(List.of()));
    }
}
