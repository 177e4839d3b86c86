/**
 * What plays tapes: {@link jrunc.machine.TapeMachine} natively, assembled here; in the container's process it is a program
 * of its own, which {@link jrunc.machine.Elf} puts into a file, and in jrunc's it is part of the {@link jrunc.machine.Front},
 * which starts the JVM that records. A JVM that no front has started has the {@link jrunc.machine.TrapPlayer}, which clones
 * through the {@link jrunc.machine.Springboard}. All mean the same.
 */
package jrunc.machine;
