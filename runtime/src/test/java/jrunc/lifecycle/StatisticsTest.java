package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.config.JsonWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shape of events --stats, from files as the kernel writes them; beside runc and real files it is seen in the test machine. */
class StatisticsTest {
    @TempDir Path cgroup;

    private void file(String name, String text) throws IOException {
        Files.writeString(cgroup.resolve(name), text);
    }

    private String statistics() {
        var json = new JsonWriter("");
        Statistics.write(cgroup.toString(), json);
        return json.toString();
    }

    private void says(String part) {
        var all = statistics();
        assertTrue(all.contains(part), () -> "no " + part + " in " + all);
    }

    @Test void a_cgroup_without_controllers_has_every_name_that_runc_writes_then() {
        assertEquals("{\"cpu\":{\"usage\":{\"kernel\":0,\"user\":0},\"throttling\":{}},"
                + "\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0,\"memory_spread_page\":0,\"memory_spread_slab\":0,"
                + "\"memory_pressure\":0,\"sched_load_balance\":0,\"sched_relax_domain_level\":0},"
                + "\"memory\":{\"usage\":{\"limit\":0,\"failcnt\":0},\"swap\":{\"limit\":0,\"failcnt\":0},\"kernel\":{\"limit\":0,\"failcnt\":0},"
                + "\"kernelTCP\":{\"limit\":0,\"failcnt\":0},\"event_count\":{}},\"pids\":{},\"blkio\":{},\"hugetlb\":{},\"intel_rdt\":{},\"network_interfaces\":null}",
                withoutProcesses());
    }

    private String withoutProcesses() {
        try {
            file("cgroup.type", "domain\n");
            file("cgroup.procs", "");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return statistics();
    }

    @Test void times_are_nanoseconds() throws IOException {
        withoutProcesses();
        file("cpu.stat", "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 5\nnr_throttled 2\nthrottled_usec 7\n");
        says("{\"usage\":{\"total\":30000,\"kernel\":10000,\"user\":20000},\"throttling\":{\"periods\":5,\"throttledPeriods\":2,\"throttledTime\":7000}}");
    }

    @Test void swap_counts_memory_too_and_no_limit_is_the_largest_number() throws IOException {
        withoutProcesses();
        file("memory.current", "100\n");
        file("memory.max", "1000\n");
        file("memory.peak", "300\n");
        file("memory.swap.current", "5\n");
        file("memory.swap.max", "50\n");
        file("memory.stat", "anon 1\nfile 60\n");
        says("\"memory\":{\"cache\":60,\"usage\":{\"limit\":1000,\"usage\":100,\"max\":300,\"failcnt\":0},\"swap\":{\"limit\":1050,\"usage\":105,\"failcnt\":0}");
        says("\"raw\":{\"anon\":1,\"file\":60}");
        file("memory.swap.max", "max\n");
        says("\"swap\":{\"limit\":18446744073709551615,\"usage\":105,\"failcnt\":0}");
    }

    @Test void disks_have_a_read_and_a_write_of_each_kind() throws IOException {
        withoutProcesses();
        file("io.stat", "8:16 rbytes=10 wbytes=0 rios=3 wios=4 dbytes=0 dios=0\n7:0 \n");
        says("\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":10},{\"major\":8,\"minor\":16,\"op\":\"Write\"}],"
                + "\"ioServicedRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":3},{\"major\":8,\"minor\":16,\"op\":\"Write\",\"value\":4}]}");
    }

    @Test void pressure_has_numbers_as_go_writes_them() throws IOException {
        withoutProcesses();
        file("cpu.pressure", "some avg10=1.50 avg60=0.00 avg300=10.00 total=77\nfull avg10=0.00 avg60=0.07 avg300=0.00 total=0\n");
        says("\"psi\":{\"some\":{\"avg10\":1.5,\"avg60\":0,\"avg300\":10,\"total\":77},\"full\":{\"avg10\":0,\"avg60\":0.07,\"avg300\":0,\"total\":0}}");
    }

    @Test void huge_pages_that_are_reserved_count_where_the_kernel_counts_them() throws IOException {
        withoutProcesses();
        file("hugetlb.2MB.current", "0\n");
        file("hugetlb.2MB.events", "max 1\n");
        says("\"hugetlb\":{\"2MB\":{\"failcnt\":1}}");
        file("hugetlb.2MB.rsvd.current", "2097152\n");
        says("\"hugetlb\":{\"2MB\":{\"usage\":2097152,\"failcnt\":1}}");
    }

    @Test void without_the_controller_processes_are_counted() throws IOException {
        withoutProcesses();
        file("cgroup.procs", "7\n9\n");
        says("\"pids\":{\"current\":2}");
        file("pids.current", "5\n");
        file("pids.max", "max\n");
        says("\"pids\":{\"current\":5}");
        file("pids.max", "7\n");
        says("\"pids\":{\"current\":5,\"limit\":7}");
    }

    @Test void a_list_of_processors_is_written_out() {
        assertEquals(List.of(0, 1, 2, 7), Statistics.numbers("0-2,7"));
        assertEquals(List.of(), Statistics.numbers(""));
    }

    @Test void of_the_hosts_processes_only_those_of_the_container_are_shown() {
        assertEquals("USER PID CMD\nroot   7 a\n", ProcessList.lines("USER PID CMD\nroot   7 a\nroot  77 b\n\n", List.of(7L)));
    }
}
