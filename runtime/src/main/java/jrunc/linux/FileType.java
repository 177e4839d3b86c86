package jrunc.linux;

/**
 * The type bits of a mode, {@code <linux/stat.h>}. They are values of the field S_IFMT, not flags: compare after masking.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inode.7.html">inode(7)</a>
 */
public enum FileType implements Flag {
    S_IFSOCK(0xC000),
    S_IFLNK (0xA000),
    S_IFREG (0x8000),
    S_IFBLK (0x6000),
    S_IFDIR (0x4000),
    S_IFCHR (0x2000),
    S_IFIFO (0x1000);

    /** The mask of the type field in a mode. */
    public static final long S_IFMT = 0xF000;

    private final long value;

    FileType(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }

    /** {@return the type in {@code mode}, or null where the field holds none of them} */
    public static FileType of(long mode) {
        for (var type : values()) {
            if ((mode & S_IFMT) == type.value) return type;
        }
        return null;
    }
}
