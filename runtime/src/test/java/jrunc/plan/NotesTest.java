package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.config.ConfigParser;
import jrunc.host.Host;
import jrunc.linux.Capability;
import org.junit.jupiter.api.Test;

class NotesTest {
    private static List<String> lines(String capabilities, Host host) {
        var json = "{'ociVersion':'1.3.0','root':{'path':'r'},'process':{'cwd':'/','args':['a'],'capabilities':{" + capabilities + "}}}";
        return Notes.of(ConfigParser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), host, Example.GLOBAL).stream().map(Notes.Note::line).toList();
    }

    private static Host having(long capabilities) {
        var of = Example.HOST;
        return new Host(of.arch(), of.uid(), of.gid(), capabilities, of.inUserNamespace(), of.pid(), of.startTime(), of.now(), of.cgroups(), of.procMounts(), of.hasKcore());
    }

    @Test void what_jrunc_does_not_have_it_cannot_grant() {
        var chown = having(Capability.CAP_CHOWN.value());
        assertEquals(List.of("process.capabilities: CAP_KILL, CAP_BPF cannot be granted: jrunc does not have it itself"),
                lines("'bounding':['CAP_CHOWN','CAP_KILL'],'permitted':['CAP_BPF']", chown));
    }

    @Test void what_is_not_permitted_and_inheritable_cannot_be_ambient() {
        assertEquals(List.of("process.capabilities.ambient: CAP_KILL, CAP_BPF cannot be raised: it must be in permitted and in inheritable"),
                lines("'permitted':['CAP_CHOWN','CAP_KILL'],'inheritable':['CAP_CHOWN','CAP_BPF'],'ambient':['CAP_CHOWN','CAP_KILL','CAP_BPF']", Example.HOST));
    }

    @Test void an_unknown_name_is_loud_and_the_default_config_is_quiet() throws IOException {
        assertEquals(List.of("process.capabilities.bounding[0]: \"CAP_X\" is no capability that Linux knows; it is left out"), lines("'bounding':['CAP_X']", Example.HOST));
        var notes = Notes.of(Example.config("runc-spec"), Example.HOST, Example.GLOBAL);
        assertEquals(List.of(true), notes.stream().map(Notes.Note::quiet).toList());
        assertEquals(List.of(), Notes.of(Example.config("least"), Example.HOST, Example.GLOBAL));
    }

    @Test void without_a_cgroup_device_rules_hold_nobody_and_that_is_said() throws IOException {
        var global = RefusalsTest.manager(Global.CgroupManager.DISABLED);
        var said = Notes.of(Example.config("runc-spec"), Example.HOST, global).getLast();
        assertEquals(new Notes.Note("linux.resources.devices: no device is denied: that needs a cgroup, and the cgroup manager is disabled", false), said);
    }
}
