/**
 * Times jrunc beside runc, crun, a JVM that prints a line, and the same system calls with no runtime at all. {@link jrunc.bench.Bench}
 * goes through the {@link jrunc.bench.Scenario}s; in each round every {@link jrunc.bench.Contender} has its turn, and a
 * {@link jrunc.bench.Stopwatch} takes the time: a static program of the size of a page, itself a tape.
 */
package jrunc.bench;
