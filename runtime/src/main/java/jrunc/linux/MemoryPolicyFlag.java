package jrunc.linux;

/**
 * Flags that go with the mode of set_mempolicy, {@code <linux/mempolicy.h>}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/set_mempolicy.2.html">set_mempolicy(2)</a>
 */
public enum MemoryPolicyFlag implements Flag {
    MPOL_F_NUMA_BALANCING(1 << 13),
    MPOL_F_RELATIVE_NODES(1 << 14),
    MPOL_F_STATIC_NODES(1 << 15);

    private final long value;

    MemoryPolicyFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
