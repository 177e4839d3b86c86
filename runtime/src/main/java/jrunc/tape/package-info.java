/**
 * The set-up of a container as data: cells (system calls with their operands), slots (where results go), attempts (what
 * a human reads if one fails). A {@link jrunc.tape.Recorder} writes a {@link jrunc.tape.Tape}, a
 * {@link jrunc.tape.Listing} prints it, an {@link jrunc.tape.Image} is the bytes that players play. Nothing here makes
 * a call.
 */
package jrunc.tape;
