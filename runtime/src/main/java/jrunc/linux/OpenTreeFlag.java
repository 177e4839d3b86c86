package jrunc.linux;

/**
 * Flags of open_tree, {@code <linux/mount.h>}, since Linux 5.2. {@link AtFlag}s may be added: AT_EMPTY_PATH, AT_RECURSIVE, AT_NO_AUTOMOUNT, AT_SYMLINK_NOFOLLOW.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open_tree.2.html">open_tree(2)</a>
 */
public enum OpenTreeFlag implements Flag {
    OPEN_TREE_CLONE  (0x1),
    /** the value of O_CLOEXEC, the same on both processors */
    OPEN_TREE_CLOEXEC(0x80000);

    private final long value;

    OpenTreeFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
