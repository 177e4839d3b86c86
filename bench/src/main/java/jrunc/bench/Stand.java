package jrunc.bench;

import java.nio.file.Path;

/**
 * What a scenario has at hand.
 *
 * @param scratch a folder for files
 * @param state   a folder for what runtimes remember of containers
 * @param samples where the numbers of this round go: while warming up nobody looks at them
 */
record Stand(Stopwatch stopwatch, Bundles bundles, Path scratch, Path state, Results samples) {
    /** {@return the name of a container of this contender's that no other round has} */
    static String id(Contender contender, int round) {
        return "bench-" + ProcessHandle.current().pid() + "-" + Integer.toHexString(contender.name().hashCode()) + "-" + (round + 1000);
    }

    /** {@return the same stand with another place for the numbers} */
    Stand noting(Results others) {
        return new Stand(stopwatch, bundles, scratch, state, others);
    }
}
