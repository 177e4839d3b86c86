package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jrunc.config.ConfigParser;
import jrunc.config.Resources;
import jrunc.tape.Listing;
import org.junit.jupiter.api.Test;

/** What update writes, in which order, and what it would set back; that it does so is seen on real cgroups. */
class UpdateTest {
    private static final Map<String, String> NOW = Map.of("pids.max", "max\n", "memory.max", "67108864\n", "memory.swap.max", "33554432\n",
            "cpu.max", "30000 100000\n", "cpu.idle", "1\n", "cpu.weight", "0\n", "io.max", "8:0 rbps=1048576 wbps=max riops=max wiops=max\n",
            "io.weight", "default 100\n8:0 200\n", "rdma.max", "mlx4_0 hca_handle=2 hca_object=max\n");

    private static Resources resources(String json) {
        return ConfigParser.parseResources(json.getBytes(StandardCharsets.UTF_8));
    }

    /** One that touches each kind of file, one of them in a controller that the cgroup has not yet. */
    static Update.Change change() {
        var kept = resources("{\"memory\":{\"limit\":67108864,\"swap\":100663296},\"cpu\":{\"quota\":30000,\"shares\":2048,\"idle\":1}}");
        var asked = resources("{\"memory\":{\"limit\":83886080},\"cpu\":{\"period\":50000,\"idle\":0,\"cpus\":\"0-1\"},\"pids\":{\"limit\":99},"
                + "\"blockIO\":{\"weight\":300,\"throttleWriteBpsDevice\":[{\"major\":8,\"minor\":16,\"rate\":5}]},"
                + "\"rdma\":{\"mlx4_1\":{\"hcaHandles\":3}}}");
        return new Update.Change(kept, asked, Optional.of(new Update.Schema("/sys/fs/resctrl/example", List.of("L3:0=f"), List.of("L3:0=ff;1=ff"))));
    }

    static Update.Recorded recorded(Update.Change change) {
        var enables = List.of(new Update.Enable("", "cpuset"), new Update.Enable("user.slice", "cpuset"));
        return Update.of(Example.HOST, Example.record("/user.slice/example"), 4, change, NOW, enables, "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test void an_update_has_its_golden_listing() throws IOException {
        GoldenListingTest.compare("update", "## lock\n" + Listing.of(Update.lock(Example.GLOBAL, Example.HOST, Example.record("/user.slice/example")).tape())
                + "\n## change\n" + Listing.of(recorded(change()).tape()));
    }

    private static List<String> writes(String kept, String asked) {
        return new Update.Change(resources(kept), resources(asked), Optional.empty()).settings().stream().map(s -> s.file() + " " + s.value()).toList();
    }

    @Test void what_follows_from_what_is_asked_for_is_written_and_nothing_else() {
        assertEquals(List.of("pids.max 7"), writes("{\"memory\":{\"limit\":1000}}", "{\"pids\":{\"limit\":7}}"));
        assertEquals(List.of("pids.max 7"), writes("{\"pids\":{\"limit\":7}}", "{\"pids\":{\"limit\":7}}"), "somebody may have changed it since");
        assertEquals(List.of("memory.swap.max 500", "memory.max 1500"), writes("{\"memory\":{\"limit\":1000,\"swap\":2000}}", "{\"memory\":{\"limit\":1500}}"));
        assertEquals(List.of("memory.swap.max 2000"), writes("{\"memory\":{\"limit\":1000,\"swap\":2000}}", "{\"memory\":{\"swap\":3000}}"));
        assertEquals(List.of("cpu.max 30000 50000"), writes("{\"cpu\":{\"quota\":30000}}", "{\"cpu\":{\"period\":50000}}"));
        assertEquals(List.of("cpu.max 10000 50000"), writes("{\"cpu\":{\"period\":50000}}", "{\"cpu\":{\"quota\":10000}}"));
        assertEquals(List.of("cpu.max max 50000"), writes("{\"cpu\":{\"quota\":30000,\"period\":50000}}", "{\"cpu\":{\"quota\":-1}}"));
        assertEquals(List.of(), writes("{\"cpu\":{\"quota\":30000}}", "{\"cpu\":{\"quota\":0,\"shares\":0},\"memory\":{\"limit\":0},\"blockIO\":{\"weight\":0}}"));
    }

    @Test void no_limit_on_memory_is_none_on_swap_either() {
        assertEquals(List.of("memory.swap.max max", "memory.max max"), writes("{\"memory\":{\"limit\":1000,\"swap\":2000}}", "{\"memory\":{\"limit\":-1}}"));
    }

    /** The kernel: an idle cgroup takes no weight, and one that is idle no more has the default. */
    @Test void a_cgroup_that_is_idle_no_more_gets_its_weight_again() {
        assertEquals(List.of("cpu.idle 0", "cpu.weight 174"), writes("{\"cpu\":{\"shares\":2048,\"idle\":1}}", "{\"cpu\":{\"idle\":0}}"));
        assertEquals(List.of("cpu.idle 0", "cpu.weight 100"), writes("{\"cpu\":{\"shares\":2048,\"idle\":1}}", "{\"cpu\":{\"idle\":0,\"shares\":1024}}"));
        assertEquals(List.of("cpu.idle 1"), writes("{\"cpu\":{\"shares\":2048}}", "{\"cpu\":{\"idle\":1}}"));
    }

    @Test void an_entry_of_a_list_takes_the_place_of_the_one_for_the_same_device() {
        var kept = "{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":5},{\"major\":8,\"minor\":16,\"rate\":6}]},\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}],"
                + "\"unified\":{\"memory.high\":\"1\",\"memory.min\":\"2\"}}";
        var after = new Update.Change(resources(kept), resources("{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":7}]},"
                + "\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":3}],\"unified\":{\"memory.min\":\"4\"}}"), Optional.empty()).after();
        assertEquals(List.of(6L, 7L), after.blockIO().throttleReadBpsDevice().stream().map(Resources.ThrottleDevice::rate).toList());
        assertEquals(List.of(new Resources.HugepageLimit("2MB", 3)), after.hugepageLimits());
        assertEquals(Map.of("memory.high", "1", "memory.min", "4"), after.unified());
    }

    @Test void rules_for_devices_stay_as_they_are() {
        var kept = resources("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}");
        assertEquals(kept.devices(), new Update.Change(kept, resources("{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}"), Optional.empty()).after().devices());
    }

    @Test void what_a_file_gets_back_is_its_text_or_the_line_of_the_one_device() {
        assertEquals("max", Readback.before("pids.max", "7", "max\n"));
        assertEquals("\n", Readback.before("cpuset.cpus", "0", "\n"));
        assertEquals("8:0 rbps=max wbps=9", Readback.before("io.max", "8:0 rbps=5", "8:16 rbps=1\n8:0 rbps=max wbps=9\n"));
        assertEquals("8:0 rbps=max", Readback.before("io.max", "8:0 rbps=5", "\n"));
        assertEquals("8:0 default", Readback.before("io.weight", "8:0 300", "default 100\n"));
        assertEquals("default 100", Readback.before("io.weight", "300", "default 100\n8:0 200\n"));
        assertEquals("mlx4_0 hca_handle=max hca_object=max", Readback.before("rdma.max", "mlx4_0 hca_handle=1 hca_object=2", ""));
    }

    @Test void a_controller_that_the_cgroup_lacks_is_known_by_its_missing_file() {
        assertEquals(Set.of("cpuset"), change().lacking(NOW));
        assertTrue(change().refusals(Example.HOST).isEmpty());
    }
}
