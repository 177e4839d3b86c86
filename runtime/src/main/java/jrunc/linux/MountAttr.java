package jrunc.linux;

/**
 * Attributes of one mount, for fsmount and mount_setattr, {@code <linux/mount.h>}. The three bits of {@link #MOUNT_ATTR__ATIME} are not flags but a field: to set any of its values, the whole field must be in {@code attr_clr}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
 */
public enum MountAttr implements Flag {
    MOUNT_ATTR_RDONLY     (0x1),
    MOUNT_ATTR_NOSUID     (0x2),
    MOUNT_ATTR_NODEV      (0x4),
    MOUNT_ATTR_NOEXEC     (0x8),
    /** the mask of the access-time field */
    MOUNT_ATTR__ATIME     (0x70),
    /** a value of the access-time field: no bit */
    MOUNT_ATTR_RELATIME   (0x0),
    /** a value of the access-time field */
    MOUNT_ATTR_NOATIME    (0x10),
    /** a value of the access-time field */
    MOUNT_ATTR_STRICTATIME(0x20),
    MOUNT_ATTR_NODIRATIME (0x80),
    /** since Linux 5.12 */
    MOUNT_ATTR_IDMAP      (0x100000),
    /** since Linux 5.14 */
    MOUNT_ATTR_NOSYMFOLLOW(0x200000);

    private final long value;

    MountAttr(long value) {
        this.value = value;
    }

    @Override
    public long value() {
        return value;
    }
}
