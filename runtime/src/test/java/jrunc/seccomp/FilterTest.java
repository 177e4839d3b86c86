package jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.ConfigParser;
import jrunc.config.InvalidConfigException;
import jrunc.config.Seccomp;
import jrunc.config.Seccomp.Arg;
import jrunc.config.Seccomp.Syscall;
import jrunc.linux.Arch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Filters are played in a simulator, and must say what the profile says, read rule by rule, and what libseccomp's say. */
class FilterTest {
    private static final Path DOCKER = Path.of("..", "spec-fixtures", "configs", "good", "seccomp-docker.json");
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x50001;
    private static final int ENOSYS = 0x50026;
    private static final int KILL_THREAD = 0;
    private static final Libseccomp LIBSECCOMP = Libseccomp.isThere() ? Libseccomp.start() : null;

    @AfterAll static void endLibseccomp() {
        if (LIBSECCOMP != null) LIBSECCOMP.close();
    }

    static void same(Reference reference, BpfMachine machine, Call call) {
        assertEquals(Integer.toHexString(reference.verdict(call)), Integer.toHexString(machine.verdict(call)), call::toString);
    }

    /** What runc puts before libseccomp's program is that newer calls do not exist. */
    static void same(Reference reference, BpfMachine theirs, BpfMachine ours, Call call) {
        int expected = reference.isNewer(call) ? ENOSYS : theirs.verdict(call);
        assertEquals(Integer.toHexString(expected), Integer.toHexString(ours.verdict(call)), call::toString);
    }

    static Seccomp without(Seccomp profile, List<String> names) {
        List<Syscall> syscalls = new ArrayList<>();
        for (var syscall : profile.syscalls()) {
            var left = syscall.names().stream().filter(name -> !names.contains(name)).toList();
            if (!left.isEmpty()) syscalls.add(new Syscall(left, syscall.action(), syscall.errnoRet(), syscall.args()));
        }
        return new Seccomp(profile.defaultAction(), profile.defaultErrnoRet(), profile.architectures(), profile.flags(), profile.listenerPath(),
                profile.listenerMetadata(), syscalls);
    }

    @Test void dockers_profile_has_the_verdicts_of_libseccomp_for_every_number_and_telling_arguments() throws IOException {
        assumeTrue(LIBSECCOMP != null, "needs Debian's python3-seccomp");
        var profile = without(docker(), List.of("map_shadow_stack")); // x32 has it, as the kernel says and the library does not
        var made = LIBSECCOMP.make(profile, true).orElseThrow();
        assertTrue(made.unknown().size() < 30, () -> "not known: " + made.unknown());
        var known = without(profile, made.unknown());
        var ours = new BpfMachine(Filter.of(known, Arch.X86_64).program());
        var theirs = new BpfMachine(made.program());
        var reference = new Reference(known, Arch.X86_64);
        everyCall(call -> same(reference, theirs, ours, call));
    }

    @Test void dockers_profile_says_what_is_written_for_every_number_and_telling_arguments() throws IOException {
        for (var processor : Arch.values()) {
            var machine = new BpfMachine(Filter.of(docker(), processor).program());
            var reference = new Reference(docker(), processor);
            everyCall(call -> same(reference, machine, call));
        }
    }

    private static void everyCall(java.util.function.Consumer<Call> then) {
        long[] telling = {0, 1, 7, 8, 9, 11, 12, 13, 20, 21, 40, 41, 45, 46, 0x20000, 0x20008, 0x7e020000L, 0x10000000, 0x11, 0xffffffffL, -1, 1L << 32, 8 | 1L << 40};
        for (int audit : new int[] {Call.X64, Call.X86, Call.A64, Call.ARM, 0}) {
            for (int base : new int[] {0, 0x40000000, 0x80000000, 0xC0000000}) {
                for (int number = 0; number < 1100; number++) {
                    for (long first : telling) then.accept(new Call(audit, base + number, first, ~first, first));
                }
            }
            then.accept(new Call(audit, -1));
            for (int arm = 983040; arm < 983050; arm++) then.accept(new Call(audit, arm));
        }
    }

    @Test void calls_newer_than_the_profile_do_not_exist_and_a_listed_one_that_is_denied_is_denied() {
        var machine = machine(profile("SCMP_ACT_ERRNO", allow("read"), allow("close_range")));
        assertEquals(ALLOW, machine.verdict(new Call(Call.X64, 0)));
        assertEquals(EPERM, machine.verdict(new Call(Call.X64, 435)));
        assertEquals(ALLOW, machine.verdict(new Call(Call.X64, 436)));
        assertEquals(ENOSYS, machine.verdict(new Call(Call.X64, 437)));
        assertEquals(KILL_THREAD, machine.verdict(new Call(Call.X64, 0x40000000)), "x32 is not mentioned");
        assertEquals(KILL_THREAD, machine.verdict(new Call(Call.X86, 3)), "x86 is not mentioned");
        assertEquals(EPERM, machine.verdict(new Call(Call.X64, -1)), "a tracer skips a call");
    }

    @Test void where_the_default_lets_pass_newer_calls_pass() {
        var machine = machine(profile("SCMP_ACT_ALLOW", new Syscall(List.of("mount"), "SCMP_ACT_ERRNO", OptionalLong.of(13), List.of())));
        assertEquals(ALLOW, machine.verdict(new Call(Call.X64, 9999)));
        assertEquals(0x5000d, machine.verdict(new Call(Call.X64, 165)));
    }

    @Test void an_unconditional_rule_counts_more_than_conditional_ones_and_the_first_of_its_kind() {
        var one = new Arg(0, 1, 0, "SCMP_CMP_EQ");
        var machine = machine(profile("SCMP_ACT_ERRNO", rule("SCMP_ACT_LOG", "read", one), allow("read"), rule("SCMP_ACT_TRAP", "read"),
                rule("SCMP_ACT_TRAP", "write", one), rule("SCMP_ACT_ALLOW", "write", new Arg(0, 2, 0, "SCMP_CMP_LT"))));
        assertEquals(ALLOW, machine.verdict(new Call(Call.X64, 0, 1)));
        assertEquals(0x30000, machine.verdict(new Call(Call.X64, 1, 1)));
        assertEquals(ALLOW, machine.verdict(new Call(Call.X64, 1, 0)));
        assertEquals(EPERM, machine.verdict(new Call(Call.X64, 1, 2)));
    }

    @Test void jumps_over_more_than_255_instructions_arrive() {
        List<Syscall> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(rule(i % 3 == 0 ? "SCMP_ACT_ALLOW" : "SCMP_ACT_TRAP", i % 2 == 0 ? "ioctl" : "fcntl", new Arg(1, i * 0x100000001L, 0, "SCMP_CMP_GE"),
                    new Arg(2, i, 0, "SCMP_CMP_NE")));
        }
        var profile = profile("SCMP_ACT_ERRNO", many.subList(0, 340).toArray(Syscall[]::new));
        var machine = machine(profile);
        assertTrue(machine.size() > 2000, machine.size() + " instructions");
        var reference = new Reference(profile, Arch.X86_64);
        for (int i = -1; i < 600; i++) {
            for (int number : new int[] {15, 16, 17, 72}) same(reference, machine, new Call(Call.X64, number, 0, i * 0x100000001L + i % 2, i / 2));
        }
    }

    @Test void a_profile_that_the_kernel_would_not_take_is_refused_by_name() {
        List<Syscall> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) many.add(rule("SCMP_ACT_ALLOW", "ioctl", new Arg(1, i, 0, "SCMP_CMP_EQ")));
        var profile = profile("SCMP_ACT_ERRNO", many.toArray(Syscall[]::new));
        var refused = assertThrows(InvalidConfigException.class, () -> Filter.of(profile, Arch.X86_64));
        assertTrue(refused.getMessage().contains("linux.seccomp.syscalls: take 8"), refused.getMessage());
    }

    @Test void the_table_has_the_numbers_that_libseccomp_has() {
        assumeTrue(LIBSECCOMP != null, "needs Debian's python3-seccomp");
        for (var abi : Map.of("x86_64", "x64", "x86", "x86", "x32", "x32", "aarch64", "a64", "arm", "arm").entrySet()) {
            var theirs = LIBSECCOMP.names(abi.getKey(), 700);
            assertTrue(theirs.size() > 300, abi.getKey());
            theirs.forEach((name, number) -> assertEquals(number.toString(), Reference.TABLE.get(name).get(abi.getValue()), name + " of " + abi));
        }
    }

    @Test void the_table_finds_every_name_and_no_other() {
        var table = SyscallTable.load();
        Reference.TABLE.forEach((name, line) -> {
            int at = table.find(name);
            assertEquals(line.get("x64"), word(table.number(at, Abi.X86_64)), name);
            assertEquals(line.get("arm"), word(table.number(at, Abi.ARM)), name);
            assertEquals(line.get("via"), table.via(at) < 0 ? "-" : table.via(at) + ":" + table.viaArgument(at), name);
        });
        for (var name : List.of("", "a", "rea", "readx", "zzz", "#", "sched_rr_get_interval_time64x", "sched_rr_get_interval_time6")) {
            assertEquals(-1, table.find(name), name);
        }
    }

    private static String word(int number) {
        return number < 0 ? "-" : Integer.toString(number);
    }

    @Test void what_every_container_needs_is_decided_before_any_argument_is_looked_at() throws IOException {
        var machine = machine(docker());
        for (int number : new int[] {0, 1, 202, 257, 59, 435}) {
            var call = new Call(Call.X64, number, 1, 2, 3);
            machine.verdict(call);
            assertTrue(machine.executed() <= 13, call + " takes " + machine.executed());
        }
    }

    private static BpfMachine machine(Seccomp profile) {
        return new BpfMachine(Filter.of(profile, Arch.X86_64).program());
    }

    private static Syscall allow(String name) {
        return rule("SCMP_ACT_ALLOW", name);
    }

    private static Syscall rule(String action, String name, Arg... args) {
        return new Syscall(List.of(name), action, OptionalLong.empty(), Arrays.asList(args));
    }

    private static Seccomp profile(String defaultAction, Syscall... syscalls) {
        return new Seccomp(defaultAction, OptionalLong.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(syscalls));
    }

    static Seccomp docker() throws IOException {
        return ConfigParser.parse(Files.readAllBytes(DOCKER)).linux().seccomp().orElseThrow();
    }
}
