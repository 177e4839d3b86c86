package jrunc.linux;

/**
 * Modes of set_mempolicy in the order of their numbers, {@code <linux/mempolicy.h>}: MPOL_DEFAULT is 0,
 * MPOL_WEIGHTED_INTERLEAVE, since Linux 6.9, is 6.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/set_mempolicy.2.html">set_mempolicy(2)</a>
 */
public enum MemoryPolicyMode {
    MPOL_DEFAULT,
    MPOL_PREFERRED,
    MPOL_BIND,
    MPOL_INTERLEAVE,
    MPOL_LOCAL,
    MPOL_PREFERRED_MANY,
    MPOL_WEIGHTED_INTERLEAVE;

    /** {@return the number that set_mempolicy takes} */
    public int number() {
        return ordinal();
    }
}
