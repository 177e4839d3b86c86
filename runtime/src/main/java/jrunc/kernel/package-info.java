/**
 * The JVM's own system calls, and what they lend: memory, descriptors. The only package that traps into the kernel, by {@link
 * jrunc.kernel.Trap} alone, and the one that talks to the front, which makes system calls for it.
 */
package jrunc.kernel;
