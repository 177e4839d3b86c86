package jrunc.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Resources.DeviceRule;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#allowed-device-list">config-linux.md, Allowed
 * Device list</a> as an eBPF program for BPF_CGROUP_DEVICE: everything is denied first, then the rules count in order, then
 * what every container may use. The last rule that speaks of a device decides, for each of read, write and mknod by itself; so
 * the program asks the rules from the last to the first and strikes out what has been allowed.
 * <pre>
 *   r2 = access asked for, r3 = type, r4 = major, r5 = minor
 *   for each rule from the last:  another type, major or minor: next
 *                                 deny:  if r2 &amp; its access: return 0
 *                                 allow: r2 &amp;= ~its access; if r2 == 0: return 1
 *   return 0
 * </pre>
 *
 * @see <a href="https://docs.kernel.org/bpf/prog_cgroup_sysctl.html">BPF_PROG_TYPE_CGROUP_*</a>, {@code struct bpf_cgroup_dev_ctx} in {@code <linux/bpf.h>}
 */
final class DeviceFilter {
    /** Letters of a rule's access and the bits that the kernel asks by. */
    private static final String ACCESS = "mrw";
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    //                                       class and operation
    private static final int LOAD_WORD       = 0x61; // BPF_LDX|BPF_MEM|BPF_W
    private static final int MOVE            = 0xb4; // BPF_ALU|BPF_MOV|BPF_K
    private static final int MOVE_REGISTER   = 0xbc; // BPF_ALU|BPF_MOV|BPF_X
    private static final int AND             = 0x54; // BPF_ALU|BPF_AND|BPF_K
    private static final int SHIFT_RIGHT     = 0x74; // BPF_ALU|BPF_RSH|BPF_K
    private static final int JUMP_NOT_EQUAL  = 0x56; // BPF_JMP32|BPF_JNE|BPF_K
    private static final int JUMP_EQUAL      = 0x16; // BPF_JMP32|BPF_JEQ|BPF_K
    private static final int EXIT            = 0x95; // BPF_JMP|BPF_EXIT
    static final int INSTRUCTION = 8;

    private final List<long[]> instructions = new ArrayList<>();

    private DeviceFilter() {}

    /** What runc and crun let every container use: make any node, but open only these; 10:200 is /dev/net/tun. */
    static List<DeviceRule> defaults() {
        List<DeviceRule> rules = new ArrayList<>();
        rules.add(allow("c", -1, -1, "m"));
        rules.add(allow("b", -1, -1, "m"));
        long[][] nodes = {{1, 3}, {1, 8}, {1, 7}, {5, 0}, {1, 5}, {1, 9}, {136, -1}, {5, 2}, {10, 200}};
        for (var node : nodes) rules.add(allow("c", node[0], node[1], "rwm"));
        return rules;
    }

    private static DeviceRule allow(String type, long major, long minor, String access) {
        return new DeviceRule(true, Optional.of(type), OptionalLong.of(major), OptionalLong.of(minor), Optional.of(access));
    }

    /** {@return the instructions, {@value #INSTRUCTION} bytes each} */
    static byte[] program(List<DeviceRule> rules) {
        var filter = new DeviceFilter();
        filter.emit(LOAD_WORD, 3, 1, 0, 0);           // r3 = access << 16 | type
        filter.emit(MOVE_REGISTER, 2, 3, 0, 0);
        filter.emit(AND, 3, 0, 0, 0xffff);
        filter.emit(SHIFT_RIGHT, 2, 0, 0, 16);
        filter.emit(LOAD_WORD, 4, 1, 4, 0);
        filter.emit(LOAD_WORD, 5, 1, 8, 0);
        for (var rule : rules.reversed()) filter.emit(rule);
        filter.answer(0);
        var out = ByteBuffer.allocate(filter.instructions.size() * INSTRUCTION).order(ByteOrder.LITTLE_ENDIAN);
        for (var i : filter.instructions) {
            out.put((byte) i[0]).put((byte) (i[1] | i[2] << 4)).putShort((short) i[3]).putInt((int) i[4]);
        }
        return out.array();
    }

    /** Each test jumps behind the rule's last instruction if the rule does not speak of this device. */
    private void emit(DeviceRule rule) {
        List<long[]> jumps = new ArrayList<>();
        int type = switch (rule.type().orElse("a")) {
            case "c" -> CHARACTER;
            case "b" -> BLOCK;
            default -> 0;
        };
        if (type != 0) jumps.add(emit(JUMP_NOT_EQUAL, 3, 0, 0, type));
        if (rule.major().orElse(-1) >= 0) jumps.add(emit(JUMP_NOT_EQUAL, 4, 0, 0, rule.major().getAsLong()));
        if (rule.minor().orElse(-1) >= 0) jumps.add(emit(JUMP_NOT_EQUAL, 5, 0, 0, rule.minor().getAsLong()));
        int access = bits(rule.access().orElse("rwm"));
        if (rule.allow()) {
            emit(AND, 2, 0, 0, ~access);
            jumps.add(emit(JUMP_NOT_EQUAL, 2, 0, 0, 0));
            answer(1);
        } else {
            emit(MOVE_REGISTER, 0, 2, 0, 0);
            emit(AND, 0, 0, 0, access);
            jumps.add(emit(JUMP_EQUAL, 0, 0, 0, 0));
            answer(0);
        }
        for (var jump : jumps) jump[3] = instructions.size() - at(jump) - 1;
    }

    private int at(long[] instruction) {
        int at = instructions.size() - 1;
        while (instructions.get(at) != instruction) at--;
        return at;
    }

    private void answer(int value) {
        emit(MOVE, 0, 0, 0, value);
        emit(EXIT, 0, 0, 0, 0);
    }

    private long[] emit(int operation, int to, int from, int offset, long immediate) {
        var instruction = new long[] {operation, to, from, offset, immediate};
        instructions.add(instruction);
        return instruction;
    }

    /** {@return the kernel's bits for letters of {@code rwm}: mknod 1, read 2, write 4} */
    static int bits(String access) {
        int bits = 0;
        for (int i = 0; i < access.length(); i++) bits |= 1 << ACCESS.indexOf(access.charAt(i));
        return bits;
    }
}
