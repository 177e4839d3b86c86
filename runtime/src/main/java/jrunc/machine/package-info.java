/**
 * What plays tapes: {@link jrunc.machine.TapeMachine} natively, assembled here and put into a file by
 * {@link jrunc.machine.Elf}, and {@link jrunc.machine.TrapPlayer} in the JVM, which clones through the
 * {@link jrunc.machine.Springboard}. Both mean the same.
 */
package jrunc.machine;
