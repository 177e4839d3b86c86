package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import jrunc.config.Resources.DeviceRule;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The program is run here, instruction by instruction, and must say what the rules say; security.md calls this S09. */
class DeviceFilterTest {
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    /** What the kernel asks: {@code struct bpf_cgroup_dev_ctx}. */
    record Request(char type, long major, long minor, int access) {}

    @Provide Arbitrary<DeviceRule> rules() {
        var number = Arbitraries.of(-1L, 0L, 1L, 2L, 4294967295L).map(OptionalLong::of).injectNull(0.2).map(n -> n == null ? OptionalLong.empty() : n);
        var type = Arbitraries.of("a", "b", "c").injectNull(0.2).map(Optional::ofNullable);
        var access = Arbitraries.of("r", "w", "m", "rw", "mr", "rwm", "mwr", "rr").injectNull(0.1).map(Optional::ofNullable);
        return Combinators.combine(Arbitraries.of(true, false), type, number, number, access).as(DeviceRule::new);
    }

    @Provide Arbitrary<Request> requests() {
        var number = Arbitraries.of(0L, 1L, 2L, 3L, 4294967295L);
        return Combinators.combine(Arbitraries.of('b', 'c'), number, number, Arbitraries.integers().between(1, 7)).as(Request::new);
    }

    @Property void the_program_decides_as_the_rules_say(@ForAll List<@net.jqwik.api.From("rules") DeviceRule> rules, @ForAll("requests") Request request) {
        assertEquals(allowed(rules, request), runs(DeviceFilter.program(rules), request));
    }

    @Property void with_the_defaults_behind_them_it_does_so_too(@ForAll List<@net.jqwik.api.From("rules") DeviceRule> rules, @ForAll("requests") Request request) {
        var all = new ArrayList<>(rules);
        all.addAll(DeviceFilter.defaults());
        assertEquals(allowed(all, request), runs(DeviceFilter.program(all), request));
    }

    /** For each kind of access by itself the last rule that speaks of it decides; without one it is denied. */
    private static boolean allowed(List<DeviceRule> rules, Request request) {
        return IntStream.of(MKNOD, READ, WRITE).filter(kind -> (request.access & kind) != 0).allMatch(kind -> rules.stream()
                .filter(rule -> matches(rule, request) && rule.access().orElse("rwm").indexOf(letter(kind)) >= 0)
                .reduce((_, later) -> later).map(DeviceRule::allow).orElse(false));
    }

    private static char letter(int kind) {
        return switch (kind) {
            case MKNOD -> 'm';
            case READ -> 'r';
            default -> 'w';
        };
    }

    private static boolean matches(DeviceRule rule, Request request) {
        String type = rule.type().orElse("a");
        return (type.equals("a") || type.charAt(0) == request.type) && fits(rule.major(), request.major) && fits(rule.minor(), request.minor);
    }

    private static boolean fits(OptionalLong wanted, long number) {
        return wanted.isEmpty() || wanted.getAsLong() == -1 || wanted.getAsLong() == number;
    }

    private static final List<DeviceRule> DEFAULTS = DeviceFilter.defaults();
    private static final Request DISK = new Request('b', 7, 0, READ);
    private static final Request MEMORY = new Request('c', 1, 1, READ);

    @Test void without_any_rule_nothing_may_be_done() {
        for (int access = 1; access <= 7; access++) assertFalse(runs(DeviceFilter.program(List.of()), new Request('c', 1, 3, access)));
    }

    @Test void a_config_without_device_rules_still_denies_what_is_not_default() {
        assertFalse(runs(DeviceFilter.program(DEFAULTS), DISK));
        assertFalse(runs(DeviceFilter.program(DEFAULTS), MEMORY));
        assertTrue(runs(DeviceFilter.program(DEFAULTS), new Request('c', 1, 3, READ | WRITE)));
    }

    @Test void a_list_that_allows_one_device_denies_all_others() {
        List<DeviceRule> rules = new ArrayList<>();
        rules.add(new DeviceRule(true, Optional.of("c"), OptionalLong.of(1), OptionalLong.of(3), Optional.of("rwm")));
        rules.addAll(DEFAULTS);
        assertFalse(runs(DeviceFilter.program(rules), DISK));
        assertFalse(runs(DeviceFilter.program(rules), MEMORY));
        assertTrue(runs(DeviceFilter.program(rules), new Request('c', 1, 3, READ | WRITE | MKNOD)));
    }

    @Test void what_runc_allows_every_container_is_allowed_and_no_more() {
        long[][] open = {{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 2}, {10, 200}, {136, 0}, {136, 4711}};
        var program = DeviceFilter.program(DEFAULTS);
        for (var device : open) assertTrue(runs(program, new Request('c', device[0], device[1], READ | WRITE | MKNOD)), () -> device[0] + ":" + device[1]);
        for (char type : new char[] {'b', 'c'}) assertTrue(runs(program, new Request(type, 99, 99, MKNOD)), "any node may be made");
        long[][] closed = {{5, 1}, {1, 1}, {1, 2}, {10, 229}, {4, 0}, {135, 0}, {137, 0}};
        for (var device : closed) assertFalse(runs(program, new Request('c', device[0], device[1], READ)), () -> device[0] + ":" + device[1]);
        for (var device : open) assertFalse(runs(program, new Request('b', device[0], device[1], READ)), () -> "block " + device[0] + ":" + device[1]);
    }

    @Test void a_request_for_two_things_needs_both() {
        var rule = new DeviceRule(true, Optional.of("b"), OptionalLong.of(8), OptionalLong.empty(), Optional.of("r"));
        var program = DeviceFilter.program(List.of(rule));
        assertTrue(runs(program, new Request('b', 8, 1, READ)));
        assertFalse(runs(program, new Request('b', 8, 1, READ | WRITE)));
    }

    @Test void every_jump_goes_forward_and_every_way_ends() {
        var program = ByteBuffer.wrap(DeviceFilter.program(DEFAULTS)).order(ByteOrder.LITTLE_ENDIAN);
        int count = program.capacity() / DeviceFilter.INSTRUCTION;
        assertEquals(0x95, program.get((count - 1) * 8) & 0xff);
        for (int i = 0; i < count; i++) {
            int to = i + 1 + program.getShort(i * 8 + 2);
            assertTrue(to > i && to <= count, "the kernel's verifier refuses a jump from " + i + " to " + to);
        }
    }

    /** {@return whether the program answers 1} Knows the instructions of ALU, JMP32, LDX and EXIT, as the kernel defines them. */
    private static boolean runs(byte[] bytes, Request request) {
        var program = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] context = {(long) request.access << 16 | (request.type == 'b' ? 1 : 2), request.major, request.minor};
        long[] r = new long[11];
        for (int at = 0; ; at += 8) {
            int code = program.get(at) & 0xff;
            int to = program.get(at + 1) & 0xf;
            int from = program.get(at + 1) >> 4 & 0xf;
            short offset = program.getShort(at + 2);
            int operand = (code & 8) != 0 ? (int) r[from] : program.getInt(at + 4);
            switch (code) {
                case 0x95 -> {
                    assertTrue(r[0] == 0 || r[0] == 1, "the kernel takes 0 or 1");
                    return r[0] == 1;
                }
                case 0x61 -> {
                    assertEquals(1, from, "only the context can be read");
                    r[to] = context[offset / 4] & 0xffffffffL;
                }
                case 0xb4, 0xbc -> r[to] = operand & 0xffffffffL;
                case 0x54 -> r[to] = (int) r[to] & operand & 0xffffffffL;
                case 0x74 -> r[to] = (r[to] & 0xffffffffL) >>> operand;
                case 0x56 -> at += (int) r[to] != operand ? offset * 8 : 0;
                case 0x16 -> at += (int) r[to] == operand ? offset * 8 : 0;
                default -> throw new AssertionError("instruction 0x" + Integer.toHexString(code));
            }
        }
    }
}
