package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jrunc.host.MountTable.Entry;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static Entry only(String line) {
        var entries = MountTable.parse(line);
        assertEquals(1, entries.size(), line);
        return entries.getFirst();
    }

    @Test void a_line_gives_the_place_and_the_type() {
        assertEquals(new Entry("/proc", "proc"), only("22 28 0:21 / /proc rw,nosuid shared:14 - proc proc rw\n"));
    }

    @Test void optional_fields_may_be_missing_or_many() {
        assertEquals(new Entry("/a", "tmpfs"), only("1 2 0:3 / /a rw - tmpfs tmpfs rw"));
        assertEquals(new Entry("/a", "tmpfs"), only("1 2 0:3 / /a rw shared:1 master:2 propagate_from:3 unbindable - tmpfs tmpfs rw"));
    }

    @Test void blanks_newlines_and_backslashes_in_a_place_are_what_they_were() {
        assertEquals("/a b\nc\td\\e", only("1 2 0:3 / /a\\040b\\012c\\011d\\134e rw - tmpfs t rw").mountPoint());
    }

    @Test void a_place_that_looks_like_a_line_of_its_own_is_one_place() {
        String hostile = "1 2 0:3 / /x\\0401\\040-\\040cgroup2\\040c\\0129\\0409\\0400:1\\040/\\040/y rw - tmpfs t rw\n";
        assertEquals(new Entry("/x 1 - cgroup2 c\n9 9 0:1 / /y", "tmpfs"), only(hostile));
    }

    @Test void a_source_that_looks_like_a_separator_changes_nothing() {
        assertEquals(new Entry("/m", "fuse"), only("1 2 0:3 /root\\040-\\040x /m rw - fuse a\\040-\\040cgroup2 rw"));
    }

    @Test void mounts_stay_in_order_and_what_is_no_line_is_left_out() {
        var entries = MountTable.parse("1 2 0:3 / /a rw - ext4 /dev/a rw\n\nnonsense\n1 2 3\n1 2 0:4 / /b rw\n1 2 0:5 / /c rw - xfs");
        assertEquals(List.of(new Entry("/a", "ext4"), new Entry("/c", "xfs")), entries);
        assertTrue(MountTable.parse("").isEmpty());
    }

    @Test void this_machine_has_procfs_where_it_is_expected() {
        assertTrue(HostReader.read().procMounts().contains("/proc"));
    }

    @Test void a_mount_is_covered_by_a_later_one_on_its_place_or_above_it() {
        var mounts = MountTable.parse("""
                1 0 0:1 / / rw - ext4 x rw
                2 1 0:2 / /sys/fs/cgroup rw - tmpfs x rw
                3 2 0:3 / /sys/fs/cgroup/unified rw - cgroup2 x rw
                4 2 0:4 / /sys/fs/cgroup rw - cgroup2 x rw
                """);
        assertEquals(List.of(true, true, false), List.of(MountTable.isCovered(mounts, 1), MountTable.isCovered(mounts, 2), MountTable.isCovered(mounts, 3)));
        assertEquals(false, MountTable.isCovered(mounts, 0));
    }
}
