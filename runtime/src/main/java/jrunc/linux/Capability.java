package jrunc.linux;

import java.util.Optional;

/**
 * The kernel's capabilities in the order of their numbers, {@code <linux/capability.h>}: CAP_CHOWN is 0,
 * CAP_CHECKPOINT_RESTORE is 40.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
 */
public enum Capability implements Flag {
    CAP_CHOWN,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    CAP_KILL,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SETPCAP,
    CAP_LINUX_IMMUTABLE,
    CAP_NET_BIND_SERVICE,
    CAP_NET_BROADCAST,
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_IPC_LOCK,
    CAP_IPC_OWNER,
    CAP_SYS_MODULE,
    CAP_SYS_RAWIO,
    CAP_SYS_CHROOT,
    CAP_SYS_PTRACE,
    CAP_SYS_PACCT,
    CAP_SYS_ADMIN,
    CAP_SYS_BOOT,
    CAP_SYS_NICE,
    CAP_SYS_RESOURCE,
    CAP_SYS_TIME,
    CAP_SYS_TTY_CONFIG,
    CAP_MKNOD,
    CAP_LEASE,
    CAP_AUDIT_WRITE,
    CAP_AUDIT_CONTROL,
    CAP_SETFCAP,
    CAP_MAC_OVERRIDE,
    CAP_MAC_ADMIN,
    CAP_SYSLOG,
    CAP_WAKE_ALARM,
    CAP_BLOCK_SUSPEND,
    CAP_AUDIT_READ,
    /** Since Linux 5.8. */
    CAP_PERFMON,
    /** Since Linux 5.8. */
    CAP_BPF,
    /** Since Linux 5.9. */
    CAP_CHECKPOINT_RESTORE;

    /** {@return the number that prctl(PR_CAPBSET_DROP) takes} */
    public int number() {
        return ordinal();
    }

    /** {@return the bit in a capability set: 1 shifted left by the number} */
    @Override
    public long value() {
        return 1L << ordinal();
    }

    /** {@return the capability of exactly this name, {@code CAP_CHOWN}; the OCI spec allows no other spelling} */
    public static Optional<Capability> named(String name) {
        for (var capability : values()) {
            if (capability.name().equals(name)) return Optional.of(capability);
        }
        return Optional.empty();
    }
}
