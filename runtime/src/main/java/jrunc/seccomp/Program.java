package jrunc.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a classic BPF program from its end to its beginning: jumps only go forward, so each target is there before the jump.
 * A label is the number of instructions from the target to the end. Only what the kernel's own survey of a filter understands
 * stands before the first look at an argument, so it knows the calls that always pass and asks the program no more (Linux 5.11).
 * <pre>
 *   struct sock_filter { __u16 code; __u8 jt; __u8 jf; __u32 k; };
 *   struct seccomp_data { int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6]; };
 * </pre>
 */
final class Program {
    /** Size of an instruction in bytes. */
    static final int INSTRUCTION = 8;
    private static final int LOAD     = 0x20; // BPF_LD|BPF_W|BPF_ABS
    private static final int AND      = 0x54; // BPF_ALU|BPF_AND|BPF_K
    private static final int JUMP     = 0x05; // BPF_JMP|BPF_JA
    private static final int IF_EQUAL = 0x15; // BPF_JMP|BPF_JEQ|BPF_K
    private static final int IF_ABOVE = 0x25; // BPF_JMP|BPF_JGT|BPF_K
    private static final int IF_FROM  = 0x35; // BPF_JMP|BPF_JGE|BPF_K
    private static final int RETURN   = 0x06; // BPF_RET|BPF_K
    private static final int NUMBER = 0;
    private static final int AUDIT = 4;
    private static final int ARGUMENTS = 16;
    private static final int NEAR = 255;

    /** Backwards; code and jumps in the upper half, k in the lower, as they are in memory. */
    private long[] instructions = new long[256];
    private int size;
    /** For each verdict the label of its return that was written last. */
    private int[] returns = new int[16];
    private int verdicts;

    /** {@return how many instructions there are} */
    int size() {
        return size;
    }

    /** {@return the instructions in their order, {@value #INSTRUCTION} bytes each} */
    byte[] bytes() {
        var out = ByteBuffer.allocate(size * INSTRUCTION).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = size - 1; i >= 0; i--) out.putLong(instructions[i]);
        return out.array();
    }

    /** {@return the label of a return of this verdict that can be reached from here} */
    int verdict(int verdict) {
        int i = 0;
        while (i < verdicts && instructions[returns[i] - 1] >>> 32 != (verdict & 0xffffffffL)) i++;
        if (i < verdicts && size - returns[i] < NEAR - 1) return returns[i];
        if (i == returns.length) returns = Arrays.copyOf(returns, i * 2);
        if (i == verdicts) verdicts++;
        return returns[i] = emit(RETURN, 0, 0, verdict);
    }

    /** Asks whose numbers the call has: {@code audit} goes to {@code then}, others to {@code otherwise}. */
    int dispatch(int audit, int then, int otherwise) {
        return branch(IF_EQUAL, audit, then, otherwise);
    }

    /** Loads the ABI that {@link #dispatch} asks about; what follows was written just before. */
    int loadAudit() {
        return emit(LOAD, 0, 0, AUDIT);
    }

    /** Loads the call's number and decides, by halving the ranges again and again. */
    int decide(Ranges ranges) {
        int tree = tree(ranges, 0, ranges.size());
        goTo(tree);
        return emit(LOAD, 0, 0, NUMBER);
    }

    private int tree(Ranges ranges, int from, int to) {
        if (to - from == 1) return decision(ranges.decision(from));
        int middle = ranges.middle(from, to);
        int upper = tree(ranges, middle, to);
        int lower = tree(ranges, from, middle);
        return branch(IF_FROM, (int) ranges.start(middle), upper, lower);
    }

    private int decision(Decision decision) {
        int next = verdict(decision.otherwise());
        for (var match : decision.matches().reversed()) {
            int then = verdict(match.verdict());
            for (var comparison : match.all().reversed()) then = compare(comparison, decision.wide(), then, next);
            next = then;
        }
        return next;
    }

    private int compare(Comparison c, boolean wide, int then, int otherwise) {
        return switch (c.operator()) {
            case EQ, MASKED_EQ -> equal(c, wide, then, otherwise);
            case NE -> equal(c, wide, otherwise, then);
            case GT -> above(IF_ABOVE, c, wide, then, otherwise);
            case GE -> above(IF_FROM, c, wide, then, otherwise);
            case LE -> above(IF_ABOVE, c, wide, otherwise, then);
            case LT -> above(IF_FROM, c, wide, otherwise, then);
        };
    }

    private int equal(Comparison c, boolean wide, int then, int otherwise) {
        int low = half(c, 0, then, otherwise);
        return wide ? half(c, 32, low, otherwise) : low;
    }

    /** A half whose mask is empty is always equal. */
    private int half(Comparison c, int shift, int then, int otherwise) {
        int mask = (int) (c.mask() >>> shift);
        if (mask == 0) return then;
        branch(IF_EQUAL, (int) (c.value() >>> shift), then, otherwise);
        if (mask != -1) emit(AND, 0, 0, mask);
        return emit(LOAD, 0, 0, argument(c) + shift / 8);
    }

    private int above(int operation, Comparison c, boolean wide, int then, int otherwise) {
        branch(operation, (int) c.value(), then, otherwise);
        int low = emit(LOAD, 0, 0, argument(c));
        if (!wide) return low;
        int high = (int) (c.value() >>> 32);
        int same = branch(IF_EQUAL, high, low, otherwise);
        branch(IF_ABOVE, high, then, same);
        return emit(LOAD, 0, 0, argument(c) + 4);
    }

    private static int argument(Comparison c) {
        return ARGUMENTS + 8 * c.index();
    }

    private int branch(int operation, int k, int then, int otherwise) {
        boolean far = size - Math.min(then, otherwise) >= NEAR - 1;
        int nearThen = far ? near(then) : then;
        int nearOtherwise = far ? near(otherwise) : otherwise;
        return emit(operation, size - nearThen, size - nearOtherwise, k);
    }

    /** {@return a label within reach that does what {@code label} does} */
    private int near(int label) {
        if (size - label < NEAR - 1) return label;
        long there = instructions[label - 1];
        if ((short) there == RETURN) return verdict((int) (there >>> 32));
        return emit(JUMP, 0, 0, size - label);
    }

    /** What was written last need not be where it goes on. */
    private void goTo(int label) {
        if (label != size) emit(JUMP, 0, 0, size - label);
    }

    private int emit(int code, int jumpTrue, int jumpFalse, int k) {
        if (size == instructions.length) instructions = Arrays.copyOf(instructions, size * 2);
        instructions[size++] = (long) k << 32 | (long) jumpFalse << 24 | (long) jumpTrue << 16 | code;
        return size;
    }
}
