package jrunc.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a program or library of Linux says about what it needs to run, read from the file as the dynamic loader reads it.
 *
 * @param machine     the processor's number, {@code e_machine}; a library for another one is not the one that is meant
 * @param interpreter the dynamic loader's path; none in a static program and in most libraries
 * @param needed      names of libraries, in the order in which the loader looks for them
 * @param searched    folders that the file itself wants searched first; {@code $ORIGIN} is the folder of the file
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man8/ld.so.8.html">ld.so(8)</a>
 */
record ElfFile(int machine, Optional<String> interpreter, List<String> needed, List<String> searched) {
    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;

    /** A row of the program header table. */
    private record Segment(int type, long at, long address, long size) {}

    /** {@return what the file says; nothing if it is no 64-bit little-endian ELF file} */
    static Optional<ElfFile> of(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < 64 || bytes.getInt(0) != MAGIC || bytes.getShort(4) != CLASS_64_LITTLE_ENDIAN) return Optional.empty();
        var segments = segments(bytes);
        Optional<String> interpreter = Optional.empty();
        var needed = new ArrayList<String>();
        var searched = new ArrayList<String>();
        for (var segment : segments) {
            if (segment.type == PT_INTERP) interpreter = Optional.of(text(bytes, segment.at));
            if (segment.type == PT_DYNAMIC) readDynamic(bytes, segments, segment, needed, searched);
        }
        return Optional.of(new ElfFile(bytes.getShort(18), interpreter, List.copyOf(needed), List.copyOf(searched)));
    }

    private static List<Segment> segments(ByteBuffer bytes) {
        var segments = new ArrayList<Segment>();
        int table = Math.toIntExact(bytes.getLong(32));
        int size = bytes.getShort(54);
        for (int i = 0; i < bytes.getShort(56); i++) {
            int at = table + i * size;
            segments.add(new Segment(bytes.getInt(at), bytes.getLong(at + 8), bytes.getLong(at + 16), bytes.getLong(at + 32)));
        }
        return segments;
    }

    private static void readDynamic(ByteBuffer bytes, List<Segment> segments, Segment dynamic, List<String> needed, List<String> searched) {
        long strings = 0;
        for (int at = (int) dynamic.at; bytes.getLong(at) != DT_NULL; at += 16) {
            if (bytes.getLong(at) == DT_STRTAB) strings = fileOffset(segments, bytes.getLong(at + 8));
        }
        for (int at = (int) dynamic.at; bytes.getLong(at) != DT_NULL; at += 16) {
            long tag = bytes.getLong(at);
            if (tag == DT_NEEDED) needed.add(text(bytes, strings + bytes.getLong(at + 8)));
            if (tag == DT_RPATH || tag == DT_RUNPATH) searched.addAll(List.of(text(bytes, strings + bytes.getLong(at + 8)).split(":")));
        }
    }

    private static long fileOffset(List<Segment> segments, long address) {
        for (var segment : segments) {
            boolean inside = address >= segment.address && address < segment.address + segment.size;
            if (segment.type == PT_LOAD && inside) return address - segment.address + segment.at;
        }
        throw new IllegalArgumentException("no segment holds address 0x" + Long.toHexString(address));
    }

    private static String text(ByteBuffer bytes, long at) {
        int end = (int) at;
        while (bytes.get(end) != 0) end++;
        return new String(bytes.array(), (int) at, end - (int) at, StandardCharsets.UTF_8);
    }
}
