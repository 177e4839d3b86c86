package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jrunc.tape.Listing;
import org.junit.jupiter.api.Test;

/** A cgroup that was there before is others' until it is known to be empty: nothing in it is changed, killed or removed. */
class CgroupClaimTest {
    private static final String CGROUP = "/system.slice";

    @Test void a_cgroup_is_claimed_before_anything_in_it_is_changed() throws IOException {
        var t = new Tracks(Container.of("limits", Example.config("limits-v2")).outside());
        int claimed = t.first(cell -> cell.attempt().startsWith("keep the cgroup "));
        int populated = t.first(cell -> cell.attempt().endsWith(" is not empty") && Listing.line(cell, 0).contains("\"cgroup.events\""));
        int firstSet = t.first(cell -> cell.attempt().startsWith("set "));
        assertTrue(populated > 0 && populated < claimed && claimed < firstSet, populated + " " + claimed + " " + firstSet);
    }

    /** Only "populated" in cgroup.events speaks of the cgroups below; cgroup.procs of a slice full of services is empty. */
    @Test void what_the_kernel_calls_populated_is_not_empty() throws IOException {
        var t = new Tracks(Container.of("limits", Example.config("limits-v2")).outside());
        int compare = t.first(cell -> cell.attempt().endsWith(" is not empty") && cell.call().word().equals("compare"));
        var operands = t.cell(compare).operands();
        assertEquals(8, ((jrunc.tape.Operand.Word) operands.getFirst()).offset());
        long wanted = ((jrunc.tape.Operand.Imm) operands.get(2)).value();
        assertEquals(asWord("populated 0\nfrozen 0\n"), wanted);
        assertFalse(asWord("populated 1\nfrozen 0\n") == wanted);
    }

    private static long asWord(String events) {
        return events.charAt(8) | events.charAt(9) << 8 | (long) events.charAt(10) << 16;
    }

    @Test void delete_leaves_a_cgroup_alone_that_its_killed_create_had_only_found() {
        var found = record(0, List.of());
        assertFalse(Listing.of(Delete.end(Example.GLOBAL, Example.HOST, found)).contains(CGROUP));
        assertFalse(Listing.of(Delete.remove(Example.GLOBAL, Example.HOST, found, List.of(), List.of())).contains("cgroup"));
    }

    @Test void delete_ends_what_is_in_a_cgroup_that_was_claimed_or_made_and_removes_only_what_was_made() {
        var below = List.of(CGROUP + "/below", CGROUP);
        for (var made : List.of(List.<String>of(), List.of(CGROUP))) {
            var own = record(made.isEmpty() ? 5 : 0, made);
            assertTrue(Listing.of(Delete.end(Example.GLOBAL, Example.HOST, own)).contains("cgroup.kill"));
            var removed = Listing.of(Delete.remove(Example.GLOBAL, Example.HOST, own, below, List.of()));
            assertTrue(removed.contains("\"system.slice/below\", AT_REMOVEDIR"), removed);
            assertEquals(!made.isEmpty(), removed.contains("\"system.slice\", AT_REMOVEDIR"), removed);
        }
    }

    private static ContainerRecord record(long pid, List<String> made) {
        return new ContainerRecord(pid, 815, "1.3.0", "example", "/bundle", "/bundle/rootfs", "", 1, 2, "/sys/fs/cgroup", CGROUP, made, true, "",
                List.of(), Map.of(), Map.of());
    }
}
