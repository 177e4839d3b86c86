package jrunc.tape;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import org.junit.jupiter.api.Test;

/** Byte for byte what players read; a change here is a change of the format. */
class ImageTest {
    private static final long TAPE = 0x10001000;
    private static final long SLOTS = 0x10020000;

    private static String hex(byte[] bytes, int from, int size) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes, from, from + size);
    }

    private static Image laidOut(Recorder recorder) {
        return new Image(recorder.finish()).at(TAPE, SLOTS);
    }

    @Test void the_header_says_where_slots_and_cells_are() {
        var recorder = new Recorder(Arch.X86_64);
        recorder.call(Sys.GETPID);
        var bytes = laidOut(recorder).tapeBytes();
        assertEquals("6a 72 74 61 70 65 31 00 00 00 02 10 00 00 00 00 40 10 00 10 00 00 00 00 02 00 00 00 00 00 00 00 " + "00 ".repeat(31) + "00",
                hex(bytes, 0, Image.HEADER));
        assertEquals(Image.HEADER + 2 * Image.CELL, bytes.length);
    }

    @Test void a_cell_has_its_number_kinds_tries_condition_pardons_skip_result_and_operands() {
        var recorder = new Recorder(Arch.X86_64);
        var block = recorder.block(8);
        recorder.call(Sys.MOUNT, block.word(0), text("ab"), Tape.FAILED_CELL, imm(-1)).forgive(Errno.ENOENT, Errno.EBUSY).tries(3)
                .into(block.word(0)).on(Errno.ENOTDIR, r -> r.call(Sys.GETPID));
        assertEquals("a5 00 05 03 ec ff 02 10 01 00 00 00 28 00 00 00 "        // mount, bits 0 and 2, 3 tries, -20, 2, 16, 1, b0
                + "28 00 02 10 00 00 00 00 00 11 00 10 00 00 00 00 "           // &b0[0], "ab"
                + "08 00 02 10 00 00 00 00 ff ff ff ff ff ff ff ff "           // &s1, -1
                + "00 ".repeat(15) + "00", hex(laidOut(recorder).tapeBytes(), Image.HEADER, Image.CELL));
    }

    @Test void a_cell_of_which_nothing_is_said_is_tried_once_and_answers_to_the_last_reserved_slot() {
        var recorder = new Recorder(Arch.AARCH64);
        recorder.call(Sys.GETPID);
        assertEquals("ac 00 00 01 02 00 00 00 00 00 00 00 20 00 00 00", hex(laidOut(recorder).tapeBytes(), Image.HEADER, 16));
        assertEquals("08 ff 00 01 02 00 00 00 00 00 00 00 20 00 00 00", hex(laidOut(recorder).tapeBytes(), Image.HEADER + Image.CELL, 16));
    }

    @Test void success_and_any_error_have_their_codes() {
        var recorder = new Recorder(Arch.X86_64);
        recorder.call(Sys.GETPID).forgiveAll().onSuccess(_ -> {});
        assertEquals("27 00 00 01 01 00 ff 00", hex(laidOut(recorder).tapeBytes(), Image.HEADER, 8));
    }

    @Test void texts_are_kept_once_with_a_NUL_and_structs_point_at_them() {
        var recorder = new Recorder(Arch.X86_64);
        recorder.call(Sys.EXECVE, text("ärm"), Operand.words(text("ärm"), text("12345678"), imm(0)));
        var bytes = laidOut(recorder).tapeBytes();
        int pool = Image.HEADER + 2 * Image.CELL;
        assertEquals("d8 10 00 10 00 00 00 00 e0 10 00 10 00 00 00 00 00 00 00 00 00 00 00 00 "
                + "c3 a4 72 6d 00 00 00 00 " + "31 32 33 34 35 36 37 38 00 00 00 00 00 00 00 00", hex(bytes, pool, bytes.length - pool));
    }

    @Test void slots_begin_without_a_report_descriptor_and_with_the_place_of_the_clean_up() {
        var recorder = new Recorder(Arch.X86_64);
        recorder.block(new byte[] {1, 2, 3}, null);
        recorder.cleanUp(r -> r.call(Sys.GETPID));
        assertEquals("ff ff ff ff ff ff ff ff " + "00 ".repeat(16) + "80 10 00 10 00 00 00 00 " + "00 ".repeat(8) + "01 02 03 00 00 00 00 00",
                hex(laidOut(recorder).slotBytes(), 0, 48));
    }

    @Test void large_buffers_stand_behind_all_that_is_small_so_that_their_pages_stay_untouched() {
        var recorder = new Recorder(Arch.X86_64);
        var first = recorder.block(4096);
        var second = recorder.block(16);
        var third = recorder.block(new byte[512], null);
        var image = laidOut(recorder);
        assertEquals(Tape.RESERVED_SLOTS * 8, image.offset(second));
        assertEquals(image.offset(second) + 16, image.offset(first));
        assertEquals(image.offset(first) + 4096, image.offset(third));
        assertEquals(image.offset(third) + 512, image.slotsSize());
    }

    @Test void without_a_clean_up_a_failure_leads_nowhere() {
        assertEquals("00 00 00 00 00 00 00 00", hex(laidOut(new Recorder(Arch.X86_64)).slotBytes(), 24, 8));
    }

    @Test void a_number_that_no_call_answers_cannot_be_waited_for() {
        var recorder = new Recorder(Arch.X86_64);
        assertThrows(IllegalArgumentException.class, () -> recorder.call(Sys.GETPID).on(1, _ -> {}));
        assertThrows(IllegalArgumentException.class, () -> recorder.call(Sys.GETPID).on(-4096, _ -> {}));
    }
}
