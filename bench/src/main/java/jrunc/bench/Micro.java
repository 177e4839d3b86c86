package jrunc.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import jrunc.kernel.Trap;
import jrunc.linux.Arch;
import jrunc.linux.Sys;

/**
 * A microbenchmark in a JVM of its own, a fork: repeats one operation for so many iterations of so long, and prints for each how many
 * nanoseconds the operation took. {@link Forks} starts it.
 */
public final class Micro {
    /** What can be measured so. */
    enum Operation {
        /** One system call, as tapes are played in a JVM. */
        TRAP(Metric.Unit.NANOSECONDS, 1, "a trap", "getppid by the one linked call, with the room for errno given"),
        /** The same as everybody else calls it. */
        CALL(Metric.Unit.NANOSECONDS, 1, "a trap", "getppid, room for errno made anew"),
        /** Both tapes and the ELF, from what was read before. */
        RECORD(Metric.Unit.MICROSECONDS, 1000, "recording create", "both tapes and the program, from a parsed config"),
        /** The same from the beginning: what a warm server does for a create. */
        READ_AND_RECORD(Metric.Unit.MICROSECONDS, 1000, "recording create", "reading the bundle and the host, then both tapes and the program");

        private final Metric.Unit unit;
        private final int nanoseconds;
        private final String title;
        private final String parameter;

        Operation(Metric.Unit unit, int nanoseconds, String title, String parameter) {
            this.unit = unit;
            this.nanoseconds = nanoseconds;
            this.title = title;
            this.parameter = parameter;
        }

        Metric metric() {
            return new Metric(title, parameter, unit);
        }

        /** {@return in the metric's unit what a fork has printed} */
        double sample(String line) {
            return Double.parseDouble(line) / nanoseconds;
        }
    }

    /** So that nothing is optimised away. */
    @SuppressWarnings("unused")
    private static volatile long seen;

    private Micro() {}

    /** Takes the operation, a bundle, the number of iterations and their length in milliseconds. */
    public static void main(String[] args) {
        int iterations = Integer.parseInt(args[2]);
        long nanoseconds = Long.parseLong(args[3]) * 1_000_000;
        try (var arena = Arena.ofConfined()) {
            var operation = operation(Operation.valueOf(args[0]), args[1], Trap.errno(arena));
            for (int i = 0; i < iterations; i++) System.out.println(iteration(operation, nanoseconds));
        }
    }

    private static LongSupplier operation(Operation operation, String bundle, MemorySegment errno) {
        int number = Sys.GETPPID.number(Arch.host());
        return switch (operation) {
            case TRAP -> () -> Trap.call(errno, number, 0, 0, 0, 0, 0, 0);
            case CALL -> () -> Trap.call(Sys.GETPPID);
            case RECORD -> {
                var read = Recording.read(bundle, "micro");
                yield () -> read.outside(read.inside()).tape().cells().size();
            }
            case READ_AND_RECORD -> () -> {
                var read = Recording.read(bundle, "micro");
                return read.outside(read.inside()).tape().cells().size();
            };
        };
    }

    /** Looks at the clock after ever more operations, so that looking costs next to nothing. */
    private static double iteration(LongSupplier operation, long nanoseconds) {
        long count = 0;
        long begun = System.nanoTime();
        long taken = 0;
        for (long batch = 1; taken < nanoseconds; batch = Math.min(batch * 2, Math.max(1, count / 8))) {
            for (long i = 0; i < batch; i++) seen = operation.getAsLong();
            count += batch;
            taken = System.nanoTime() - begun;
        }
        return (double) taken / count;
    }
}
