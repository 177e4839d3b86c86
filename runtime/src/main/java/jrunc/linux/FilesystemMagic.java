package jrunc.linux;

/**
 * What {@code statfs} calls a file system, {@code <linux/magic.h>}: values, not flags.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a>
 */
public enum FilesystemMagic {
    CGROUP_SUPER_MAGIC   (0x27E0EBL),
    CGROUP2_SUPER_MAGIC  (0x63677270L),
    DEVPTS_SUPER_MAGIC   (0x1CD1L),
    FUSE_SUPER_MAGIC     (0x65735546L),
    /** from ipc/mqueue.c: no header has it */
    MQUEUE_MAGIC         (0x19800202L),
    NSFS_MAGIC           (0x6E736673L),
    OVERLAYFS_SUPER_MAGIC(0x794C7630L),
    /** since Linux 6.9; pidfds were anonymous inodes before */
    PID_FS_MAGIC         (0x50494446L),
    PIPEFS_MAGIC         (0x50495045L),
    PROC_SUPER_MAGIC     (0x9FA0L),
    RAMFS_MAGIC          (0x858458F6L),
    RDTGROUP_SUPER_MAGIC (0x7655821L),
    SYSFS_MAGIC          (0x62656572L),
    TMPFS_MAGIC          (0x01021994L);

    private final long value;

    FilesystemMagic(long value) {
        this.value = value;
    }

    /** {@return the number in f_type} */
    public long value() {
        return value;
    }
}
