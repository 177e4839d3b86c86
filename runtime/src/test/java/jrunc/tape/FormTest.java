package jrunc.tape;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import org.junit.jupiter.api.Test;

class FormTest {
    private static final List<String> ONES = List.of("AAAA", "11");
    private static final List<String> OTHERS = List.of("BBBB", "22");

    /** A tape that names the first text in a path and in memory, and the second in a sentence. */
    private static Form.Filled recorded(List<String> texts) {
        var tape = new Recorder(Arch.X86_64);
        var block = tape.block(("id " + texts.get(0) + texts.get(0)).getBytes(java.nio.charset.StandardCharsets.UTF_8), null);
        tape.attempt("make it", t -> {
            t.call(Sys.MKDIRAT, imm(3), text("/run/" + texts.get(0)), imm(0700));
            t.call(Sys.WRITE, imm(1), text("AAAA and 11 made it " + texts.get(1)), length(texts.get(1)));
            t.call(Sys.WRITE, imm(1), block.address(), length(texts.get(0)));
        });
        return laidOut(tape);
    }

    private static Form.Filled laidOut(Recorder tape) {
        return Form.Filled.of(Chain.of(new Image(tape.finish()), true).at(0x10000), 0x20000);
    }

    private static Optional<Form> form(Function<List<String>, Form.Filled> recording, List<String> real) {
        return Form.of(() -> recording.apply(ONES), ONES, () -> recording.apply(OTHERS), OTHERS, () -> recording.apply(real), real);
    }

    @Test
    void a_form_that_is_filled_in_is_what_would_have_been_recorded() {
        var form = form(FormTest::recorded, List.of("main", "42")).orElseThrow();
        for (var texts : List.of(List.of("AAAA", "22"), List.of("abAB", "11"), List.of("zzzz", "99"))) {
            var filled = form.filled(texts);
            assertArrayEquals(recorded(texts).tape(), filled.tape());
            assertArrayEquals(recorded(texts).slots(), filled.slots());
            assertEquals(0x20000, filled.exit());
        }
    }

    @Test
    void what_differs_in_more_than_its_texts_has_no_form() {
        assertTrue(form(texts -> {
            var tape = new Recorder(Arch.X86_64);
            tape.call(Sys.WRITE, imm(1), text(texts.get(0)), imm(texts.get(0).hashCode()));
            return laidOut(tape);
        }, List.of("main", "42")).isEmpty(), "a number follows from the text");
        assertTrue(form(texts -> {
            var tape = new Recorder(Arch.X86_64);
            tape.call(Sys.WRITE, imm(1), text(texts.get(0).substring(1)), imm(3));
            return laidOut(tape);
        }, List.of("main", "42")).isEmpty(), "a part of the text stands alone");
        assertTrue(form(texts -> {
            var tape = new Recorder(Arch.X86_64);
            if (texts.get(0).startsWith("m")) tape.call(Sys.GETPID);
            tape.call(Sys.WRITE, imm(1), text(texts.get(0)), imm(3));
            return laidOut(tape);
        }, List.of("main", "42")).isEmpty(), "the real one is not as the samples");
    }

    @Test
    void texts_of_other_lengths_have_no_form() {
        assertTrue(Form.of(() -> recorded(ONES), ONES, () -> recorded(OTHERS), OTHERS, () -> recorded(List.of("main", "421")), List.of("main", "421")).isEmpty());
        var umlaut = List.of("m\u00e4in", "42"); // as many characters, but not as many bytes
        assertTrue(Form.of(() -> recorded(ONES), ONES, () -> recorded(OTHERS), OTHERS, () -> recorded(umlaut), umlaut).isEmpty());
    }
}
