package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramHeadTest {
    private static String why(Errno errno, byte[] head) {
        return ProgramHead.diagnosis(-errno.number(), Arrays.copyOf(head, ProgramHead.SIZE), Arch.X86_64);
    }

    private static String why(Errno errno, String head) {
        return why(errno, head.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"ENOENT, '#!/no/such -x\necho', '; its interpreter /no/such is not in the root file system, or lacks its own loader'",
        "ENOENT, '#! /bin/sh\r\necho', '; it has Windows line ends, so that its interpreter is \"/bin/sh\\r\"; convert it, as dos2unix does'",
        "EACCES, '#!/etc/passwd', '; its interpreter /etc/passwd may not be executed'",
        "ENOEXEC, '#!\n', '; the line of its #! names no interpreter'",
        "ENOEXEC, 'echo hello', '; it is neither an ELF file nor a script that begins with #!'",
        "ENOENT, 'echo hello', ''", "EPERM, '#!/bin/sh', ''"})
    void a_script_is_told_from_its_first_line(Errno errno, String head, String words) {
        assertEquals(words, why(errno, head));
    }

    @Test
    void a_program_that_could_not_be_read_has_no_diagnosis() {
        assertEquals("", why(Errno.ENOENT, new byte[0]));
    }

    @Test
    void a_missing_loader_is_named_from_the_program_headers() throws IOException {
        var java = Arrays.copyOf(Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java")), ProgramHead.SIZE);
        var words = why(Errno.ENOENT, java);
        assertTrue(words.matches("; its dynamic loader /lib\\S*/ld-linux\\S+ is not in the root file system; .*"), words);
    }

    @Test
    void another_machine_is_named() {
        var elf = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1}, 0, elf, 0, 6);
        elf[18] = (byte) 183;
        assertEquals("; it is built for aarch64, and this machine is x86-64", why(Errno.ENOEXEC, elf));
        elf[18] = 62;
        assertEquals("; it is a damaged ELF file, or a library", why(Errno.ENOEXEC, elf));
        elf[5] = 2;
        elf[18] = 0;
        elf[19] = 22;
        assertEquals("; it is built for s390x, and this machine is x86-64", why(Errno.ENOEXEC, elf));
    }

    @Property(tries = 500)
    void any_bytes_have_some_diagnosis(@ForAll @Size(max = 200) byte[] tail, @ForAll boolean wide, @ForAll Errno errno) {
        var elf = new byte[206];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1}, 0, elf, 0, 6);
        System.arraycopy(tail, 0, elf, 6, tail.length);
        var words = why(errno, elf);
        assertTrue(words.isEmpty() || words.startsWith("; "), words);
    }
}
