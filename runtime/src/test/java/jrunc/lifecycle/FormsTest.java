package jrunc.lifecycle;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import jrunc.config.Config;
import jrunc.config.DefaultConfig;
import jrunc.linux.Arch;
import jrunc.linux.Sys;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.tape.Chain;
import jrunc.tape.Form;
import jrunc.tape.Image;
import jrunc.tape.Recorder;
import org.junit.jupiter.api.Test;

class FormsTest {
    private static final Global GLOBAL = new Global("/run/jrunc", Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO, Global.CgroupManager.CGROUPFS);
    private static final Config CONFIG = DefaultConfig.FOR_ROOT;
    private static final Blanks BLANKS = new Blanks("box", "2026-01-01T00:00:00.000000001Z", 4711, 815, Optional.empty(), Optional.empty());

    private final Forms forms = new Forms();
    private final AtomicInteger recorded = new AtomicInteger();

    private static Forms.Kind kind(String name, int size) {
        return new Forms.Kind(GLOBAL, new Command.State(name), ByteBuffer.allocate(size));
    }

    private Form.Filled record(Blanks blanks, int number) {
        recorded.incrementAndGet();
        var tape = new Recorder(Arch.X86_64);
        tape.call(Sys.MKDIRAT, imm(number), text(blanks.id()));
        return Form.Filled.of(Chain.of(new Image(tape.finish()), true).at(0x10000), 0);
    }

    private void remember(Forms.Kind kind, Object read) {
        remember(kind, read, blanks -> record(blanks, 3));
    }

    private void remember(Forms.Kind kind, Object read, Function<Blanks, Form.Filled> recording) {
        forms.remember(kind, CONFIG, read, BLANKS, recording, Optional::empty);
    }

    /** What is learned by the way is there in the end. */
    private Form learned(Forms.Kind kind, Object read) throws InterruptedException {
        for (int i = 0; i < 2000; i++) {
            var form = forms.form(kind, read);
            if (form.isPresent()) return form.get();
            Thread.sleep(5);
        }
        throw new AssertionError("it has no form");
    }

    @Test
    void the_second_time_a_form_is_made_and_it_holds_as_long_as_the_same_is_read() throws InterruptedException {
        remember(kind("a", 10), "read");
        assertEquals(0, recorded.get(), "what comes once costs nothing");
        assertTrue(forms.form(kind("a", 10), "read").isEmpty());
        assertEquals(Optional.of(CONFIG), forms.config(kind("a", 10)));
        remember(kind("a", 10), "read");
        assertTrue(learned(kind("a", 10), "read").size() > 0);
        assertTrue(forms.form(kind("a", 10), "read differently").isEmpty());
        assertTrue(forms.form(kind("b", 10), "read").isEmpty());
        assertTrue(forms.form(kind("a", 11), "read").isEmpty());
        assertEquals(1, forms.filledIn());
        remember(kind("a", 10), "read differently");
        assertTrue(forms.form(kind("a", 10), "read").isEmpty(), "the old one is forgotten");
    }

    @Test
    void what_has_no_form_is_not_tried_again_and_again() throws InterruptedException {
        for (int i = 0; i < 2; i++) remember(kind("odd", 10), "read", blanks -> record(blanks, blanks.id().hashCode()));
        for (int i = 0; i < 2; i++) remember(kind("even", 10), "read");
        learned(kind("even", 10), "read"); // it was learned after the other
        int before = recorded.get();
        for (int i = 0; i < 5; i++) remember(kind("odd", 10), "read", blanks -> record(blanks, blanks.id().hashCode()));
        for (int i = 0; i < 2; i++) remember(kind("third", 10), "read");
        learned(kind("third", 10), "read");
        assertEquals(before + 3, recorded.get());
    }

    @Test
    void it_takes_no_more_room_than_it_may_and_forgets_what_was_asked_for_longest_ago() {
        remember(kind("huge", 1 << 20), "read");
        assertTrue(forms.config(kind("huge", 1 << 20)).isEmpty());
        for (int i = 0; i < 100; i++) remember(kind("n" + i, 100_000), "read");
        assertTrue(forms.config(kind("n0", 100_000)).isEmpty());
        assertTrue(forms.config(kind("n99", 100_000)).isPresent());
        long known = java.util.stream.IntStream.range(0, 100).filter(i -> forms.config(kind("n" + i, 100_000)).isPresent()).count();
        assertEquals((8 << 20) / 400_000, known);
    }

    @Test
    void of_large_ones_only_one_is_recorded_at_a_time() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var together = new CyclicBarrier(2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> forms.recorded(1 << 20, () -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                pause();
                return inside.decrementAndGet();
            })));
        }
        for (int i = 0; i < 2; i++) threads.add(Thread.ofPlatform().start(() -> forms.recorded(1000, () -> awaited(together))));
        for (var thread : threads) assertTrue(thread.join(Duration.ofSeconds(20)));
        assertEquals(1, most.get());
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int awaited(CyclicBarrier other) {
        try {
            return other.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}
