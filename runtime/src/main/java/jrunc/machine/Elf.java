package jrunc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jrunc.linux.Arch;
import jrunc.tape.Image;
import jrunc.tape.Tape;

/**
 * A static program that plays a tape, or more. Its addresses are fixed, so every pointer on the tape is a final number and nothing
 * is left for a loader to do.
 * <pre>
 *  file      0                              0x1000              next multiple of 0x1000
 *            +-------------+---------------+-------------------+-----------------+-------------+
 *            | ELF header, | machine       | tape              | slots           | sections    |
 *            | 4 segments  | R-X           | R--               | RW-             | for objdump |
 *            +-------------+---------------+-------------------+-----------------+-------------+
 *  memory    0x400000                       0x411000            0x10000 and more above the tape
 * </pre>
 * An address and its place in the file are the same modulo 64 KiB, the largest page of aarch64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
public final class Elf {
    private static final int FILE_HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int SECTION = 64;
    private static final int SEGMENTS = 4;
    private static final int MACHINE_AT = FILE_HEADER + SEGMENTS * SEGMENT;
    private static final int TAPE_AT = 0x1000;
    private static final int PAGE = 0x1000;
    private static final int LARGEST_PAGE = 0x10000;
    private static final long MACHINE_ADDRESS = 0x400000;
    /** Where what is only read begins: near the machine, so that one page of the page table is enough for both, and for the slots of a tape that is not long. */
    static final long TAPE_ADDRESS = 0x410000 + TAPE_AT;

    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int R = 4;
    private static final int RW = 6;
    private static final int RX = 5;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_STRTAB = 3;
    private static final int SHF_WRITE = 1;
    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;
    private static final String NAMES = "\0.machine\0.tape\0.slots\0.shstrtab\0";

    private final Arch arch;
    private final byte[] machine;
    private final int tapeSize;
    private final byte[] slots;
    private final int slotsSize;
    private final int slotsAt;
    private final int namesAt;
    private final ByteBuffer out;

    private Elf(Arch arch, byte[] machine, int tapeSize, byte[] slots, int slotsSize) {
        this.arch = arch;
        this.machine = machine;
        this.tapeSize = tapeSize;
        this.slots = slots;
        this.slotsSize = slotsSize;
        slotsAt = roundedUp(TAPE_AT + tapeSize, PAGE);
        namesAt = slotsAt + slots.length;
        int sectionsAt = roundedUp(namesAt + NAMES.length(), 8);
        out = ByteBuffer.allocate(sectionsAt + 5 * SECTION).order(ByteOrder.LITTLE_ENDIAN);
        fileHeader(sectionsAt);
        segments();
        contents();
        sections();
    }

    /** The same for every tape. */
    private static final class Code {
        private static final byte[] HOST = TapeMachine.program(Arch.host(), TAPE_ADDRESS);

        static byte[] of(Arch arch) {
            return arch == Arch.host() ? HOST : TapeMachine.program(arch, TAPE_ADDRESS);
        }
    }

    /** {@return the file's bytes} */
    public static byte[] of(Tape tape) {
        var image = new Image(tape);
        image.at(TAPE_ADDRESS, slotsAddress(image));
        var elf = new Elf(tape.arch(), Code.of(tape.arch()), image.tapeSize(), image.slotBytes(), image.slotsSize());
        image.putTape(elf.bytes(), TAPE_AT);
        return elf.bytes();
    }

    /**
     * {@return the bytes of a program of other code}
     *
     * @param tape      what is only read, at {@link #TAPE_ADDRESS}
     * @param slots     what is written, at {@link #slotsAddress(int)}
     * @param slotsSize its size in bytes in memory: the rest are zeros
     */
    static byte[] of(Arch arch, byte[] code, byte[] tape, byte[] slots, int slotsSize) {
        var elf = new Elf(arch, code, tape.length, slots, slotsSize);
        System.arraycopy(tape, 0, elf.bytes(), TAPE_AT, tape.length);
        return elf.bytes();
    }

    /** {@return the file; where the tape belongs there is nothing yet} */
    private byte[] bytes() {
        return out.array();
    }

    /** {@return where slot 0 is when this image is played as a program} */
    public static long slotsAddress(Image image) {
        return slotsAddress(image.tapeSize());
    }

    /** {@return where what is written begins, if so many bytes are only read} */
    static long slotsAddress(int tapeSize) {
        return TAPE_ADDRESS - TAPE_AT + roundedUp(TAPE_AT + tapeSize, PAGE) + LARGEST_PAGE;
    }

    private void fileHeader(int sectionsAt) {
        out.putInt(0x464C457F).put((byte) 2).put((byte) 1).put((byte) 1).put(new byte[9]);   // 64 bits, little-endian
        out.putShort((short) 2).putShort((short) number()).putInt(1);                       // ET_EXEC
        out.putLong(MACHINE_ADDRESS + MACHINE_AT).putLong(FILE_HEADER).putLong(sectionsAt).putInt(0);
        out.putShort((short) FILE_HEADER).putShort((short) SEGMENT).putShort((short) SEGMENTS);
        out.putShort((short) SECTION).putShort((short) 5).putShort((short) 4);
    }

    /** {@return EM_X86_64 or EM_AARCH64} */
    private int number() {
        return switch (arch) {
            case X86_64 -> 62;
            case AARCH64 -> 183;
        };
    }

    private void segments() {
        segment(PT_LOAD, RX, 0, MACHINE_ADDRESS, MACHINE_AT + machine.length, MACHINE_AT + machine.length);
        segment(PT_LOAD, R, TAPE_AT, TAPE_ADDRESS, tapeSize, tapeSize);
        segment(PT_LOAD, RW, slotsAt, slotsAddress(tapeSize), slots.length, slotsSize);
        segment(PT_GNU_STACK, RW, 0, 0, 0, 0);
    }

    private void segment(int type, int flags, int at, long address, int size, int sizeInMemory) {
        out.putInt(type).putInt(flags).putLong(at).putLong(address).putLong(address).putLong(size).putLong(sizeInMemory);
        out.putLong(switch (arch) {
            case X86_64 -> PAGE;
            case AARCH64 -> LARGEST_PAGE;
        });
    }

    private void contents() {
        if (MACHINE_AT + machine.length > TAPE_AT) throw new IllegalStateException("the machine has outgrown its page");
        out.put(MACHINE_AT, machine).put(slotsAt, slots);
        out.put(namesAt, NAMES.getBytes(StandardCharsets.US_ASCII));
    }

    private void sections() {
        out.position(out.capacity() - 4 * SECTION);
        section(".machine", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, MACHINE_ADDRESS + MACHINE_AT, MACHINE_AT, machine.length);
        section(".tape", SHT_PROGBITS, SHF_ALLOC, TAPE_ADDRESS, TAPE_AT, tapeSize);
        section(".slots", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, slotsAddress(tapeSize), slotsAt, slots.length);
        section(".shstrtab", SHT_STRTAB, 0, 0, namesAt, NAMES.length());
    }

    private void section(String name, int type, int flags, long address, int at, int size) {
        out.putInt(NAMES.indexOf(name)).putInt(type).putLong(flags).putLong(address).putLong(at).putLong(size);
        out.putInt(0).putInt(0).putLong(8).putLong(0);
    }

    private static int roundedUp(int size, int unit) {
        return (size + unit - 1) / unit * unit;
    }
}
