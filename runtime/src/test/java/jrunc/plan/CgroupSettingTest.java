package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.Validation;
import jrunc.host.CgroupTree;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code linux.resources} becomes in the files of cgroup v2: the numbers and the order are runc's. */
class CgroupSettingTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "'pids':{'limit':7}                          | pids.max=7",
        "'pids':{'limit':-1}                         | pids.max=max",
        "'pids':{'limit':0}                          | pids.max=1",
        "'memory':{'limit':1048576}                  | memory.max=1048576",
        "'memory':{'limit':0}                        | ``",
        "'memory':{'limit':-1}                       | memory.swap.max=max memory.max=max",
        "'memory':{'limit':-1,'swap':-1}             | memory.swap.max=max memory.max=max",
        "'memory':{'limit':100,'swap':300}           | memory.swap.max=200 memory.max=100",
        "'memory':{'limit':100,'swap':100}           | memory.swap.max=0 memory.max=100",
        "'memory':{'limit':100,'swap':-1}            | memory.swap.max=max memory.max=100",
        "'memory':{'limit':100,'swap':0}             | memory.max=100",
        "'memory':{'swap':-1}                        | memory.swap.max=max",
        "'memory':{'reservation':50}                 | memory.low=50",
        "'memory':{'reservation':-1}                 | memory.low=max",
        "'memory':{'reservation':0}                  | ``",
        "'cpu':{'shares':1024}                       | cpu.weight=100",
        "'cpu':{'shares':0}                          | ``",
        "'cpu':{'quota':50000,'period':200000}       | cpu.max=50000/200000",
        "'cpu':{'quota':50000}                       | cpu.max=50000/100000",
        "'cpu':{'period':20000}                      | cpu.max=max/20000",
        "'cpu':{'quota':-1}                          | cpu.max=max/100000",
        "'cpu':{'quota':50000,'burst':10}            | cpu.max=50000/100000 cpu.max.burst=10",
        "'cpu':{'idle':1,'shares':2}                 | cpu.weight=1 cpu.idle=1",
        "'cpu':{'cpus':'0-1','mems':'0'}             | cpuset.cpus=0-1 cpuset.mems=0",
        "'cpu':{'cpus':'','mems':''}                 | ``",
        "'blockIO':{'weight':0}                      | ``",
        "'hugepageLimits':[{'pageSize':'2MB','limit':4194304}]                   | hugetlb.2MB.max=4194304 hugetlb.2MB.rsvd.max=4194304",
        "'hugepageLimits':[{'pageSize':'1GB','limit':18446744073709551615}]      | hugetlb.1GB.max=18446744073709551615 hugetlb.1GB.rsvd.max=18446744073709551615",
        "'rdma':{'mlx5_1':{'hcaHandles':3,'hcaObjects':10000}}                   | rdma.max=mlx5_1/hca_handle=3/hca_object=10000",
        "'rdma':{'mlx5_1':{'hcaObjects':1}}                                      | rdma.max=mlx5_1/hca_object=1",
        "'unified':{'memory.high':'1G'}                                          | memory.high=1G",
        "'unified':{'io.max':'8:0 rbps=1\\n8:16 wbps=2'}                         | io.max=8:0/rbps=1 io.max=8:16/wbps=2",
        "'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':600}]}  | io.max=8:0/rbps=600",
        "'blockIO':{'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':601}]} | io.max=8:0/wbps=601",
        "'blockIO':{'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':602}]} | io.max=8:0/riops=602",
        "'blockIO':{'throttleWriteIOPSDevice':[{'major':8,'minor':9,'rate':18446744073709551615}]} | io.max=8:9/wiops=18446744073709551615",
    })
    void a_limit_becomes_what_the_kernel_counts_in(String resources, String writes) {
        var shown = CgroupSetting.of(config(resources).linux().resources()).stream()
                .map(setting -> setting.file() + "=" + setting.value().replace(' ', '/')).toList();
        assertEquals(writes, String.join(" ", shown));
    }

    @Test void the_files_are_written_in_runcs_order() {
        var all = config("""
                'unified':{'cpu.uclamp.min':'1'},'rdma':{'x':{'hcaObjects':1}},'hugepageLimits':[{'pageSize':'2MB','limit':1}],
                'cpu':{'cpus':'0','quota':9000,'shares':2,'idle':0,'burst':1,'mems':'0'},
                'blockIO':{'weight':10,'weightDevice':[{'major':8,'minor':0,'weight':20}],'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1}]},
                'memory':{'reservation':1,'swap':9,'limit':8},'pids':{'limit':1}""".replace("\n", " "));
        assertEquals(List.of("pids.max", "memory.swap.max", "memory.max", "memory.low", "io.bfq.weight", "io.bfq.weight", "io.max", "cpu.weight",
                "cpu.idle", "cpu.max", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max", "rdma.max",
                "cpu.uclamp.min"), CgroupSetting.of(all.linux().resources()).stream().map(CgroupSetting::file).toList());
    }

    @ParameterizedTest
    @CsvSource({"10,1", "500,4950", "1000,10000", "11,11"})
    void without_bfq_the_weight_of_io_counts_to_10000(long weight, String otherwise) {
        var setting = only("'blockIO':{'weight':" + weight + "}");
        assertEquals(List.of("io.bfq.weight", Long.toString(weight), "io.weight", otherwise),
                List.of(setting.file(), setting.value(), setting.otherwise(), setting.otherValue()));
    }

    @Test void the_weight_of_a_device_has_the_device_before_it() {
        var setting = only("'blockIO':{'weightDevice':[{'major':8,'minor':16,'weight':10}]}");
        assertEquals("8:16 10", setting.value());
        assertEquals("8:16 1", setting.otherValue());
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,1", "1024,100", "262144,10000", "262145,10000", "-1,10000"})
    void shares_become_the_weight_that_runc_gives_them(long shares, long weight) {
        assertEquals(weight, CgroupSetting.weight(shares));
    }

    @Property void more_shares_never_weigh_less(@ForAll @LongRange(min = 2, max = 262144) long shares) {
        long weight = CgroupSetting.weight(shares);
        assertTrue(weight >= CgroupSetting.weight(shares - 1) && weight >= 1 && weight <= 10000, () -> shares + " become " + weight);
    }

    @Test void a_swap_limit_below_or_without_a_memory_limit_never_gets_so_far() {
        for (var memory : List.of("'limit':100,'swap':99", "'swap':5", "'limit':-1,'swap':5", "'limit':0,'swap':5")) {
            assertFalse(Validation.of(config("'memory':{" + memory + "}")).isEmpty(), memory);
        }
    }

    @Test void each_setting_names_the_field_that_asked_for_it_and_the_controller() {
        var setting = only("'memory':{'reservation':50}");
        assertEquals("linux.resources.memory.reservation", setting.field());
        assertEquals("memory", setting.controller());
        assertEquals("cpuset", only("'cpu':{'mems':'0'}").controller());
        assertEquals("cgroup", only("'unified':{'cgroup.max.depth':'3'}").controller());
    }

    @ParameterizedTest
    @CsvSource({
        "'',              /user.slice/s.scope, /user.slice/id",
        "'',              /,                   /id",
        "/a/b,            /user.slice/s.scope, /a/b",
        "a/b,             /user.slice/s.scope, /user.slice/a/b",
        "a,               /x,                  /a",
        "/../../a,        /x,                  /a",
        "../../../a,      /x/y/z,              /a",
        "//a//./b/../c/,  /x,                  /a/c",
    })
    void a_cgroup_is_beside_that_of_the_runtime_unless_its_path_is_absolute(String wanted, String own, String path) {
        var tree = new CgroupTree("/sys/fs/cgroup", own, Set.of());
        assertEquals(path, Cgroups.path(with("'cgroupsPath':'" + wanted + "'"), "id", tree));
    }

    @Test void an_absent_path_is_the_id() {
        assertEquals("/user.slice/id", Cgroups.path(with("'rootfsPropagation':'private'"), "id", new CgroupTree("/t", "/user.slice/x", Set.of())));
    }

    @Test void what_the_host_does_not_offer_is_refused_by_field_and_file() {
        var some = new CgroupTree("/sys/fs/cgroup", "/", Set.of("cpu"));
        var refused = Cgroups.refusals(settings("'memory':{'limit':5},'cpu':{'shares':5},'unified':{'cgroup.max.depth':'3'}"), RefusalsTest.host(Optional.of(some)));
        assertEquals(1, refused.size());
        assertEquals("linux.resources.memory.limit: needs the memory controller (file memory.max), which the cgroup v2 tree at "
                + "/sys/fs/cgroup does not offer", refused.getFirst().shown());
        assertEquals("linux.resources.pids.limit: needs a cgroup v2 tree, and none is mounted",
                Cgroups.refusals(settings("'pids':{'limit':5}"), RefusalsTest.host(Optional.empty())).getFirst().shown());
    }

    private static CgroupSetting only(String resources) {
        var settings = settings(resources);
        assertEquals(1, settings.size());
        return settings.getFirst();
    }

    private static List<CgroupSetting> settings(String resources) {
        return CgroupSetting.of(config(resources).linux().resources());
    }

    private static Config config(String resources) {
        return with("'resources':{" + resources + "}");
    }

    static Config with(String linux) {
        String json = "{'ociVersion':'1.3.0','root':{'path':'r'},'process':{'cwd':'/','args':['a']},'linux':{" + linux + "}}";
        return ConfigParser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
