package jrunc.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlagTablesTest {
    @Test void open_flags_have_the_bits_of_each_processor() {
        assertEquals(0xB0000, OpenFlag.bits(Arch.X86_64, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC));
        assertEquals(0x8C000, OpenFlag.bits(Arch.AARCH64, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC));
    }

    @Test void open_flags_are_shown_as_strace_shows_them() {
        assertEquals("O_RDONLY", OpenFlag.show(Arch.X86_64, 0));
        assertEquals("O_RDWR|O_CREAT|O_CLOEXEC", OpenFlag.show(Arch.X86_64, 0x80042));
        assertEquals("O_NOFOLLOW|O_CLOEXEC|O_PATH", OpenFlag.show(Arch.X86_64, 0x2A0000));
        assertEquals("O_RDONLY|O_DIRECTORY", OpenFlag.show(Arch.AARCH64, 0x4000));
        assertEquals("O_RDWR|O_TMPFILE", OpenFlag.show(Arch.X86_64, 0x410002));
        assertEquals("O_WRONLY|O_SYNC", OpenFlag.show(Arch.X86_64, 0x101001));
        assertEquals("O_RDONLY|0x40000000", OpenFlag.show(Arch.X86_64, 0x40000000));
    }

    @Test void flags_are_shown_by_name_and_unknown_bits_as_numbers() {
        assertEquals("CLONE_NEWNS|CLONE_INTO_CGROUP", Flag.show(CloneFlag.class, 0x200020000L));
        assertEquals("MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|0x800", Flag.show(MountAttr.class, 0x806));
        assertEquals("0", Flag.show(MountAttr.class, MountAttr.MOUNT_ATTR_RELATIME.value()));
        assertEquals("MS_NOSUID|MS_SLAVE", Flag.show(MountFlag.class, 0x80002));
    }

    @Test void capabilities_have_the_numbers_of_the_kernel() {
        assertEquals(0, Capability.CAP_CHOWN.number());
        assertEquals(12, Capability.CAP_NET_ADMIN.number());
        assertEquals(21, Capability.CAP_SYS_ADMIN.number());
        assertEquals(31, Capability.CAP_SETFCAP.number());
        assertEquals(40, Capability.CAP_CHECKPOINT_RESTORE.number());
        assertEquals(0x1FFFFFFFFFFL, Flag.bits(List.of(Capability.values())));
        assertTrue(Capability.named("cap_chown").isEmpty());
    }

    @Test void rlimits_have_the_numbers_of_the_kernel() {
        assertEquals(List.of(0, 7, 9, 15), List.of(Rlimit.RLIMIT_CPU.number(), Rlimit.RLIMIT_NOFILE.number(),
                Rlimit.RLIMIT_AS.number(), Rlimit.RLIMIT_RTTIME.number()));
        assertEquals(16, Rlimit.values().length);
    }

    @Test void namespaces_know_the_words_of_the_spec_and_the_files_of_proc() {
        assertEquals("net", Namespace.named("network").orElseThrow().file());
        assertEquals(0x20000, Namespace.named("mount").orElseThrow().flag().value());
        assertEquals("time_for_children", Namespace.TIME.fileForChildren());
        assertTrue(Namespace.named("net").isEmpty());
        assertEquals(0x7E020080, Flag.bits(List.of(Namespace.values()).stream().map(Namespace::flag).toList()));
    }

    @Test void the_type_of_a_file_is_a_field_of_its_mode() {
        assertEquals(FileType.S_IFBLK, FileType.of(0x61B6));
        assertEquals(FileType.S_IFDIR, FileType.of(0x41ED));
        assertNull(FileType.of(0x1ED));
    }

    @Test void fsconfig_commands_are_numbered_in_order() {
        assertEquals(1, FsconfigCommand.FSCONFIG_SET_STRING.value());
        assertEquals(6, FsconfigCommand.FSCONFIG_CMD_CREATE.value());
        assertEquals(8, FsconfigCommand.FSCONFIG_CMD_CREATE_EXCL.value());
    }

    @Test void a_failure_says_attempt_errno_words_and_hint() {
        assertEquals("mount proc on /proc: EPERM (Operation not permitted)",
                new SyscallException("mount proc on /proc", Sys.FSMOUNT, Errno.EPERM).getMessage());
        assertEquals("make the namespaces: ENOSPC (No space left on device); a namespace limit is reached, see /proc/sys/user",
                new SyscallException("make the namespaces", Sys.CLONE3, Errno.ENOSPC).getMessage());
        assertEquals("read x: errno 999", new SyscallException("read x", Sys.READ, -999).getMessage());
    }
}
