package jrunc.seccomp;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Seccomp;

/**
 * A comparison of one argument, unsigned. With {@link Operator#MASKED_EQ} the value's bits outside the mask do not count.
 *
 * @param index 0 to 5
 * @param mask  for all other operators all ones
 */
record Comparison(int index, Operator operator, long mask, long value) {
    enum Operator { NE, LT, LE, EQ, GE, GT, MASKED_EQ }

    private static Comparison of(Seccomp.Arg arg) {
        int index = (int) arg.index();
        return switch (arg.op()) {
            case "SCMP_CMP_NE" -> new Comparison(index, Operator.NE, -1, arg.value());
            case "SCMP_CMP_LT" -> new Comparison(index, Operator.LT, -1, arg.value());
            case "SCMP_CMP_LE" -> new Comparison(index, Operator.LE, -1, arg.value());
            case "SCMP_CMP_EQ" -> new Comparison(index, Operator.EQ, -1, arg.value());
            case "SCMP_CMP_GE" -> new Comparison(index, Operator.GE, -1, arg.value());
            case "SCMP_CMP_GT" -> new Comparison(index, Operator.GT, -1, arg.value());
            case "SCMP_CMP_MASKED_EQ" -> new Comparison(index, Operator.MASKED_EQ, arg.value(), arg.valueTwo() & arg.value());
            default -> throw new IllegalArgumentException("no operator: " + arg.op());
        };
    }

    /**
     * {@return what a rule's {@code args} ask for: of the outer list one must hold, of an inner all} They all must hold, unless
     * two speak of one argument: then any is enough, as runc, crun and libseccomp's users have had it since the beginning.
     */
    static List<List<Comparison>> alternatives(List<Seccomp.Arg> args) {
        List<Comparison> all = new ArrayList<>(args.size());
        List<List<Comparison>> each = new ArrayList<>(args.size());
        int seen = 0;
        boolean twice = false;
        for (var arg : args) {
            var comparison = of(arg);
            twice |= (seen >> comparison.index & 1) != 0;
            seen |= 1 << comparison.index;
            all.add(comparison);
            each.add(List.of(comparison));
        }
        return twice ? each : List.of(all);
    }

    /**
     * {@return {@code all} for a call that goes by way of socketcall or ipc: its first argument says which call is meant} The
     * others are compared as they are, although socketcall's are elsewhere, in memory: so does libseccomp.
     */
    static List<Comparison> via(int argument, List<Comparison> all) {
        List<Comparison> changed = new ArrayList<>(all.size() + 1);
        changed.add(new Comparison(0, Operator.EQ, -1, argument));
        for (var comparison : all) {
            if (comparison.index != 0) changed.add(comparison);
        }
        return changed;
    }
}
