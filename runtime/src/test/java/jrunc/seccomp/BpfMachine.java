package jrunc.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Plays a filter as the kernel does, and counts. What the kernel would not take is an error. */
final class BpfMachine {
    private final long[] instructions;
    private int executed;

    BpfMachine(byte[] program) {
        var bytes = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        instructions = new long[program.length / 8];
        for (int i = 0; i < instructions.length; i++) instructions[i] = bytes.getLong();
        if (instructions.length == 0 || instructions.length > 4096) throw new IllegalArgumentException(instructions.length + " instructions");
        for (int i = 0; i < instructions.length; i++) check(i);
    }

    /** As {@code bpf_check_classic} and {@code seccomp_check_filter}: known instructions, jumps that stay inside, a return at the end. */
    private void check(int i) {
        int furthest = switch (code(i)) {
            case 0x20 -> {
                if (k(i) < 0 || k(i) > 60 || k(i) % 4 != 0) throw new IllegalArgumentException("load " + k(i));
                yield i + 1;
            }
            case 0x06 -> i;
            case 0x05 -> {
                if (k(i) < 0) throw new IllegalArgumentException("jump " + k(i));
                yield i + 1 + k(i);
            }
            case 0x15, 0x25, 0x35, 0x45 -> i + 1 + Math.max(jumpTrue(i), jumpFalse(i));
            case 0x54 -> i + 1;
            default -> throw new IllegalArgumentException("code " + Integer.toHexString(code(i)));
        };
        if (furthest >= instructions.length) throw new IllegalArgumentException(i + " goes to " + furthest);
    }

    private int code(int i) {
        return (int) instructions[i] & 0xffff;
    }

    private int jumpTrue(int i) {
        return (int) (instructions[i] >>> 16) & 0xff;
    }

    private int jumpFalse(int i) {
        return (int) (instructions[i] >>> 24) & 0xff;
    }

    private int k(int i) {
        return (int) (instructions[i] >>> 32);
    }

    int size() {
        return instructions.length;
    }

    /** {@return how many instructions the last verdict took} */
    int executed() {
        return executed;
    }

    int verdict(Call call) {
        int accumulator = 0;
        executed = 0;
        for (int i = 0; ; i++) {
            executed++;
            int k = k(i);
            switch (code(i)) {
                case 0x20 -> accumulator = call.word(k);
                case 0x54 -> accumulator &= k;
                case 0x05 -> i += k;
                case 0x15 -> i += accumulator == k ? jumpTrue(i) : jumpFalse(i);
                case 0x25 -> i += Integer.compareUnsigned(accumulator, k) > 0 ? jumpTrue(i) : jumpFalse(i);
                case 0x35 -> i += Integer.compareUnsigned(accumulator, k) >= 0 ? jumpTrue(i) : jumpFalse(i);
                case 0x45 -> i += (accumulator & k) != 0 ? jumpTrue(i) : jumpFalse(i);
                case 0x06 -> {
                    return k;
                }
                default -> throw new IllegalStateException();
            }
        }
    }
}
