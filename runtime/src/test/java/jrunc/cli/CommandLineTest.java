package jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Resources;
import jrunc.linux.Signal;
import jrunc.linux.UsageException;
import jrunc.plan.BundleRequest;
import jrunc.plan.BundleRequest.LayerLimits;
import jrunc.plan.Command;
import jrunc.plan.Command.Create;
import jrunc.plan.Command.Delete;
import jrunc.plan.Command.Explain;
import jrunc.plan.Command.Kill;
import jrunc.plan.Command.ListContainers;
import jrunc.plan.Command.ListFormat;
import jrunc.plan.Command.Run;
import jrunc.plan.Command.Spec;
import jrunc.plan.Command.Start;
import jrunc.plan.Command.State;
import jrunc.plan.Global;
import jrunc.plan.Global.CgroupManager;
import jrunc.plan.Global.LogFormat;
import jrunc.plan.Global.Rootless;
import jrunc.plan.Ties;
import org.junit.jupiter.api.Test;

/** Command lines are in one line here, words apart by one blank; {@code ''} is an empty argument. */
class CommandLineTest {
    private static final Create C1 = create("c1", "/home/x");
    private static final Create C1_HELD = held(true);

    private static Create held(boolean subreaper) {
        return new Create("c1", "/home/x", Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false, new Ties(true, subreaper));
    }

    @Test
    void what_engines_call_is_understood() {
        assertCommand("--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json create --bundle /b --pid-file /b/init.pid c1",
                new Create("c1", "/b", Optional.of("/b/init.pid"), Optional.empty(), Optional.empty(), 0, false, false, false));
        assertCommand("--log=/b/log.json --log-format=json --systemd-cgroup create --bundle /b --pid-file /b/init.pid --console-socket /t/pty.sock --no-pivot --no-new-keyring c1",
                new Create("c1", "/b", Optional.of("/b/init.pid"), Optional.of("/t/pty.sock"), Optional.empty(), 0, true, true, false));
        assertCommand("start c1", new Start("c1"));
        assertCommand("kill --all c1 9", new Kill("c1", Signal.SIGKILL, true, false));
        assertCommand("kill -a c1 15", new Kill("c1", Signal.SIGTERM, true, false));
        assertCommand("delete --force c1", new Delete("c1", true));
        assertCommand("state c1", new State("c1"));
        assertCommand("list --format=json", new ListContainers(ListFormat.JSON, false));
    }

    @Test
    void every_flag_of_create_arrives() {
        assertCommand("create -b /b --pid-file /p --console-socket /c --pidfd-socket /f --preserve-fds 3 --no-pivot --no-new-keyring --overlay c1",
                new Create("c1", "/b", Optional.of("/p"), Optional.of("/c"), Optional.of("/f"), 3, true, true, true));
    }

    @Test
    void compile_takes_what_run_takes_but_nothing_that_is_only_for_now() {
        var create = new Create("c1", "/b", Optional.of("/home/x/p"), Optional.empty(), Optional.empty(), 2, true, true, false, new Ties(true, false));
        assertCommand("compile -b /b -o it --pid-file p --preserve-fds 2 --no-pivot --no-new-keyring --no-subreaper c1", new Command.Compile(create, "/home/x/it"));
        var named = new Create("bundle_1", "/srv/bundle 1", Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false, new Ties(true, true));
        var caller = new FakeCaller("/srv/bundle 1", 0, false, Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711", "NOTIFY_SOCKET", "/run/n"));
        assertEquals(new Request.Perform(new Command.Compile(named, "/o")), new CommandLine(new String[] {"compile", "--output", "/o"}, caller).request());
        assertEquals("compile: needs --output, the file to write", assertThrows(UsageException.class, () -> new CommandLine(new String[] {"compile"}, caller).request()).getMessage());
        for (var flag : List.of("--detach", "--keep", "--overlay", "--console-socket")) {
            assertThrows(UsageException.class, () -> new CommandLine(new String[] {"compile", "-o", "/o", flag, "x"}, caller).request(), flag);
        }
    }

    @Test
    void what_systemd_hands_over_is_for_the_process_that_it_was_handed_to() {
        for (var pid : List.of("4711", "4712", "")) {
            var caller = new FakeCaller("/home/x", 0, false, Map.of("LISTEN_FDS", "2", "LISTEN_PID", pid, "NOTIFY_SOCKET", "/run/n"));
            int fds = pid.equals("4711") ? 2 : 0;
            var expected = new Create("c1", "/home/x", Optional.empty(), Optional.empty(), Optional.empty(), 1 + fds, false, false, false,
                    new Ties(false, false, fds, Optional.of("/run/n")));
            assertEquals(new Request.Perform(expected), new CommandLine("create --preserve-fds 1 c1".split(" "), caller).request());
        }
        var caller = new FakeCaller("/home/x", 0, false, Map.of("LISTEN_FDS", "many", "LISTEN_PID", "4711", "NOTIFY_SOCKET", "/run/n"));
        assertEquals(new Request.Perform(new Start("c1", Optional.of("/run/n"))), new CommandLine(new String[] {"start", "c1"}, caller).request());
        assertEquals(new Request.Perform(create("c1", "/home/x", new Ties(false, false, 0, Optional.of("/run/n")))), new CommandLine(new String[] {"create", "c1"}, caller).request());
    }

    private static Create create(String id, String bundle, Ties ties) {
        return new Create(id, bundle, Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false, ties);
    }

    @Test
    void every_flag_of_the_other_commands_arrives() {
        assertCommand("run c1", new Run(C1_HELD, false));
        assertCommand("run -d c1", new Run(C1, false));
        assertCommand("run --keep c1", new Run(C1_HELD, true));
        assertCommand("run -no-subreaper c1", new Run(held(false), false));
        assertCommand("run --overlay --detach -b /b c1", new Run(
                new Create("c1", "/b", Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, true), false));
        assertCommand("kill c1", new Kill("c1", Signal.SIGTERM, false, false));
        assertCommand("kill c1 0", new Kill("c1", new Signal(0), false, false));
        assertCommand("kill c1 hup", new Kill("c1", Signal.SIGHUP, false, false));
        assertCommand("kill --wait c1", new Kill("c1", Signal.SIGTERM, false, true));
        assertCommand("delete c1", new Delete("c1", false));
        assertCommand("delete -f c1", new Delete("c1", true));
        assertCommand("list", new ListContainers(ListFormat.TABLE, false));
        assertCommand("list -q", new ListContainers(ListFormat.TABLE, true));
        assertCommand("list -f json", new ListContainers(ListFormat.JSON, false));
        assertCommand("spec", new Spec("/home/x", false));
        assertCommand("spec --rootless -b b", new Spec("/home/x/b", true));
    }

    @Test
    void explain_takes_the_command_line_that_it_explains() {
        assertCommand("explain create c1", new Explain(C1));
        assertCommand("explain run -d c1", new Explain(new Run(C1, false)));
        assertCommand("explain start c1", new Explain(new Start("c1")));
        assertCommand("explain kill c1 KILL", new Explain(new Kill("c1", Signal.SIGKILL, false, false)));
        assertCommand("explain delete -f c1", new Explain(new Delete("c1", true)));
        assertCommand("explain pause c1", new Explain(new Command.Pause("c1")));
        assertCommand("explain resume c1", new Explain(new Command.Resume("c1")));
        assertRefused("explain state c1", "explain state: it changes nothing");
        assertRefused("explain explain create c1", "explain explain: it changes nothing");
        assertRefused("explain", "\"explain\" requires a minimum of 1 argument(s); usage: jrunc explain COMMAND [ARG...]");
    }

    @Test
    void what_follows_the_id_of_ps_is_for_ps() {
        assertCommand("ps c1", new Command.Ps("c1", ListFormat.TABLE, List.of()));
        assertCommand("ps -f json c1", new Command.Ps("c1", ListFormat.JSON, List.of()));
        assertCommand("ps --format table c1 -o pid,args --help", new Command.Ps("c1", ListFormat.TABLE, List.of("-o", "pid,args", "--help")));
        assertRefused("ps", "\"ps\" requires a minimum of 1 argument(s); usage: jrunc ps [flags] ID [PS ARG...]");
        assertRefused("ps -f xml c1", "invalid format option: xml; table or json");
    }

    @Test
    void limits_have_units_and_a_file_takes_the_place_of_all_flags() {
        var changed = limits("--memory 512m --memory-swap -1 --memory-reservation 1.5G --cpu-quota -1 --cpu-period 50000 --cpu-share 1024 --pids-limit 0 --cpu-idle 1 --cpuset-cpus 0-1");
        assertEquals(OptionalLong.of(512L << 20), changed.memory().limit());
        assertEquals(OptionalLong.of(-1), changed.memory().swap());
        assertEquals(OptionalLong.of(3L << 29), changed.memory().reservation());
        assertEquals(OptionalLong.of(-1), changed.cpu().quota());
        assertEquals(OptionalLong.of(50000), changed.cpu().period());
        assertEquals(OptionalLong.of(1024), changed.cpu().shares());
        assertEquals(OptionalLong.of(0), changed.pidsLimit());
        assertEquals(OptionalLong.of(1), changed.cpu().idle());
        assertEquals(Optional.of("0-1"), changed.cpu().cpus());
        assertEquals(Resources.NONE, limits("-r f --memory 1m"));
        assertCommand("update -r - c1", new Command.Update("c1", Optional.of("-"), Resources.NONE, Optional.empty(), Optional.empty(), List.of()));
        assertCommand("update --resources f c1", new Command.Update("c1", Optional.of("/home/x/f"), Resources.NONE, Optional.empty(), Optional.empty(), List.of()));
        assertEquals(List.of("--kernel-memory"), update("--kernel-memory 1m").ignored());
        assertRefused("update --memory 1x c1", "invalid value \"1x\" for --memory; bytes, a size such as 512m or 1.5g, or -1");
        assertRefused("update --cpu-period -1 c1", "invalid value \"-1\" for --cpu-period; a whole number from 0 on");
        assertRefused("update --pids-limit many c1", "invalid value \"many\" for --pids-limit; a whole number");
    }

    @Test
    void a_size_is_in_powers_of_1024_whatever_the_letters_of_its_unit() {
        var sizes = Map.of("0", 0L, "32", 32L, "32b", 32L, "1k", 1024L, "1KB", 1024L, "1 KiB", 1024L, "1.5m", 3L << 19, "7E", 7L << 60);
        sizes.forEach((text, bytes) -> assertEquals(bytes, Size.bytes(text), text));
        for (var text : new String[] {"", "k", "-2", "1.2.3", "1kbb", "1ki", "0x1", "8E", "1 2", "."}) assertEquals(-1, Size.bytes(text), text);
    }

    private static Resources limits(String flags) {
        return update(flags).limits();
    }

    private static Command.Update update(String flags) {
        return assertInstanceOf(Command.Update.class, assertInstanceOf(Request.Perform.class, read("update " + flags + " c1").request()).command());
    }

    @Test
    void a_flag_has_one_dash_or_two_and_its_value_after_an_equals_sign_or_a_blank() {
        var inB = create("c1", "/b");
        for (var written : new String[] {"--bundle /b", "--bundle=/b", "-bundle /b", "-bundle=/b", "-b /b", "-b=/b", "--b /b"}) {
            assertCommand("create " + written + " c1", inB);
        }
    }

    @Test
    void a_flag_may_follow_the_words_as_for_runc() {
        assertCommand("delete c1 --force", new Delete("c1", true));
        assertCommand("kill c1 -a 9", new Kill("c1", Signal.SIGKILL, true, false));
    }

    @Test
    void a_flag_without_value_may_be_denied() {
        for (var word : new String[] {"false", "0", "f", "F", "False", "FALSE"}) assertCommand("delete --force=" + word + " c1", new Delete("c1", false));
        for (var word : new String[] {"true", "1", "t", "T", "True", "TRUE"}) assertCommand("delete --force=" + word + " c1", new Delete("c1", true));
        assertCommand("delete --force --force=false c1", new Delete("c1", false));
        assertRefused("delete --force=maybe c1", "invalid boolean value \"maybe\" for --force; true or false");
    }

    @Test
    void the_last_of_several_values_counts_and_an_empty_one_is_none() {
        assertCommand("create -b /a -b /b c1", create("c1", "/b"));
        assertCommand("create -b '' --pid-file= c1", C1);
    }

    @Test
    void two_dashes_end_the_flags() {
        assertCommand("delete -f -- c1", new Delete("c1", true));
        assertRefused("delete -- -f", "invalid container ID format: \"-f\": it starts with \"-\"");
        assertCommand("-- state c1", new State("c1"));
        assertRefused("kill -- c1 -9", "unknown signal \"-9\"");
        assertRefused("state --", "\"state\" requires exactly 1 argument(s); usage: jrunc state ID");
    }

    @Test
    void a_path_is_absolute_from_here_on() {
        assertCommand("create -b b c1", create("c1", "/home/x/b"));
        assertCommand("create -b ./b/./c// c1", create("c1", "/home/x/b/c"));
        assertCommand("create -b ../b c1", create("c1", "/home/x/../b"));
        assertCommand("create -b . c1", C1);
        assertCommand("create -b / c1", create("c1", "/"));
        assertCommand("create -b //b c1", create("c1", "/b"));
        assertCommand("create -b /../../b c1", create("c1", "/b"));
        assertCommand("create --pid-file p c1",
                new Create("c1", "/home/x", Optional.of("/home/x/p"), Optional.empty(), Optional.empty(), 0, false, false, false));
    }

    @Test
    void what_holds_for_all_commands_stands_before_the_command() {
        assertEquals(new Global("/run/jrunc", Optional.empty(), LogFormat.TEXT, false, Rootless.AUTO, CgroupManager.CGROUPFS), global("state c1"));
        assertEquals(new Global("/r", Optional.of("/l"), LogFormat.JSON, true, Rootless.TRUE, CgroupManager.SYSTEMD),
                global("--root /r --log /l --log-format json --debug --rootless true --systemd-cgroup state c1"));
        assertEquals(Rootless.FALSE, global("--rootless=false state c1").rootless());
        assertEquals(Rootless.AUTO, global("--rootless= state c1").rootless());
        assertEquals(CgroupManager.DISABLED, global("--cgroup-manager disabled state c1").cgroupManager());
        assertEquals(CgroupManager.SYSTEMD, global("--systemd-cgroup --cgroup-manager systemd state c1").cgroupManager());
        assertEquals("/home/x/r", global("--root r state c1").root());
        assertEquals(Optional.of("/home/x/l"), global("--log l state c1").log());
        assertEquals(Optional.empty(), global("--log '' state c1").log());
    }

    @Test
    void a_wrong_global_flag_is_refused() {
        assertRefused("--log-format xml state c1", "invalid log-format: xml; text or json");
        assertRefused("--rootless maybe state c1", "invalid value \"maybe\" for --rootless; true, false or auto");
        assertRefused("--cgroup-manager x state c1", "invalid value \"x\" for --cgroup-manager; cgroupfs, systemd or disabled");
        assertRefused("--systemd-cgroup --cgroup-manager cgroupfs state c1", "--systemd-cgroup and --cgroup-manager cgroupfs exclude each other");
        assertRefused("--bogus state c1", "flag provided but not defined: -bogus; see jrunc --help");
        assertRefused("--root", "flag needs an argument: --root; see jrunc --help");
        assertRefused("--root= state c1", "--root: the path is empty");
        for (var root : new String[] {"/", "//", "/.", "/..", "/./../"}) {
            assertRefused("--root " + root + " state c1", "Option --root argument should not be set to /");
        }
    }

    @Test
    void containers_are_recorded_in_the_users_own_place_unless_the_user_is_root() {
        var own = Map.of("XDG_RUNTIME_DIR", "/run/user/7", "USER", "x");
        assertEquals("/run/user/7/jrunc", defaultRoot(new FakeCaller("/", 7, false, own)));
        assertEquals("/run/jrunc", defaultRoot(new FakeCaller("/", 0, false, own)));
        assertEquals("/run/user/7/jrunc", defaultRoot(new FakeCaller("/", 7, false, Map.of())));
        assertEquals("/run/user/7/jrunc", defaultRoot(new FakeCaller("/", 0, true, own)));
        assertEquals("/run/jrunc", defaultRoot(new FakeCaller("/", 0, true, Map.of("XDG_RUNTIME_DIR", "/run/user/7", "USER", "root"))));
    }

    @Test
    void a_wrong_command_line_is_refused_in_one_line_that_says_what_to_do() {
        assertRefused("", "no command given; see jrunc --help");
        assertRefused("--debug", "no command given; see jrunc --help");
        assertRefused("bogus c1", "unknown command \"bogus\"; see jrunc --help");
        assertRefused("''", "unknown command \"\"; see jrunc --help");
        assertRefused("-", "unknown command \"-\"; see jrunc --help");
        assertRefused("kill", "\"kill\" requires a minimum of 1 argument(s); usage: jrunc kill [flags] ID [SIGNAL]");
        assertRefused("kill c1 9 9", "\"kill\" requires a maximum of 2 argument(s); usage: jrunc kill [flags] ID [SIGNAL]");
        assertRefused("state", "\"state\" requires exactly 1 argument(s); usage: jrunc state ID");
        assertRefused("state a b", "\"state\" requires exactly 1 argument(s); usage: jrunc state ID");
        assertRefused("list c1", "\"list\" requires exactly 0 argument(s); usage: jrunc list [flags]");
        assertRefused("state --bogus c1", "flag provided but not defined: -bogus; see jrunc state --help");
        assertRefused("state -f c1", "flag provided but not defined: -f; see jrunc state --help");
        assertRefused("state --root /r c1", "flag provided but not defined: --root; it goes before the command's name");
        assertRefused("create c1 --bundle", "flag needs an argument: --bundle; see jrunc create --help");
        assertRefused("kill c1 SIGNOPE", "unknown signal \"SIGNOPE\"");
        assertRefused("kill c1 65", "unknown signal \"65\"");
        assertRefused("list -f xml", "invalid format option: xml; table or json");
        for (var number : new String[] {"-1", "x", "99999999999", "1.5", "0x3"}) {
            assertRefused("create --preserve-fds " + number + " c1",
                    "invalid value \"" + number + "\" for --preserve-fds; a whole number from 0 on");
        }
    }

    @Test
    void events_come_at_an_interval_as_go_writes_one() {
        assertCommand("events c1", new Command.Events("c1", 5_000_000_000L, false));
        assertCommand("events --stats --interval 500ms c1", new Command.Events("c1", 500_000_000L, true));
        var intervals = Map.of("1m30s", 90_000_000_000L, "1.5h", 5_400_000_000_000L, "7ns", 7L, "2us", 2000L, "2\u00b5s", 2000L, ".5s", 500_000_000L, "0", 0L);
        intervals.forEach((text, nanoseconds) -> assertEquals(nanoseconds, Interval.nanoseconds(text), text));
        for (var text : new String[] {"", "5", "s", "1x", "1.2.3s", "-1s", "9000000000h", "1s2"}) assertEquals(-1, Interval.nanoseconds(text), text);
        for (var none : new String[] {"0", "0s", "-1s"}) assertRefused("events --interval " + none + " c1", "duration interval must be greater than 0");
        assertRefused("events --interval 5 c1", "invalid value \"5\" for --interval; a duration such as 5s, 1m30s or 500ms");
        assertCommand("gc --dry-run", new Command.Gc(true));
    }

    @Test
    void bundle_is_four_commands() {
        assertBundle("bundle a.tar:x b", new BundleRequest.Make("a.tar:x", "/home/x/b", List.of(), Optional.empty(), Optional.empty(), false, false, LayerLimits.DEFAULT));
        assertBundle("bundle --from a.tar -t --store s --platform linux/arm64 --plain-http b",
                new BundleRequest.Make("a.tar", "/home/x/b", List.of(), Optional.of("/home/x/s"), Optional.of("linux/arm64"), true, true, LayerLimits.DEFAULT));
        assertBundle("bundle scratch b /bin/sh ls", new BundleRequest.Make("scratch", "/home/x/b", List.of("/bin/sh", "ls"), Optional.empty(), Optional.empty(), false, false, LayerLimits.DEFAULT));
        assertBundle("bundle --max-layer-size 1g --max-layer-entries 10 a.tar b", new BundleRequest.Make("a.tar", "/home/x/b", List.of(), Optional.empty(), Optional.empty(), false, false,
                new LayerLimits(1 << 30, 10)));
        assertRefused("bundle --max-layer-size 0 a b", "invalid value \"0\" for --max-layer-size; a size such as 500m");
        assertRefused("bundle --max-layer-entries many a b", "invalid value \"many\" for --max-layer-entries; a whole number from 1 on");
        assertBundle("bundle inspect a.tar", new BundleRequest.Inspect("a.tar", Optional.empty(), Optional.empty(), false, LayerLimits.DEFAULT));
        assertBundle("bundle --from a.tar inspect", new BundleRequest.Inspect("a.tar", Optional.empty(), Optional.empty(), false, LayerLimits.DEFAULT));
        assertBundle("bundle --export c1 x.tar", new BundleRequest.Export("c1", "/home/x/x.tar"));
        assertBundle("bundle --commit c1 layout:name", new BundleRequest.Commit("c1", "layout:name"));
        assertRefused("bundle a", "usage: jrunc bundle [flags] SOURCE DIR [PROGRAM...]");
        assertRefused("bundle inspect", "usage: jrunc bundle inspect SOURCE");
        assertRefused("bundle --export c1 --commit c1 x", "bundle: --export and --commit are two commands");
        assertBundle("bundle --prune", new BundleRequest.Prune(Optional.empty(), false));
        assertBundle("bundle --prune --dry-run --store s", new BundleRequest.Prune(Optional.of("/home/x/s"), true));
        assertBundle("bundle --remove b", new BundleRequest.Remove("/home/x/b"));
        assertRefused("bundle --prune -t", "usage: jrunc bundle --prune [--dry-run] [--store DIR]");
        assertRefused("bundle --remove b --store s", "usage: jrunc bundle --remove DIR");
        assertRefused("bundle --prune --export c1 x", "bundle: --export, --commit, --prune and --remove are commands of their own");
        assertRefused("bundle --dry-run a b", "bundle: --dry-run is for --prune");
        assertRefused("bundle", "usage: jrunc bundle [flags] SOURCE DIR [PROGRAM...]");
        assertRefused("bundle --export c1 x y", "usage: jrunc bundle --export ID FILE");
        assertRefused("bundle --commit c1 -t x", "usage: jrunc bundle --commit ID LAYOUT");
        assertCommand("explain bundle --export c1 x.tar", new Command.Explain(new Command.Bundle(new BundleRequest.Export("c1", "/home/x/x.tar"))));
    }

    private static void assertBundle(String line, BundleRequest expected) {
        assertCommand(line, new Command.Bundle(expected));
    }

    @Test
    void checkpoint_and_restore_have_help_and_flags_and_say_that_they_cannot_do_it_yet() {
        for (var word : new String[] {"checkpoint", "restore"}) {
            assertInstanceOf(Request.Print.class, read(word + " --help").request());
            assertRefused(word + " c1", word + ": this jrunc cannot do it yet; use another runtime for containers that need it");
        }
        assertRefused("restore --lsm-mount-context", "flag needs an argument: --lsm-mount-context; see jrunc restore --help"); // podman looks for it
    }

    @Test
    void a_bundle_to_validate_is_a_word_or_a_flag() {
        assertCommand("validate /b", new Command.Validate("/b", false));
        assertCommand("validate --strict -b /b", new Command.Validate("/b", true));
    }

    @Test
    void an_argument_that_did_not_survive_the_way_into_java_is_refused() {
        assertRefused("state \uFFFD", "argument 2: not valid UTF-8");
        assertRefused("--root /\uFFFDx state c1", "argument 2: not valid UTF-8");
        assertRefused("state c\0", "argument 2: it holds a NUL");
        assertCommand("create -b /é c1", create("c1", "/é"));
    }

    private static Create create(String id, String bundle) {
        return new Create(id, bundle, Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, false);
    }

    private static void assertCommand(String line, Command expected) {
        assertEquals(expected, assertInstanceOf(Request.Perform.class, read(line).request()).command(), line);
    }

    private static void assertRefused(String line, String message) {
        assertEquals(message, assertThrows(UsageException.class, () -> read(line).request(), line).getMessage());
    }

    private static Global global(String line) {
        return read(line).global();
    }

    private static String defaultRoot(FakeCaller caller) {
        return new CommandLine(new String[] {"list"}, caller).global().root();
    }

    private static CommandLine read(String line) {
        var argv = line.isEmpty() ? new String[0] : line.split(" ");
        for (int i = 0; i < argv.length; i++) argv[i] = argv[i].replace("''", "");
        return new CommandLine(argv, FakeCaller.ROOT);
    }
}
