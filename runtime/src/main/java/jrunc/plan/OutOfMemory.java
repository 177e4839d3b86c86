package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import jrunc.config.Config;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Whether a container could not be made for want of memory: what its cgroup says of that, read before the cgroup is removed. A process
 * that the kernel kills so says nothing itself.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">Control Group v2, memory.events</a>
 */
public final class OutOfMemory {
    private static final int EVENTS_SIZE = 256;
    private static final int NUMBER_SIZE = 32;
    /** In memory.events: a number above 0 follows if so. */
    public static final String KILLED = "\noom_kill ";
    private static final String MAX = "memory.max";
    private static final String PEAK = "memory.peak";
    private static final String EVENTS = "memory.events";

    private final Block max;
    private final Block peak;
    private final Block events;

    OutOfMemory(Recorder tape) {
        max = tape.block(NUMBER_SIZE);
        peak = tape.block(NUMBER_SIZE);
        events = tape.block(EVENTS_SIZE);
    }

    /** {@return where the text of memory.max is after a failure, and a NUL} */
    public Block max() {
        return max;
    }

    /** {@return the same of memory.peak, which old kernels do not have: then it is empty} */
    public Block peak() {
        return peak;
    }

    /** {@return the same of memory.events} */
    public Block events() {
        return events;
    }

    /**
     * {@return what {@link #words} are made of: before memory.max, between that and memory.peak, after that, and after memory.max
     * where there is no memory.peak}
     */
    public static List<String> pieces() {
        var whole = words("\1", "\2", KILLED + "1\n").orElseThrow();
        var without = words("\1", "", KILLED + "1\n").orElseThrow();
        return List.of(whole.substring(0, whole.indexOf('\1')), whole.substring(whole.indexOf('\1') + 1, whole.indexOf('\2')), whole.substring(whole.indexOf('\2') + 1),
                without.substring(without.indexOf('\1') + 1));
    }

    /** {@return whether the container has a limit that could be hit} */
    public static boolean mayBe(Config config) {
        return config.linux().resources().memory().limit().orElse(0) > 0 || config.linux().resources().unified().containsKey(MAX);
    }

    /** After a failure, where no further one matters. */
    void look(Operand cgroup, Recorder t) {
        read(MAX, max, cgroup, t);
        read(PEAK, peak, cgroup, t);
        read(EVENTS, events, cgroup, t);
    }

    private static void read(String name, Block into, Operand cgroup, Recorder t) {
        t.attempt("look whether memory ran out: read " + name, u -> {
            var file = u.variable(-1);
            u.call(Sys.OPENAT, cgroup, text(name), u.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(file).forgiveAll();
            u.call(Sys.READ, file, into.address(), imm(into.initial().length - 1)).forgiveAll();
            u.close(file);
        });
    }

    /**
     * {@return what a person should read instead, if the kernel has killed for want of memory}
     *
     * @param bytes what a block holds, once the tape has played
     */
    public Optional<String> words(Function<Block, byte[]> bytes) {
        return words(string(bytes.apply(max)), string(bytes.apply(peak)), string(bytes.apply(events)));
    }

    private static String string(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) end++;
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** The same of the files' texts; those that are missing are empty. */
    public static Optional<String> words(String max, String peak, String events) {
        boolean killed = events.contains(KILLED) && !events.contains(KILLED + "0\n");
        if (!killed) return Optional.empty();
        String used = peak.isBlank() ? "" : ", and it has used " + peak.strip() + " bytes at most";
        return Optional.of("container init was OOM-killed (memory limit too low?): " + MAX + " is " + max.strip() + used
                + "; raise linux.resources.memory.limit, or the limit of a cgroup above");
    }
}
