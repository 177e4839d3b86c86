package jrunc.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a program or library says about what it needs to run, read from the file as the dynamic loader reads it.
 *
 * @param machine     the processor's number, {@code e_machine}; a library for another one is not the one that is meant
 * @param interpreter the dynamic loader's path; none in a static program and in most libraries
 * @param name        what a library calls itself, {@code DT_SONAME}
 * @param needed      names of libraries, in the order in which the loader looks for them
 * @param rpath       directories to search, for what this file needs and what that needs in turn; nothing counts if there is a runpath
 * @param runpath     directories to search for what this file needs
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man8/ld.so.8.html">ld.so(8)</a>
 */
record ElfFile(int machine, Optional<String> interpreter, Optional<String> name, List<String> needed, List<String> rpath, List<String> runpath) {
    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int LONGEST_TEXT = 4096;
    private static final int MOST_DYNAMIC = 1 << 16;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;

    /** A row of the program header table. */
    private record Segment(int type, long at, long address, long size) {}

    /**
     * {@return what the file says; nothing if it is no 64-bit little-endian ELF file}
     *
     * @throws InvalidImageException if it is one that says nonsense
     */
    static Optional<ElfFile> of(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = read(channel, 0, HEADER);
            if (header.limit() < HEADER || header.getInt(0) != MAGIC || header.getShort(4) != CLASS_64_LITTLE_ENDIAN) return Optional.empty();
            return Optional.of(read(channel, header));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new InvalidImageException(file.toString(), "a broken ELF file: " + e.getMessage());
        }
    }

    private static ElfFile read(FileChannel file, ByteBuffer header) throws IOException {
        var segments = segments(file, header);
        Optional<String> interpreter = Optional.empty();
        long strings = 0;
        ByteBuffer dynamic = ByteBuffer.allocate(0);
        for (var segment : segments) {
            if (segment.type == PT_INTERP) interpreter = Optional.of(text(file, segment.at));
            if (segment.type == PT_DYNAMIC) dynamic = read(file, segment.at, (int) Math.min(segment.size, MOST_DYNAMIC));
        }
        for (int at = 0; at + 16 <= dynamic.limit() && dynamic.getLong(at) != DT_NULL; at += 16) {
            if (dynamic.getLong(at) == DT_STRTAB) strings = offset(segments, dynamic.getLong(at + 8));
        }
        Optional<String> name = Optional.empty();
        List<String> needed = new ArrayList<>();
        List<String> rpath = List.of();
        List<String> runpath = List.of();
        for (int at = 0; at + 16 <= dynamic.limit() && dynamic.getLong(at) != DT_NULL; at += 16) {
            switch ((int) dynamic.getLong(at)) {
                case DT_NEEDED -> needed.add(text(file, strings + dynamic.getLong(at + 8)));
                case DT_SONAME -> name = Optional.of(text(file, strings + dynamic.getLong(at + 8)));
                case DT_RPATH -> rpath = List.of(text(file, strings + dynamic.getLong(at + 8)).split(":"));
                case DT_RUNPATH -> runpath = List.of(text(file, strings + dynamic.getLong(at + 8)).split(":"));
                default -> { }
            }
        }
        return new ElfFile(header.getShort(18), interpreter, name, List.copyOf(needed), rpath, runpath);
    }

    private static List<Segment> segments(FileChannel file, ByteBuffer header) throws IOException {
        int count = Short.toUnsignedInt(header.getShort(56));
        int size = Short.toUnsignedInt(header.getShort(54));
        if (count > 0 && size < PROGRAM_HEADER) throw new IllegalArgumentException("its program headers are too short");
        var table = read(file, header.getLong(32), count * size);
        List<Segment> segments = new ArrayList<>();
        for (int at = 0; at < count * size; at += size) {
            segments.add(new Segment(table.getInt(at), table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
        }
        return segments;
    }

    private static long offset(List<Segment> segments, long address) {
        for (var segment : segments) {
            boolean inside = address >= segment.address && address < segment.address + segment.size;
            if (segment.type == PT_LOAD && inside) return address - segment.address + segment.at;
        }
        throw new IllegalArgumentException("no segment holds address 0x" + Long.toHexString(address));
    }

    private static String text(FileChannel file, long at) throws IOException {
        var bytes = read(file, at, LONGEST_TEXT);
        int end = 0;
        while (bytes.get(end) != 0) end++;
        return new String(bytes.array(), 0, end, StandardCharsets.UTF_8);
    }

    /** {@return the bytes from {@code at} on, fewer at the end of the file} */
    private static ByteBuffer read(FileChannel file, long at, int size) throws IOException {
        var bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        int got = 0;
        while (got >= 0 && bytes.hasRemaining()) got = file.read(bytes, at + bytes.position());
        return bytes.flip();
    }
}
