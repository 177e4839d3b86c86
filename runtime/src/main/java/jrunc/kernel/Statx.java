package jrunc.kernel;

import static jrunc.linux.StatxField.STX_ATTRIBUTES;
import static jrunc.linux.StatxField.STX_DEV_MAJOR;
import static jrunc.linux.StatxField.STX_DEV_MINOR;
import static jrunc.linux.StatxField.STX_GID;
import static jrunc.linux.StatxField.STX_INO;
import static jrunc.linux.StatxField.STX_MNT_ID;
import static jrunc.linux.StatxField.STX_MODE;
import static jrunc.linux.StatxField.STX_RDEV_MAJOR;
import static jrunc.linux.StatxField.STX_RDEV_MINOR;
import static jrunc.linux.StatxField.STX_SIZE;
import static jrunc.linux.StatxField.STX_UID;

import java.nio.ByteBuffer;
import jrunc.linux.FileType;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;

/**
 * What statx says about a file: the part of {@code struct statx} that anyone here asks for. It is the same on all processors.
 *
 * @param mode       type and permissions
 * @param device     of the file system, as {@code major << 32 | minor}
 * @param inode      its number there
 * @param special    of a device node, as {@code major << 32 | minor}
 * @param mount      id of the mount, since Linux 5.8
 * @param attributes STATX_ATTR_*
 */
public record Statx(int mode, long uid, long gid, long size, long inode, long device, long special, long mount, long attributes) {
    static final int SIZE = StatxField.SIZE;
    /** STATX_BASIC_STATS, which are the first eleven, and STATX_MNT_ID. */
    static final long ASKED = 0x7FF | StatxMask.STATX_MNT_ID.value();

    static Statx of(ByteBuffer struct) {
        return new Statx((int) field(struct, STX_MODE), field(struct, STX_UID), field(struct, STX_GID), field(struct, STX_SIZE),
                field(struct, STX_INO), field(struct, STX_DEV_MAJOR) << 32 | field(struct, STX_DEV_MINOR),
                field(struct, STX_RDEV_MAJOR) << 32 | field(struct, STX_RDEV_MINOR), field(struct, STX_MNT_ID),
                field(struct, STX_ATTRIBUTES));
    }

    private static long field(ByteBuffer struct, StatxField field) {
        return switch (field.bytes()) {
            case 2 -> Short.toUnsignedLong(struct.getShort(field.offset()));
            case 4 -> Integer.toUnsignedLong(struct.getInt(field.offset()));
            default -> struct.getLong(field.offset());
        };
    }

    /** {@return what kind of file it is} */
    public FileType type() {
        return FileType.of(mode);
    }

    /** {@return whether the path is the root of a mount} */
    public boolean isMountPoint() {
        return (attributes & StatxField.STATX_ATTR_MOUNT_ROOT) != 0;
    }

    /** {@return whether {@code other} is the same file: device and inode are equal} */
    public boolean isSameFile(Statx other) {
        return device == other.device && inode == other.inode;
    }
}
