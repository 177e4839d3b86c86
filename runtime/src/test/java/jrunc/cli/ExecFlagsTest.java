package jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.lifecycle.ExecException;
import jrunc.linux.UsageException;
import jrunc.plan.Command;
import jrunc.plan.Command.Exec;
import jrunc.plan.Command.ProcessChanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of exec; an argument is what stands between two blanks. */
class ExecFlagsTest {
    @Test
    void what_engines_call_is_understood() {
        assertEquals(new Exec("c1", Optional.of("/b/p.json"), changes(List.of()), true, Optional.of("/b/2.pid"), Optional.of("/t/pty.sock"), Optional.empty(), 0,
                Optional.empty(), false), exec("exec --process /b/p.json --console-socket /t/pty.sock --detach --pid-file /b/2.pid c1"));
        assertEquals(new Exec("c1", Optional.of("/s"), changes(List.of()), false, Optional.empty(), Optional.empty(), Optional.empty(), 0, Optional.empty(), false),
                exec("exec --process=/s c1"));
    }

    @Test
    void every_flag_arrives_and_some_can_be_repeated() {
        var changes = new ProcessChanges(List.of("ls", "-l"), true, Optional.of("/w"), List.of("A=1", "B=", "A=2"), OptionalLong.of(1), OptionalLong.of(4294967294L),
                List.of(7L, 8L), List.of("CAP_CHOWN", "CAP_KILL"), Optional.of("prof"), Optional.of("a:b:c"), true);
        assertEquals(new Exec("c1", Optional.empty(), changes, true, Optional.of("/p"), Optional.of("/c"), Optional.of("/f"), 2, Optional.of("sub"), true),
                exec("exec -t -cwd /w -e A=1 --env B= -e A=2 -u 1:4294967294 -g 7 --additional-gids=8 -c CAP_CHOWN --cap CAP_KILL --apparmor prof "
                        + "--process-label a:b:c --no-new-privs -d --pid-file /p --console-socket /c --pidfd-socket /f --preserve-fds 2 "
                        + "--cgroup cpu,memory:sub --cgroup pids:sub --ignore-paused c1 ls -l"));
    }

    @Test
    void flags_end_at_the_id() {
        assertEquals(List.of("ls", "-t", "--help", "--", "-e"), exec("exec c1 ls -t --help -- -e").changes().args());
        assertEquals(false, exec("exec -t=false c1 ls -t").changes().terminal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "0x0", "+0", "-0", "-1", "4294967295", "4294967296", "99999999999", "1e3", "1:", ":1", "1:2:3", "\u0661"})
    void a_user_that_is_no_number_is_refused_and_never_becomes_root(String user) {
        assertThrows(ExecException.class, () -> exec("exec -u " + user + " c1 id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../ct2", "/../ct2", "x/../../ct2", "cpu:../x", "cpu:", "a --cgroup b"})
    void a_cgroup_that_may_not_be_the_containers_is_refused(String cgroup) {
        assertThrows(ExecException.class, () -> exec("exec --cgroup " + cgroup + " c1 id"));
    }

    @Test
    void a_flag_that_there_is_not_is_a_usage_error() {
        assertThrows(UsageException.class, () -> exec("exec --nosuch c1 id"));
        assertThrows(UsageException.class, () -> exec("exec"));
    }

    private static ProcessChanges changes(List<String> args) {
        return new ProcessChanges(args, false, Optional.empty(), List.of(), OptionalLong.empty(), OptionalLong.empty(), List.of(), List.of(), Optional.empty(),
                Optional.empty(), false);
    }

    private static Exec exec(String line) {
        Command command = assertInstanceOf(Request.Perform.class, new CommandLine(line.split(" "), FakeCaller.ROOT).request()).command();
        return assertInstanceOf(Exec.class, command);
    }
}
