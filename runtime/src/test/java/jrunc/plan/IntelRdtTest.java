package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jrunc.config.Linux;
import jrunc.config.Violation;
import jrunc.host.Asked;
import jrunc.host.Resctrl;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.machine.Playback;
import jrunc.machine.TrapPlayer;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tapes play against a directory that looks like resctrl: few machines have the real one. What the kernel puts into a new
 * group, the test puts there by cells of its own.
 */
class IntelRdtTest {
    private static final long PID = 4711;

    @TempDir Path mount;

    @Test void a_new_group_gets_its_schemata_and_its_process_and_goes_with_the_container() throws IOException {
        var rdt = new Linux.IntelRdt(Optional.empty(), List.of("L3:0=f", "MB:0=30"), Optional.of("L3:0=7f0"), Optional.empty(), true);
        assertEquals(0, create(rdt, true, false).report().cell());
        assertEquals("L3:0=f\nMB:0=30\n", Files.readString(mount.resolve("id/schemata")), "the last write");
        assertEquals("4711", Files.readString(mount.resolve("id/tasks")));
        assertEquals("4711", Files.readString(mount.resolve("id/mon_groups/id/tasks")));
        pretendToBeTheKernel("id/mon_groups/id/tasks", "id/schemata", "id/tasks");
        assertEquals(List.of(mount + "/id/mon_groups/id", mount + "/id"), IntelRdt.own(rdt, resctrl(true), "id"));
        Files.delete(mount.resolve("id/mon_groups/id"));
        Files.delete(mount.resolve("id/mon_groups"));
        remove(IntelRdt.own(rdt, resctrl(true), "id"));
        assertFalse(Files.exists(mount.resolve("id")));
    }

    @Test void a_named_group_is_others_too_and_only_the_monitoring_group_goes() throws IOException {
        Files.createDirectories(mount.resolve("group/mon_groups"));
        Files.writeString(mount.resolve("group/schemata"), "L3:0=ff\n");
        Files.writeString(mount.resolve("group/tasks"), "");
        var rdt = new Linux.IntelRdt(Optional.of("group"), List.of(), Optional.empty(), Optional.empty(), true);
        assertEquals(0, create(rdt, false, false).report().cell());
        assertEquals("L3:0=ff\n", Files.readString(mount.resolve("group/schemata")), "nothing was asked for");
        assertEquals("4711", Files.readString(mount.resolve("group/tasks")));
        assertEquals("4711", Files.readString(mount.resolve("group/mon_groups/id/tasks")));
        pretendToBeTheKernel("group/mon_groups/id/tasks");
        remove(IntelRdt.own(rdt, resctrl(false), "id"));
        assertFalse(Files.exists(mount.resolve("group/mon_groups/id")));
        assertTrue(Files.exists(mount.resolve("group/tasks")));
    }

    @Test void one_schema_alone_is_written_alone() throws IOException {
        assertEquals(0, create(new Linux.IntelRdt(Optional.empty(), List.of(), Optional.of("L3:0=7f0"), Optional.empty(), false), true, false).report().cell());
        assertEquals("L3:0=7f0\n", Files.readString(mount.resolve("id/schemata")));
    }

    @Test void a_monitoring_group_that_cannot_be_made_fails_create() throws IOException {
        Files.createDirectories(mount.resolve("group/mon_groups/id"));
        Files.writeString(mount.resolve("group/tasks"), "");
        var rdt = new Linux.IntelRdt(Optional.of("group"), List.of(), Optional.empty(), Optional.empty(), true);
        assertEquals(-Errno.EEXIST.number(), create(rdt, false, false).report().result());
    }

    @Test void the_root_group_is_never_made_and_never_removed() throws IOException {
        Files.writeString(mount.resolve("tasks"), "");
        var rdt = new Linux.IntelRdt(Optional.of("/"), List.of(), Optional.empty(), Optional.empty(), false);
        assertEquals(0, create(rdt, false, false).report().cell());
        assertEquals("4711", Files.readString(mount.resolve("tasks")));
        assertEquals(List.of(), IntelRdt.own(rdt, resctrl(false), "id"));
    }

    @Test void a_group_that_has_come_up_meanwhile_is_neither_taken_nor_removed() throws IOException {
        for (var name : List.of(Optional.of("group"), Optional.<String>empty())) {
            var there = Files.createDirectory(mount.resolve(name.orElse("id")));
            var played = create(new Linux.IntelRdt(name, List.of("L3:0=f"), Optional.empty(), Optional.empty(), false), true, false);
            assertEquals(-Errno.EEXIST.number(), played.report().result());
            assertTrue(Files.exists(there));
        }
    }

    @Test void a_failed_create_takes_back_what_it_has_made() throws IOException {
        create(new Linux.IntelRdt(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), false), true, true);
        assertFalse(Files.exists(mount.resolve("id")));
    }

    /** The kernel would remove it with processes in it; no directory of another file system can pretend that. */
    @Test void a_failed_create_leaves_a_named_group_that_others_have_joined() throws IOException {
        var rdt = new Linux.IntelRdt(Optional.of("group"), List.of("L3:0=f"), Optional.empty(), Optional.empty(), false);
        var listing = listingOfUndo(rdt);
        int read = listing.indexOf("/group/tasks\"");
        assertTrue(read > 0 && listing.indexOf("/group\", AT_REMOVEDIR") > read, listing);
        assertTrue(listing.substring(read).contains("compare"), listing);
    }

    @Test void delete_removes_the_groups_of_the_record_innermost_first() {
        var record = record(List.of("/r/id/mon_groups/id", "/r/id"));
        var listing = Listing.of(Delete.remove(Example.GLOBAL, Example.HOST, record, List.of(), List.of()));
        int inner = listing.indexOf("unlinkat(AT_FDCWD, \"/r/id/mon_groups/id\", AT_REMOVEDIR)");
        assertTrue(inner > 0 && inner < listing.indexOf("unlinkat(AT_FDCWD, \"/r/id\", AT_REMOVEDIR)"), listing);
    }

    @Test void a_host_without_resctrl_is_refused() {
        var rdt = new Linux.IntelRdt(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), false);
        assertEquals(List.of("linux.intelRdt: resctrl is not mounted on this host; where the processor has Intel RDT, "
                + "\"mount -t resctrl resctrl /sys/fs/resctrl\" does that"), refusals(rdt, Optional.empty()));
    }

    @Test void a_named_group_that_is_there_must_have_what_is_asked_for() {
        var there = Optional.of(new Resctrl("/r", Optional.of("L3:0=ff\n"), false, 10));
        assertEquals(List.of("linux.intelRdt.schemata: /r/group is there already: L3:0=f is asked for, but it has L3:0=ff"),
                refusals(new Linux.IntelRdt(Optional.of("group"), List.of("L3:0=f"), Optional.empty(), Optional.empty(), false), there));
        assertEquals(List.of("linux.intelRdt.l3CacheSchema: /r is there already: L3:0=f is asked for, but it has L3:0=ff"),
                refusals(new Linux.IntelRdt(Optional.of("/"), List.of(), Optional.of("L3:0=f"), Optional.empty(), false), there));
        assertEquals(List.of(), refusals(new Linux.IntelRdt(Optional.of("group"), List.of("L3:0=0ff"), Optional.empty(), Optional.empty(), true), there));
        assertEquals(List.of(), refusals(new Linux.IntelRdt(Optional.of("group"), List.of(), Optional.empty(), Optional.empty(), false), there));
    }

    @Test void a_named_group_that_is_not_there_needs_a_schema_to_be_made_with() {
        var missing = Optional.of(new Resctrl("/r", Optional.empty(), false, 10));
        assertEquals(List.of("linux.intelRdt.closID: there is no /r/group, and no schema to make it with"),
                refusals(new Linux.IntelRdt(Optional.of("group"), List.of(), Optional.empty(), Optional.empty(), true), missing));
        assertEquals(List.of(), refusals(new Linux.IntelRdt(Optional.of("group"), List.of("L3:0=f"), Optional.empty(), Optional.empty(), true), missing));
        assertEquals(List.of(), refusals(new Linux.IntelRdt(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), true), missing));
    }

    @Test void what_has_the_containers_id_for_a_name_is_not_its_own() {
        assertEquals(List.of("linux.intelRdt: /r/id is there already; to share it name it as closID"), refusals(
                new Linux.IntelRdt(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), false), Optional.of(new Resctrl("/r", Optional.of(""), false, 10))));
        assertEquals(List.of("linux.intelRdt.enableMonitoring: /r/group/mon_groups/id is there already"), refusals(
                new Linux.IntelRdt(Optional.of("group"), List.of(), Optional.empty(), Optional.empty(), true), Optional.of(new Resctrl("/r", Optional.of(""), true, 10))));
    }

    private static List<String> refusals(Linux.IntelRdt rdt, Optional<Resctrl> resctrl) {
        var host = Example.HOST.with(new Asked(false, false, Set.of(), OptionalLong.empty(), Map.of(), resctrl));
        return IntelRdt.refusals(rdt, host, "id").stream().map(Violation::shown).toList();
    }

    private Resctrl resctrl(boolean isNew) {
        return new Resctrl(mount.toString(), isNew ? Optional.empty() : Optional.of(""), false, 10);
    }

    /** What create plays of it; if it {@code fails} the clean-up follows. */
    private Playback create(Linux.IntelRdt rdt, boolean isNew, boolean fails) {
        var tape = new Recorder(Arch.host());
        var groups = new IntelRdt(rdt, resctrl(isNew), "id", tape);
        String group = mount.resolve(IntelRdt.group(rdt, "id")).toString();
        groups.makeGroup();
        if (fails) tape.fail(Errno.ECANCELED);
        if (isNew) {
            file(group + "/schemata", tape);
            file(group + "/tasks", tape);
            tape.call(Sys.MKDIRAT, Handover.at(), Operand.text(group + "/mon_groups"), Operand.octal(0755));
        }
        groups.limit();
        groups.makeMonitor();
        if (rdt.enableMonitoring()) file(group + "/mon_groups/id/tasks", tape);
        groups.join(Operand.imm(PID));
        tape.cleanUp(groups::undo);
        return TrapPlayer.play(tape.finish());
    }

    private static void file(String path, Recorder tape) {
        tape.close(tape.call(Sys.OPENAT, Handover.at(), Operand.text(path), tape.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_CLOEXEC), Operand.octal(0600)));
    }

    private String listingOfUndo(Linux.IntelRdt rdt) {
        var tape = new Recorder(Arch.host());
        var groups = new IntelRdt(rdt, resctrl(true), "id", tape);
        groups.makeGroup();
        tape.cleanUp(groups::undo);
        return Listing.of(tape.finish());
    }

    /** The files of a resctrl group go with it; here they must go before. */
    private void pretendToBeTheKernel(String... files) throws IOException {
        for (var file : files) Files.delete(mount.resolve(file));
    }

    private static void remove(List<String> groups) {
        var tape = new Recorder(Arch.host());
        IntelRdt.remove(record(groups), tape);
        assertEquals(0, TrapPlayer.play(tape.finish()).report().cell());
    }

    private static ContainerRecord record(List<String> groups) {
        return new ContainerRecord(0, 0, "1.3.0", "id", "/bundle", "/bundle/rootfs", "", 1, 2, "", "", List.of(), true, "", List.of(), Map.of(), Map.of(), groups);
    }
}
