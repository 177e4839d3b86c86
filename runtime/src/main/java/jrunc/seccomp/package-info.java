/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#seccomp">config-linux.md, Seccomp</a> becomes a
 * classic BPF program, without libseccomp: names are resolved by a table made from the kernel's headers, what has the same
 * verdict is one range of numbers, and the ranges are halved until one is left. Pure.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
package jrunc.seccomp;
