package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfFileTest {
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    @TempDir
    private Path folder;

    @Test
    void a_file_that_is_no_elf_says_nothing() throws Exception {
        assertEquals(Optional.empty(), ElfFile.of(Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + "x".repeat(100))));
        assertEquals(Optional.empty(), ElfFile.of(Files.writeString(folder.resolve("short"), "\u007fELF")));
    }

    @Test
    void a_static_program_needs_nothing() throws Exception {
        var elf = ElfFile.of(Files.write(folder.resolve("static"), header(X86_64, 0).array())).orElseThrow();
        assertEquals(new ElfFile(X86_64, Optional.empty(), Optional.empty(), List.of(), List.of(), List.of()), elf);
    }

    @Test
    void interpreter_needed_libraries_and_directories_are_read_in_order() throws Exception {
        var elf = ElfFile.of(Files.write(folder.resolve("dynamic"), dynamic())).orElseThrow();
        assertEquals(new ElfFile(X86_64, Optional.of("/lib/ld.so"), Optional.empty(), List.of("libone.so", "libtwo.so"), List.of(), List.of("$ORIGIN/own", "/opt")), elf);
    }

    @Test
    void libraries_are_found_beside_their_user() throws Exception {
        var program = Files.write(folder.resolve("dynamic"), dynamic());
        var own = Files.createDirectory(folder.resolve("own")).toRealPath();
        for (var name : List.of("libone.so", "libtwo.so")) Files.write(own.resolve(name), header(X86_64, 0).array());
        assertEquals(Set.of(Path.of("/lib/ld.so"), own.resolve("libone.so"), own.resolve("libtwo.so")), new SharedLibraries().neededBy(program));
    }

    @Test
    void a_library_for_another_processor_is_not_the_one() throws Exception {
        var program = Files.write(folder.resolve("dynamic"), dynamic());
        var own = Files.createDirectory(folder.resolve("own"));
        for (var name : List.of("libone.so", "libtwo.so")) Files.write(own.resolve(name), header(AARCH64, 0).array());
        var thrown = assertThrows(InvalidImageException.class, () -> new SharedLibraries().neededBy(program));
        assertEquals(program + ": needs libone.so, which is nowhere here", thrown.getMessage());
    }

    private static ByteBuffer header(int machine, int segments) {
        return ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x464C457F).putShort(4, (short) 0x0102).putShort(18, (short) machine)
                .putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) segments);
    }

    /** A program with three segments: its whole file at 0x10000, the interpreter's name, the dynamic section. */
    private static byte[] dynamic() {
        var strings = "\0/lib/ld.so\0libone.so\0libtwo.so\0$ORIGIN/own:/opt\0";
        var out = header(X86_64, 3);
        int[][] segments = {{1, 0, 0x10000, 512}, {3, 401, 0x10000 + 401, 11}, {2, 240, 0x10000 + 240, 80}};
        for (int i = 0; i < 3; i++) out.putInt(64 + i * 56, segments[i][0]).putLong(72 + i * 56, segments[i][1]).putLong(80 + i * 56, segments[i][2]).putLong(96 + i * 56, segments[i][3]);
        long[] tags = {1, strings.indexOf("libone"), 1, strings.indexOf("libtwo"), 5, 0x10000 + 400, 29, strings.indexOf("$ORIGIN"), 0, 0};
        for (int i = 0; i < tags.length; i++) out.putLong(240 + i * 8, tags[i]);
        return out.put(400, strings.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
