/**
 * The operations of <a href="https://github.com/opencontainers/runtime-spec/blob/main/runtime.md#operations">runtime.md</a>:
 * which tape, which player, which state.
 */
package jrunc.lifecycle;
