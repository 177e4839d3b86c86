package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResctrlTest {
    @TempDir Path mount;

    @Test void a_group_that_is_not_there_has_no_schemata() {
        assertEquals(new Resctrl(mount.toString(), Optional.empty(), false, 1), Resctrl.at(mount.toString(), "group", "id"));
    }

    @Test void a_group_is_read_with_its_schemata_its_monitoring_group_and_the_hosts_step() throws IOException {
        Files.createDirectories(mount.resolve("info/MB"));
        Files.writeString(mount.resolve("info/MB/bandwidth_gran"), "10\n");
        Files.createDirectories(mount.resolve("group/mon_groups/id"));
        Files.writeString(mount.resolve("group/schemata"), "L3:0=ff\n");
        assertEquals(new Resctrl(mount.toString(), Optional.of("L3:0=ff\n"), true, 10), Resctrl.at(mount.toString(), "group", "id"));
        assertEquals(new Resctrl(mount.toString(), Optional.of("L3:0=ff\n"), false, 10), Resctrl.at(mount.toString(), "group", "other"));
        assertEquals(new Resctrl(mount.toString(), Optional.of(""), false, 10), Resctrl.at(mount.toString(), "", "id"), "the root group is always there");
    }

    @Test void the_last_mount_that_can_be_seen_counts() {
        var first = new MountTable.Entry("/sys/fs/resctrl", "resctrl");
        var second = new MountTable.Entry("/mnt/r", "resctrl");
        var lid = new MountTable.Entry("/mnt", "tmpfs");
        assertEquals(Optional.empty(), Resctrl.mountPoint(List.of(lid)));
        assertEquals(Optional.of("/mnt/r"), Resctrl.mountPoint(List.of(first, second)));
        assertEquals(Optional.of("/sys/fs/resctrl"), Resctrl.mountPoint(List.of(first, second, lid)));
    }
}
