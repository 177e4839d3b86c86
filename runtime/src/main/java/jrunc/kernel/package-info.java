/**
 * The JVM's own system calls, and what they lend: memory, descriptors, processes. The only package that traps into the
 * kernel; {@link jrunc.kernel.Trap} is its one door, everything else here is a name for a call through it.
 */
package jrunc.kernel;
