package jrunc.linux;

/**
 * Where a reader finds what statx answered: byte offset and width in {@code struct statx}, {@code <linux/stat.h>}, which is
 * 256 bytes long and the same on every processor.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public enum StatxField {
    STX_MASK      (0x00, 4),
    STX_BLKSIZE   (0x04, 4),
    STX_ATTRIBUTES(0x08, 8),
    STX_NLINK     (0x10, 4),
    STX_UID       (0x14, 4),
    STX_GID       (0x18, 4),
    STX_MODE      (0x1C, 2),
    STX_INO       (0x20, 8),
    STX_SIZE      (0x28, 8),
    STX_BLOCKS    (0x30, 8),
    STX_RDEV_MAJOR(0x80, 4),
    STX_RDEV_MINOR(0x84, 4),
    STX_DEV_MAJOR (0x88, 4),
    STX_DEV_MINOR (0x8C, 4),
    /** Filled in when asked for by STATX_MNT_ID or STATX_MNT_ID_UNIQUE. */
    STX_MNT_ID    (0x90, 8);

    /** Where the time of the last change of the content is: seconds since 1970, signed, 8 bytes, then nanoseconds, 4 bytes. */
    public static final int STX_MTIME = 0x70;

    /** The length of the whole struct in bytes. */
    public static final int SIZE = 256;

    /** In STX_ATTRIBUTES: the path is the root of a mount; since Linux 5.8. */
    public static final long STATX_ATTR_MOUNT_ROOT = 0x2000;

    private final int offset;
    private final int bytes;

    StatxField(int offset, int bytes) {
        this.offset = offset;
        this.bytes = bytes;
    }

    /** {@return where the field starts, in bytes from the start of the struct} */
    public int offset() {
        return offset;
    }

    /** {@return how wide the field is: 2, 4 or 8} */
    public int bytes() {
        return bytes;
    }
}
