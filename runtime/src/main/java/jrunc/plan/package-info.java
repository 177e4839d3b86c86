/**
 * What must be done: pure functions from (config, host, command) to a tape, one class per section of the spec. No system call,
 * no file read, no clock.
 */
package jrunc.plan;
