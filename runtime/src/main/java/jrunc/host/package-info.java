/**
 * What the machine is at this moment: a read-only snapshot that plans decide from. It reads {@code /proc}, the cgroup tree
 * and the bundle's files; it changes nothing. No safety rests on it: the kernel enforces that when the tape plays.
 */
package jrunc.host;
