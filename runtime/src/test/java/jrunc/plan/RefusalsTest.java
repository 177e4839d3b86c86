package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.Rule;
import jrunc.config.Violation;
import jrunc.host.Asked;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.linux.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be done yet, or not here, is named, each by its field. */
class RefusalsTest {
    private static final String MOUNT_NAMESPACE = "'linux':{'namespaces':[{'type':'mount'}]}";

    @Test void a_terminal_needs_a_console_socket_and_the_other_way_round() {
        var terminal = config("'cwd':'/','args':['a'],'terminal':true", MOUNT_NAMESPACE);
        assertEquals(List.of("process.terminal"), paths(terminal));
        assertEquals(List.of(), paths(terminal, withConsole("/c")));
        assertEquals(List.of("--console-socket"), paths(terminal, withConsole("/" + "c".repeat(107))));
        assertEquals(List.of("--console-socket"), paths(config("'cwd':'/','args':['a']", MOUNT_NAMESPACE), withConsole("/c")));
    }

    @Test void in_the_foreground_the_terminal_is_the_callers_and_there_is_no_console_socket() {
        var terminal = config("'cwd':'/','args':['a'],'terminal':true", MOUNT_NAMESPACE);
        assertEquals(List.of(), paths(terminal, Example.FOREGROUND));
        assertEquals(List.of("--console-socket"), paths(terminal, new Command.Create("example", "/bundle", Optional.empty(), Optional.of("/c"), Optional.empty(),
                0, false, false, false, new Ties(true, true))));
    }

    private static Command.Create withConsole(String path) {
        return new Command.Create("example", "/bundle", Optional.empty(), Optional.of(path), Optional.empty(), 0, false, false, false);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "linux.resources.memory.kernel               | 'resources':{'memory':{'kernel':1}}",
        "linux.resources.memory.kernelTCP            | 'resources':{'memory':{'kernelTCP':1}}",
        "linux.resources.memory.swappiness           | 'resources':{'memory':{'swappiness':0}}",
        "linux.resources.memory.disableOOMKiller     | 'resources':{'memory':{'disableOOMKiller':true}}",
        "linux.resources.memory.useHierarchy         | 'resources':{'memory':{'useHierarchy':false}}",
        "linux.resources.cpu.realtimeRuntime         | 'resources':{'cpu':{'realtimeRuntime':5}}",
        "linux.resources.cpu.realtimePeriod          | 'resources':{'cpu':{'realtimePeriod':5}}",
        "linux.resources.blockIO.leafWeight          | 'resources':{'blockIO':{'leafWeight':10}}",
        "linux.resources.blockIO.weightDevice        | 'resources':{'blockIO':{'weightDevice':[{'major':8,'minor':0,'leafWeight':10}]}}",
        "linux.resources.network.classID             | 'resources':{'network':{'classID':1}}",
        "linux.resources.network.priorities          | 'resources':{'network':{'priorities':[{'name':'eth0','priority':1}]}}",
    })
    void a_field_of_linux_is_refused_by_name(String field, String json) {
        assertEquals(List.of(field), paths(config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'mount'}]," + json + "}")));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "mounts[1].options: remount   | 'destination':'/m','options':['remount','size=1k']",
        "mounts[1].options: remount   | 'destination':'/m/../t/','options':['remount','sync']",
        "mounts[1].options: remount   | 'destination':'/sys','options':['remount','lazytime']",
        "mounts[1].options: iversion  | 'destination':'/t','options':['remount','iversion']",
        "mounts[1].options: tmpcopyup | 'destination':'/m','type':'ramfs','source':'r','options':['tmpcopyup']",
    })
    void what_a_mount_cannot_have_is_refused_by_name(String field, String mount) {
        String first = field.endsWith("iversion") ? "'destination':'/t','type':'tmpfs','source':'t'" : mount.contains("/sys")
                ? "'destination':'/sys','type':'sysfs','source':'s'" : "'destination':'/m','type':'bind','source':'/t'";
        assertEquals(List.of(field), paths(config("'cwd':'/','args':['a']", "'mounts':[{" + first + "},{" + mount + "}]," + MOUNT_NAMESPACE)));
    }

    @Test void the_path_of_a_seccomp_agent_must_fit_into_a_sockets_address() {
        for (int length : new int[] {107, 108}) {
            String seccomp = "'seccomp':{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/" + "a".repeat(length - 1) + "'}";
            var expected = length == 107 ? List.of() : List.of("linux.seccomp.listenerPath");
            assertEquals(expected, paths(config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'mount'}]," + seccomp + "}")));
        }
    }

    @Test void a_file_system_of_the_containers_own_may_be_changed() {
        String mounts = "'mounts':[{'destination':'/m','type':'tmpfs','source':'t'},{'destination':'//m/','options':['remount','size=1k','sync']}],";
        assertEquals(List.of(), paths(config("'cwd':'/','args':['a']", mounts + MOUNT_NAMESPACE)));
    }

    @Test void options_that_only_mount2_can_take_are_refused_if_they_are_longer_than_its_page() {
        String mounts = "'mounts':[{'destination':'/m','type':'9p','source':'t','options':['a=" + "x".repeat(4093) + "'%s]}],";
        assertEquals(List.of(), paths(config("'cwd':'/','args':['a']", mounts.formatted("") + MOUNT_NAMESPACE)));
        assertEquals(List.of("mounts[0].options"), paths(config("'cwd':'/','args':['a']", mounts.formatted(",'b'") + MOUNT_NAMESPACE)));
    }

    @Test void mapped_ids_need_root() {
        String map = "[{'containerID':0,'hostID':1,'size':1}]";
        String mounts = "'mounts':[{'destination':'/m','type':'bind','source':'/t','options':['bind'],'uidMappings':" + map + ",'gidMappings':" + map + "}],";
        var config = config("'cwd':'/','args':['a']", mounts + "'linux':{'namespaces':[{'type':'mount'},{'type':'user','path':'/u'}]}");
        assertEquals(List.of(), paths(config));
        var of = Example.HOST;
        var user = new Host(of.arch(), 1000, 1000, 0, false, 1, 2, "", of.cgroups(), List.of(), true);
        assertEquals(List.of("mounts[0].options: idmap"), shown(Refusals.of(config, user, Example.GLOBAL, Example.COMMAND)));
    }

    @Test void what_would_change_the_hosts_own_mounts_is_refused() {
        String linux = "'linux':{'maskedPaths':['/a'],'readonlyPaths':['/b'],'rootfsPropagation':'private'}";
        String mounts = "'mounts':[{'destination':'/m','type':'tmpfs','source':'t'}],'annotations':{'" + RootSource.LOWERDIR + "':'/l'},";
        assertEquals(List.of("mounts", "linux.maskedPaths", "linux.readonlyPaths", "linux.rootfsPropagation", "annotations." + RootSource.LOWERDIR),
                paths(config("'cwd':'/','args':['a']", mounts + linux)));
    }

    @Test void layers_that_do_not_fit_together_are_refused() {
        assertEquals(List.of("annotations." + RootSource.UPPERDIR, "annotations." + RootSource.UPPERDIR),
                paths(layers("'" + RootSource.UPPERDIR + "':'/u'"), Example.COMMAND));
        assertEquals(List.of("annotations." + RootSource.UPPERDIR),
                paths(layers("'" + RootSource.LOWERDIR + "':'/l','" + RootSource.UPPERDIR + "':'/u'"), Example.COMMAND));
        assertEquals(List.of("--overlay"), paths(layers("'" + RootSource.LOWERDIR + "':'/l'"), command(true)));
        assertEquals(List.of(), paths(layers("'" + RootSource.LOWERDIR + "':'/l','" + RootSource.UPPERDIR + "':'/u','" + RootSource.WORKDIR + "':'/w'"),
                Example.COMMAND));
        assertEquals(List.of("--overlay"), paths(config("'cwd':'/','args':['a']", "'linux':{}"), command(true)));
    }

    private static Config layers(String notes) {
        return config("'cwd':'/','args':['a']", "'annotations':{" + notes + "}," + MOUNT_NAMESPACE);
    }

    private static Command.Create command(boolean overlay) {
        return new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, overlay);
    }

    @Test void sockets_are_refused_by_their_flags() {
        var command = new Command.Create("example", "/bundle", Optional.empty(), Optional.of("/c"), Optional.of("/p".repeat(60)), 0, false, false, false);
        assertEquals(List.of("--console-socket", "--pidfd-socket"), paths(config("'cwd':'/','args':['a']", MOUNT_NAMESPACE), command));
    }

    @Test void an_ordinary_user_who_maps_only_the_own_group_cannot_have_additional_groups() {
        String linux = "'linux':{'namespaces':[{'type':'mount'},{'type':'user'}],'uidMappings':[{'containerID':0,'hostID':1000,'size':1}],'gidMappings':";
        var one = config("'cwd':'/','args':['a'],'user':{'uid':0,'gid':0,'additionalGids':[0]}", linux + "[{'containerID':0,'hostID':1000,'size':1}]}");
        assertEquals(List.of("process.user.additionalGids"), shown(Refusals.of(one, Example.USER, Example.GLOBAL, Example.COMMAND)));
        assertEquals(List.of(), Refusals.of(one, Example.HOST, Example.GLOBAL, Example.COMMAND));
        var granted = config("'cwd':'/','args':['a'],'user':{'uid':0,'gid':0,'additionalGids':[0]}", linux + "[{'containerID':0,'hostID':100000,'size':9}]}");
        assertEquals(List.of(), Refusals.of(granted, Example.USER, Example.GLOBAL, Example.COMMAND));
    }

    @Test void an_ordinary_user_without_a_cgroup_is_told_which_fields_need_one() {
        String devices = "'devices':[{'allow':false,'access':'rwm'}]";
        var least = config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'mount'}],'resources':{" + devices + "}}");
        assertEquals(List.of(), Cgroups.withoutPermission(least, Example.USER, "/example"));
        var limited = config("'cwd':'/','args':['a']", "'linux':{'cgroupsPath':'/example','resources':{" + devices + ",'pids':{'limit':5},'memory':{'limit':9}}}");
        assertEquals(List.of("linux.resources.pids.limit", "linux.resources.memory.limit", "linux.cgroupsPath"),
                shown(Cgroups.withoutPermission(limited, Example.USER, "/example")));
    }

    @Test void what_cgroup_v2_lacks_may_be_asked_for_as_nothing() {
        assertEquals(List.of(), paths(config("'cwd':'/','args':['a']", "'linux':{'resources':{'memory':{'kernel':0,'kernelTCP':-1,'disableOOMKiller':false,"
                + "'useHierarchy':true},'cpu':{'realtimeRuntime':0,'realtimePeriod':0},'blockIO':{'leafWeight':0},'network':{'classID':0,'priorities':[]}}}")));
    }

    @Test void a_memory_limit_below_what_is_in_use_is_rejected_if_that_is_to_be_checked() {
        var host = Example.HOST.with(new Asked(false, false, Set.of(), OptionalLong.of(4096)));
        for (var limit : List.of(4095, 4096)) {
            var config = config("'cwd':'/','args':['a']", "'linux':{'resources':{'memory':{'limit':" + limit + ",'checkBeforeUpdate':true}}}");
            assertEquals(List.of("linux.resources.memory.limit: rejecting memory limit " + limit + " <= usage 4096"),
                    Refusals.of(config, host, Example.GLOBAL, Example.COMMAND).stream().map(Violation::shown).toList());
        }
        var above = config("'cwd':'/','args':['a']", "'linux':{'resources':{'memory':{'limit':4097,'checkBeforeUpdate':true}}}");
        assertEquals(List.of(), Refusals.of(above, host, Example.GLOBAL, Example.COMMAND));
    }

    @Test void the_root_of_the_cgroup_tree_is_no_containers() {
        for (var path : List.of("/", "//", "/./")) {
            assertEquals(List.of("linux.cgroupsPath"), paths(config("'cwd':'/','args':['a']", "'linux':{'cgroupsPath':'" + path + "'}")));
        }
    }

    @Test void unified_names_the_controller_that_is_missing_and_never_freezes() {
        var config = config("'cwd':'/','args':['a']", "'linux':{'resources':{'unified':{'dmem.max':'1','cgroup.freeze':'1','cgroup.max.depth':'1'}}}");
        assertEquals(List.of("linux.resources.unified: \"dmem.max\" can't be set: controller \"dmem\" not available in the cgroup v2 tree at /sys/fs/cgroup",
                "linux.resources.unified: cgroup.freeze would stop the container's process before it is one"),
                Refusals.of(config, Example.HOST, Example.GLOBAL, Example.COMMAND).stream().map(Violation::shown).toList());
    }

    @Test void a_network_device_must_be_there_and_can_be_moved_by_root_only() {
        var config = config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'user','path':'/u'},{'type':'network'}],'netDevices':{'gone':{}}}");
        assertEquals(List.of("linux.netDevices[\"gone\"]: link not found for interface gone on runtime namespace"),
                Refusals.of(config, Example.HOST, Example.GLOBAL, Example.COMMAND).stream().map(Violation::shown).toList());
        assertEquals(List.of("linux.netDevices[\"gone\"]: needs root"),
                Refusals.of(config, Example.USER, Example.GLOBAL, Example.COMMAND).stream().map(Violation::shown).toList());
    }

    @Test void a_label_needs_a_host_that_knows_it() {
        var labelled = config("'cwd':'/','args':['a'],'apparmorProfile':'p','selinuxLabel':'a:b:c'", "'linux':{'mountLabel':'d:e:f','namespaces':[{'type':'mount'}]}");
        assertEquals(List.of(), paths(labelled));
        var refused = Refusals.of(labelled, Example.HOST.with(Asked.NOTHING), Example.GLOBAL, Example.COMMAND);
        assertEquals(List.of("process.apparmorProfile: AppArmor is not enabled on this host", "process.selinuxLabel: SELinux is not enabled on this host",
                "linux.mountLabel: SELinux is not enabled on this host"),
                refused.stream().map(Violation::shown).toList());
        var none = config("'cwd':'/','args':['a'],'apparmorProfile':'','selinuxLabel':''", MOUNT_NAMESPACE);
        assertEquals(List.of(), Refusals.of(none, Example.HOST.with(Asked.NOTHING), Example.GLOBAL, Example.COMMAND));
    }

    @Test void a_sysctl_of_a_namespace_that_is_the_hosts_own_is_refused() {
        var host = Example.HOST.with(new Asked(false, false, Set.of(Namespace.NETWORK), OptionalLong.empty()));
        var config = config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'network','path':'/n'},{'type':'ipc','path':'/i'}],"
                + "'sysctl':{'net.ipv4.ip_forward':'1','kernel.shmmax':'2'}}");
        assertEquals(List.of("linux.sysctl[\"net.ipv4.ip_forward\"]"), shown(Refusals.of(config, host, Example.GLOBAL, Example.COMMAND)));
    }

    @Test void a_cgroup_manager_that_makes_none_cannot_limit() {
        var limited = config("'cwd':'/','args':['a']", "'linux':{'resources':{'pids':{'limit':5},'devices':[{'allow':false,'access':'rwm'}]}}");
        assertEquals(List.of("linux.resources"), shown(Refusals.of(limited, Example.HOST, manager(Global.CgroupManager.DISABLED), Example.COMMAND)));
        assertEquals(List.of(), shown(Refusals.of(limited, Example.HOST, manager(Global.CgroupManager.SYSTEMD), Example.COMMAND)));
        assertEquals(List.of("linux.resources.devices", "linux.resources.pids.limit"),
                shown(Refusals.of(limited, host(Optional.empty()), Example.GLOBAL, Example.COMMAND)));
    }

    static Global manager(Global.CgroupManager manager) {
        return new Global("/run/jrunc", Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, manager);
    }

    @Test void all_is_said_at_once_and_under_one_rule() {
        var config = config("'cwd':'/','args':['a']", "'linux':{'namespaces':[{'type':'mount'}],'resources':{'memory':{'swappiness':1,'disableOOMKiller':true}}}");
        var refused = Refusals.of(config, Example.HOST, Example.GLOBAL, Example.COMMAND);
        assertEquals(List.of("linux.resources.memory.swappiness", "linux.resources.memory.disableOOMKiller"), shown(refused));
        assertTrue(refused.stream().allMatch(violation -> violation.rule() == Rule.CAN_BE_APPLIED));
        assertTrue(refused.stream().allMatch(violation -> violation.message().equals("cgroup v2 has no such limit")));
    }

    @Test void the_default_config_is_refused_nothing_but_a_terminal_that_goes_nowhere() throws IOException {
        assertEquals(List.of(), paths(Example.config("runc-spec-not-terminal")));
        assertEquals(List.of("process.terminal"), paths(Example.config("runc-spec")));
        assertEquals(List.of(), paths(config("'cwd':'/','args':['a']", "'linux':{}")));
    }

    private static List<String> paths(Config config) {
        return paths(config, Example.COMMAND);
    }

    private static List<String> paths(Config config, Command.Create command) {
        return shown(Refusals.of(config, Example.HOST, Example.GLOBAL, command));
    }

    private static List<String> shown(List<Violation> refused) {
        return refused.stream().map(Violation::path).toList();
    }

    private static Config config(String process, String rest) {
        String json = "{'ociVersion':'1.3.0','root':{'path':'r'},'process':{" + process + "}," + rest + "}";
        return ConfigParser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static Host host(Optional<CgroupTree> cgroups) {
        var of = Example.HOST;
        return new Host(of.arch(), of.uid(), of.gid(), of.capabilities(), of.inUserNamespace(), of.pid(), of.startTime(), of.now(), cgroups,
                of.procMounts(), of.hasKcore());
    }
}
