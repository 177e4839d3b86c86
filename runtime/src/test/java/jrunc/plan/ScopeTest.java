package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.Violation;
import jrunc.dbus.Variant;
import jrunc.host.ServiceManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container's unit is called, where its cgroup is, and what is refused. */
class ScopeTest {
    static final ServiceManager MANAGER = new ServiceManager(252, "", List.of("cgroup.procs", "memory.reclaim"), Map.of("c 136", "char-pts", "b 8", "block-sd"));

    private static Config config(String linux, String annotations) {
        return ConfigParser.parse(("{'ociVersion':'1.3.0','root':{'path':'r'},'process':{'user':{'uid':0,'gid':0},'cwd':'/','args':['a']},'linux':{" + linux
                + "},'annotations':{" + annotations + "}}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Scope scope(String cgroupsPath) {
        return Scope.of(config("'cgroupsPath':'" + cgroupsPath + "'", ""), "id", Example.HOST);
    }

    @ParameterizedTest
    @CsvSource({"'',/system.slice/jrunc-id.scope", "::,/system.slice/jrunc-id.scope", "a-b.slice:p:n,/a.slice/a-b.slice/p-n.scope", ":p:,/system.slice/p-id.scope",
            "-.slice:p:n,/p-n.scope", "kubepods-burstable-pod1_2.slice:cri-containerd:ab,/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-ab.scope"})
    void cgroups_path_names_slice_prefix_and_name(String cgroupsPath, String cgroup) {
        assertEquals(cgroup, scope(cgroupsPath).cgroup(MANAGER));
    }

    @Test void a_users_slices_begin_at_the_users_own_systemd() {
        var manager = new ServiceManager(252, "/user.slice/user-7.slice/user@7.service", List.of(), Map.of());
        assertEquals("/user.slice/user-7.slice/user@7.service/a.slice/p-n.scope", scope("a.slice:p:n").cgroup(manager));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "/a/b|expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/a/b\" instead",
            "a:b|expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"a:b\" instead",
            "a:b:c|invalid slice name: a", "a/b.slice:b:c|invalid slice name: a/b.slice", "a--b.slice:p:n|invalid slice name: a--b.slice", "-a.slice:p:n|invalid slice name: -a.slice",
            ".slice:p:n|invalid slice name: .slice", "a.slice:p:b.slice|a container's processes cannot be in the slice b.slice: systemd keeps processes only in scopes and services",
            "a.slice:p:x+y|the unit name \"p-x+y.scope\" has a '+', which systemd does not take; linux.cgroupsPath slice:prefix:name can give another"})
    void other_forms_are_refused(String cgroupsPath, String why) {
        var refused = Scope.refusals(config("'cgroupsPath':'" + cgroupsPath + "'", ""), "id", Example.HOST);
        assertEquals(List.of("linux.cgroupsPath: " + why), refused.stream().map(violation -> violation.path() + ": " + violation.message()).toList());
    }

    @Test void annotations_that_are_no_properties_are_refused_by_name() {
        var refused = Scope.refusals(config("", "'org.systemd.property.Xx':'1','org.systemd.property.A1b':'1','org.systemd.property.Foo':'open','org.systemd.property.FooSec':'true',"
                + "'org.systemd.property.Fine':'1','run.oci.systemd.subgroup':'a/../b'"), "id", Example.HOST);
        assertEquals(List.of("annotations.run.oci.systemd.subgroup", "annotations.org.systemd.property.Xx", "annotations.org.systemd.property.A1b", "annotations.org.systemd.property.Foo",
                "annotations.org.systemd.property.FooSec"), refused.stream().map(Violation::path).toList());
    }

    private static List<String> properties(String resources, String annotations, int version) {
        var config = config("'resources':{" + resources + "}", annotations);
        var manager = new ServiceManager(version, "", List.of(), MANAGER.deviceGroups());
        var call = SystemdCalls.start(1, Scope.of(config, "id", Example.HOST), config, "id", manager, 77);
        List<String> shown = new ArrayList<>();
        for (var property : (List<?>) call.body().get(2)) {
            var pair = (List<?>) property;
            shown.add(pair.get(0) + " " + ((Variant) pair.get(1)).signature() + " " + ((Variant) pair.get(1)).shown());
        }
        return shown;
    }

    private static List<String> limits(String resources, int version) {
        var all = properties(resources, "", version);
        return all.subList(all.indexOf("DevicePolicy s \"strict\"") + 1, all.size());
    }

    @Test void a_scope_is_described_placed_delegated_and_accounted_for() {
        assertEquals(List.of("Description s \"jrunc container id\"", "Slice s \"system.slice\"", "Delegate b true", "PIDs au [77]", "MemoryAccounting b true",
                "CPUAccounting b true", "IOAccounting b true", "TasksAccounting b true", "DefaultDependencies b false"), properties("", "", 252).subList(0, 9));
    }

    @Test void each_limit_is_a_property_of_its_type() {
        assertEquals(List.of("MemoryMax t 9", "MemoryLow t 5", "MemorySwapMax t 3", "CPUWeight t 174", "CPUQuotaPeriodUSec t 50000", "CPUQuotaPerSecUSec t 600000",
                "AllowedCPUs ay 0x8101", "AllowedMemoryNodes ay 0x01", "TasksMax t 1", "IOReadBandwidthMax a(st) [[\"/dev/block/8:0\", 7]]", "IOWeight t 2930"),
                limits("'memory':{'limit':9,'reservation':5,'swap':12},'cpu':{'shares':2048,'quota':29999,'period':50000,'cpus':'0,7-8','mems':'0'},'pids':{'limit':0},"
                        + "'blockIO':{'weight':300,'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':7}]}", 252));
    }

    @Test void no_limit_is_a_property_too() {
        assertEquals(List.of("MemoryMax t max", "MemorySwapMax t max", "CPUQuotaPerSecUSec t max", "TasksMax t max"),
                limits("'memory':{'limit':-1},'cpu':{'quota':-1},'pids':{'limit':-1}", 252));
    }

    @Test void files_that_have_a_property_are_known_by_it() {
        assertEquals(List.of("CPUQuotaPeriodUSec t 50000", "CPUQuotaPerSecUSec t 500000", "CPUWeight t 9", "AllowedCPUs ay 0x03", "MemoryHigh t 8", "MemoryLow t 3", "MemoryMax t 10",
                "MemoryMin t 2", "MemorySwapMax t max", "TasksMax t 6"),
                limits("'unified':{'cpu.max':'25000 50000','cpu.weight':'9','cpuset.cpus':'0-1','memory.high':'8','memory.low':'3','memory.max':'10','memory.min':'2','memory.swap.max':'max',"
                        + "'pids.max':'6','hugetlb.2MB.max':'0'}", 252).stream().toList());
    }

    @Test void what_an_old_systemd_does_not_know_is_not_said_to_it() {
        String resources = "'cpu':{'shares':1024,'idle':1,'quota':1000,'period':10000,'cpus':'0','mems':'0'},'unified':{'memory.oom.group':'1'}";
        assertEquals(List.of("CPUWeight t 0", "CPUQuotaPeriodUSec t 10000", "CPUQuotaPerSecUSec t 100000", "AllowedCPUs ay 0x01", "AllowedMemoryNodes ay 0x01"), limits(resources, 252));
        assertEquals(List.of("CPUWeight t 100", "CPUQuotaPerSecUSec t 100000"), limits(resources, 241));
        assertEquals("OOMPolicy s \"kill\"", properties(resources, "", 253).get(9));
    }

    @Test void the_quota_is_rounded_up_alike_for_the_property_and_for_the_file() {
        var resources = config("'resources':{'cpu':{'quota':33333,'period':100000}}", "").linux().resources();
        assertEquals(34000, UnitProperties.rounded(resources).cpu().quota().getAsLong());
        assertEquals(UnitProperties.of(resources, MANAGER).toString(), UnitProperties.of(UnitProperties.rounded(resources), MANAGER).toString());
    }

    @Test void devices_are_emptied_allowed_and_only_then_guarded() {
        var devices = properties("'devices':[{'allow':false,'access':'rwm'},{'allow':true,'type':'b','major':8,'access':'r'},{'allow':true,'type':'c','major':99,'access':'r'}]", "", 252);
        int first = devices.indexOf("DeviceAllow a(ss) []");
        assertEquals("DeviceAllow a(ss) [[\"block-sd\", \"r\"], [\"char-*\", \"m\"], [\"block-*\", \"m\"], [\"/dev/char/1:3\", \"rwm\"], [\"/dev/char/1:8\", \"rwm\"], "
                + "[\"/dev/char/1:7\", \"rwm\"], [\"/dev/char/5:0\", \"rwm\"], [\"/dev/char/1:5\", \"rwm\"], [\"/dev/char/1:9\", \"rwm\"], [\"char-pts\", \"rwm\"], [\"/dev/char/5:2\", \"rwm\"], "
                + "[\"/dev/char/10:200\", \"rwm\"]]", devices.get(first + 1));
        assertEquals("DevicePolicy s \"strict\"", devices.get(first + 2));
        var all = properties("'devices':[{'allow':true,'access':'rwm'}]", "", 252);
        assertEquals(List.of("DeviceAllow a(ss) []", "DevicePolicy s \"auto\""), all.subList(9, 11));
    }

    @Test void annotations_are_properties_before_the_limits() {
        var shown = properties("'pids':{'limit':5}", "'org.systemd.property.CollectMode':'\\'inactive\\'','org.systemd.property.TimeoutStopSec':'uint32 2','x':'y'".replace("\\'", "\\u0027"), 252);
        assertEquals(List.of("CollectMode s \"inactive\"", "TimeoutStopUSec t 2000000", "DeviceAllow a(ss) []"), shown.subList(9, 12));
    }
}
