package jrunc.tape;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private final Recorder recorder = new Recorder(Arch.X86_64);

    @Test void a_slot_is_used_again_when_its_last_reader_has_played() {
        for (int i = 0; i < 1000; i++) {
            var fd = recorder.call(Sys.FSOPEN, text("proc"), imm(0));
            recorder.call(Sys.CLOSE, fd);
        }
        assertEquals(Tape.RESERVED_SLOTS + 1, recorder.finish().slots());
    }

    @Test void results_that_live_at_once_have_different_slots() {
        var first = recorder.call(Sys.GETPID);
        var second = recorder.call(Sys.GETPID);
        recorder.call(Sys.KILL, second, first);
        var tape = recorder.finish();
        assertEquals(new Operand.Slot(5), tape.cell(1).result());
        assertEquals(new Operand.Slot(6), tape.cell(2).result());
        assertEquals(List.of(new Operand.Slot(6), new Operand.Slot(5)), tape.cell(3).operands());
    }

    @Test void a_result_may_take_no_slot_that_its_own_cell_reads() {
        var first = recorder.call(Sys.GETPID);
        var second = recorder.call(Sys.DUP, first);
        recorder.call(Sys.CLOSE, second);
        var tape = recorder.finish();
        assertEquals(new Operand.Slot(5), tape.cell(1).result());
        assertEquals(new Operand.Slot(6), tape.cell(2).result());
    }

    @Test void what_cells_that_are_played_again_read_from_before_keeps_its_slot_until_their_last_turn() {
        var more = recorder.variable(0);
        var before = recorder.call(Sys.GETPID);
        recorder.repeat(3, more, t -> {
            t.call(Sys.CLOSE, before);
            t.call(Sys.CLOSE, t.call(Sys.DUP, imm(1)));
        });
        var tape = recorder.finish();
        assertEquals(new Operand.Slot(5), tape.cell(1).result());
        assertEquals(new Operand.Slot(6), tape.cell(4).result(), "a second turn would close this one instead of the first");
        assertEquals("repeat(b1[0], 4) = b1[0]", Listing.line(tape.cell(7), 7));
    }

    @Test void a_result_that_nobody_reads_takes_no_slot() {
        recorder.call(Sys.GETPID);
        var tape = recorder.finish();
        assertEquals(null, tape.cell(1).result());
        assertEquals(Tape.RESERVED_SLOTS, tape.slots());
    }

    @Test void branches_count_the_cells_they_skip_nested_ones_too() {
        recorder.call(Sys.GETPID).on(Errno.ENOENT, a -> {
            a.call(Sys.GETPID).on(0, b -> b.call(Sys.GETPID));
            a.call(Sys.GETPID);
        });
        var tape = recorder.finish();
        assertEquals(3, tape.cell(1).skip());
        assertEquals(1, tape.cell(2).skip());
    }

    @Test void a_branch_that_does_not_follow_its_cell_is_refused() {
        var cell = recorder.call(Sys.GETPID);
        recorder.call(Sys.GETPID);
        assertThrows(IllegalStateException.class, () -> cell.on(0, _ -> {}));
    }

    @Test void a_path_formats_its_numbers_with_slashes_after_them() {
        var pid = recorder.call(Sys.GETPID);
        var path = recorder.path("/proc/", pid, "/stat");
        var tape = recorder.finish();
        assertEquals("/proc/" + "/".repeat(20) + "/stat", new String(path.block().initial(), StandardCharsets.UTF_8).replace("\0", ""));
        assertEquals("format(&b0+6, s5)", Listing.line(tape.cell(2), 2));
        assertEquals("\"/proc/{}/stat\"", path.shown());
    }

    @Test void a_number_at_the_end_of_a_template_is_ended_by_NUL() {
        var block = recorder.template(' ', "pid ", imm(7));
        var bytes = block.initial();
        for (int i = 4; i < bytes.length; i++) assertEquals(0, bytes[i]);
        assertTrue(bytes.length >= 4 + 20 + 1);
    }

    @Test void a_struct_with_a_slot_in_it_is_filled_in_while_the_tape_plays() {
        var fd = recorder.call(Sys.GETPID);
        recorder.call(Sys.CLONE3, Operand.words(imm(1), fd, imm(0), text("x")), imm(32));
        var tape = recorder.finish();
        assertEquals("add(1, 0) = b0[0]", Listing.line(tape.cell(2), 2));
        assertEquals("add(s5, 0) = b0[1]", Listing.line(tape.cell(3), 3));
        assertEquals("add(\"x\", 0) = b0[3]", Listing.line(tape.cell(4), 4));
        assertEquals("clone3({1, s5, 0, \"x\"}, 32)", Listing.line(tape.cell(5), 5).replace("_", "s5"));
    }

    @Test void what_is_forgiven_or_waited_for_is_no_failure() {
        recorder.call(Sys.CLOSE, imm(-1)).forgive(Errno.EBADF);
        recorder.call(Sys.CLOSE, imm(-1)).on(Errno.EBADF, _ -> {});
        recorder.call(Sys.CLOSE, imm(-1)).onSuccess(_ -> {});
        recorder.call(Sys.CLOSE, imm(-1)).forgiveAll();
        recorder.set(Tape.REPORT_FD, imm(-1));
        var tape = recorder.finish();
        assertFalse(tape.cell(1).failsWith(-9));
        assertTrue(tape.cell(1).failsWith(-2));
        assertTrue(tape.cell(1).failsWith(-524));
        assertFalse(tape.cell(2).failsWith(-9));
        assertTrue(tape.cell(3).failsWith(-9));
        assertFalse(tape.cell(4).failsWith(-524));
        assertFalse(tape.cell(5).failsWith(-1));
    }

    @Test void the_words_of_a_report_are_attempt_and_errno() {
        recorder.attempt("mount proc on /proc", r -> r.call(Sys.MOUNT));
        assertEquals("mount proc on /proc: EPERM (Operation not permitted)", recorder.finish().words(new Report(1, -1)));
    }

    @Test void a_listing_is_close_to_strace() {
        recorder.section("Masked Paths");
        recorder.attempt("mask /proc/kcore", t -> t.call(Sys.MOUNT, text("/dev/null"), text("/proc/kcore"), Operand.NULL, imm(4096))
                .forgive(Errno.ENOENT).tries(2)
                .on(Errno.ENOTDIR, u -> u.call(Sys.MOUNT, text("a\"\n\u0001"), Operand.octal(0755))));
        recorder.cleanUp(t -> t.attempt("give up", u -> u.call(Sys.GETPID).forgiveAll()));
        assertEquals("""
                # Masked Paths: mask /proc/kcore
                1  mount("/dev/null", "/proc/kcore", NULL, 4096)    forgive ENOENT, try 2, on ENOTDIR do 2
                2  mount("a\\"\\n\\x01", 0755)
                3  end()
                # after a failure only
                # Masked Paths: give up
                4  getpid()    forgive all
                5  end()
                """, recorder.finish().toString());
    }
}
