package jrunc.linux;

/**
 * Flags of move_mount, {@code <linux/mount.h>}, since Linux 5.2: {@code F} is about the mount that moves, {@code T} about its target.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/move_mount.2.html">move_mount(2)</a>
 */
public enum MoveMountFlag implements Flag {
    MOVE_MOUNT_F_SYMLINKS  (0x1),
    MOVE_MOUNT_F_AUTOMOUNTS(0x2),
    MOVE_MOUNT_F_EMPTY_PATH(0x4),
    MOVE_MOUNT_T_SYMLINKS  (0x10),
    MOVE_MOUNT_T_AUTOMOUNTS(0x20),
    MOVE_MOUNT_T_EMPTY_PATH(0x40),
    /** since Linux 5.15 */
    MOVE_MOUNT_SET_GROUP   (0x100),
    /** since Linux 6.5 */
    MOVE_MOUNT_BENEATH     (0x200);

    private final long value;

    MoveMountFlag(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
