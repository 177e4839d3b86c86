package jrunc.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jrunc.linux.Arch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfFileTest {
    private static final int X86_64 = 62;

    @TempDir
    private Path folder;

    @Test
    void a_file_that_is_no_elf_says_nothing() throws Exception {
        assertEquals(Optional.empty(), ElfFile.of(Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + "x".repeat(100))));
        assertEquals(Optional.empty(), ElfFile.of(Files.writeString(folder.resolve("short"), "\u007fELF")));
    }

    @Test
    void a_static_program_needs_nothing() throws Exception {
        var elf = ElfFile.of(Files.write(folder.resolve("hello"), HelloProgram.of(Arch.X86_64))).orElseThrow();
        assertEquals(new ElfFile(X86_64, Optional.empty(), List.of(), List.of()), elf);
    }

    @Test
    void interpreter_needed_libraries_and_folders_are_read_in_order() throws Exception {
        var elf = ElfFile.of(Files.write(folder.resolve("dynamic"), dynamic("libone.so", "libtwo.so"))).orElseThrow();
        assertEquals(new ElfFile(X86_64, Optional.of("/lib/ld.so"), List.of("libone.so", "libtwo.so"), List.of("$ORIGIN/own", "/opt")), elf);
    }

    @Test
    void libraries_are_found_beside_their_user_and_what_they_need_too() throws Exception {
        Files.createDirectory(folder.resolve("own"));
        var one = Files.write(folder.resolve("own/libone.so"), HelloProgram.of(Arch.X86_64));
        var two = Files.write(folder.resolve("own/libtwo.so"), HelloProgram.of(Arch.X86_64));
        var program = Files.write(folder.resolve("dynamic"), dynamic("libone.so", "libtwo.so"));
        assertEquals(Set.of(Path.of("/lib/ld.so"), one.toRealPath(), two.toRealPath()), new Libraries().neededBy(List.of(program)));
    }

    @Test
    void a_library_for_another_processor_is_not_the_one() throws Exception {
        Files.createDirectory(folder.resolve("own"));
        for (var name : List.of("libone.so", "libtwo.so")) Files.write(folder.resolve("own").resolve(name), HelloProgram.of(Arch.AARCH64));
        var program = Files.write(folder.resolve("dynamic"), dynamic("libone.so", "libtwo.so"));
        var thrown = assertThrows(IllegalStateException.class, () -> new Libraries().neededBy(List.of(program)));
        assertTrue(thrown.getMessage().startsWith("find libone.so, which " + program + " needs: not in ["), thrown.getMessage());
    }

    /** A program with three segments: its whole file at 0x10000, the interpreter's name, the dynamic section. */
    private static byte[] dynamic(String first, String second) {
        var strings = "\0/lib/ld.so\0" + first + "\0" + second + "\0$ORIGIN/own:/opt\0";
        var out = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, 0x464C457F).putShort(4, (short) 0x0102).putShort(18, (short) X86_64).putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 3);
        int[][] segments = {{1, 0, 0x10000, 512}, {3, 401, 0x10000 + 401, 11}, {2, 240, 0x10000 + 240, 80}};
        for (int i = 0; i < 3; i++) out.putInt(64 + i * 56, segments[i][0]).putLong(72 + i * 56, segments[i][1]).putLong(80 + i * 56, segments[i][2]).putLong(96 + i * 56, segments[i][3]);
        long[] tags = {1, strings.indexOf(first), 1, strings.indexOf(second), 5, 0x10000 + 400, 29, strings.indexOf("$ORIGIN"), 0, 0};
        for (int i = 0; i < tags.length; i++) out.putLong(240 + i * 8, tags[i]);
        return out.put(400, strings.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
