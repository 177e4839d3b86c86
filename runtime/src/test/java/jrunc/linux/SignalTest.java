package jrunc.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SignalTest {
    @Test void a_signal_may_be_written_in_every_way_that_runc_and_crun_take() {
        for (var word : List.of("9", "09", "KILL", "SIGKILL", "sigkill", "Kill")) assertEquals(9, number(word), word);
        assertEquals(34, number("RTMIN"));
        assertEquals(37, number("RTMIN+3"));
        assertEquals(63, number("SIGRTMAX-1"));
        assertEquals(64, number("sigrtmax"));
        assertEquals(64, number("64"));
        assertEquals(29, number("POLL"));
        assertEquals(31, number("SYS"));
    }

    @Test void what_is_no_signal_is_refused_with_its_text() {
        for (var word : List.of("", "SIG", "65", "-1", "+9", "9 ", "NONE", "SIG9", "RTMIN+31", "RTMAX-31", "RTMIN-1", "RTMIN+", "0"))
            assertEquals("unknown signal \"" + word + '"',
                    assertThrows(UsageException.class, () -> number(word), word).getMessage());
    }

    @Test void zero_is_a_signal_where_the_caller_allows_it() {
        assertEquals(0, Signal.named("0", true).number());
    }

    @Test void every_number_has_a_word_that_leads_back_to_it() {
        for (int number = 1; number <= Signal.MAX; number++) {
            if (number != 32 && number != 33) assertEquals(number, number(new Signal(number).word()));
        }
        assertEquals(List.of("SIGTERM", "SIGRTMIN+3", "SIGRTMAX", "SIG33"),
                List.of(new Signal(15).word(), new Signal(37).word(), new Signal(64).word(), new Signal(33).word()));
    }

    private static int number(String word) {
        return Signal.named(word, false).number();
    }
}
