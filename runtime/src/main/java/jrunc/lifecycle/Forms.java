package jrunc.lifecycle;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import jrunc.config.Config;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.tape.Form;

/**
 * What a server remembers of commands that come again and again, such as a health check or a container that is started anew: the second
 * time, what it has recorded becomes a {@link Form}. Everything that recording depends on is read each time, and compared; only what
 * follows from it is not worked out again.
 */
public final class Forms {
    /** So many kinds of command are remembered, those that were asked for last. */
    private static final int MOST = 48;

    private final Map<Kind, Known> known = new LinkedHashMap<>(MOST, 0.75f, true);
    private int filledIn;
    private final ExecutorService learning = Executors.newSingleThreadExecutor(Forms::thread); // which starts when it has something to do

    /**
     * Commands that may have one form.
     *
     * @param command with {@linkplain Blanks#sample samples}, which are as long, for what differs
     * @param files   the bytes of the config, and of what else was written for the command
     */
    record Kind(Global global, Command command, ByteBuffer files) {}

    /**
     * @param config  what {@code Kind.files} say, validated
     * @param read    what else was read, with samples for what differs
     * @param form    nothing as long as it has come once only
     */
    private record Known(Config config, Object read, Optional<Form> form) {}

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "forms");
        thread.setDaemon(true);
        return thread;
    }

    /** {@return for how many commands there was a form} */
    public synchronized int filledIn() {
        return filledIn;
    }

    /** {@return the config of such a command, if one has come before} */
    synchronized Optional<Config> config(Kind kind) {
        var found = known.get(kind);
        return found == null ? Optional.empty() : Optional.of(found.config);
    }

    /** {@return the form of such a command, if {@code read} is what was read then} */
    synchronized Optional<Form> form(Kind kind, Object read) {
        var found = known.get(kind);
        var form = found != null && found.read.equals(read) ? found.form : Optional.<Form>empty();
        if (form.isPresent()) filledIn++;
        return form;
    }

    /**
     * Remembers a command that nothing is refused of; if it has come before, its form is made by the way.
     *
     * @param recording what a front gets to play with this in the blanks
     */
    synchronized void remember(Kind kind, Config config, Object read, Blanks blanks, Function<Blanks, Form.Filled> recording) {
        var before = known.get(kind);
        boolean again = before != null && before.read.equals(read);
        if (again) {
            if (before.form.isEmpty()) learning.execute(() -> learn(kind, before, blanks, recording));
            return;
        }
        known.put(kind, new Known(config, read, Optional.empty()));
        if (known.size() > MOST) known.remove(known.keySet().iterator().next());
    }

    private void learn(Kind kind, Known of, Blanks blanks, Function<Blanks, Form.Filled> recording) {
        synchronized (this) {
            if (known.get(kind) != of) return; // it has one now
        }
        var one = blanks.sample(true);
        var other = blanks.sample(false);
        var form = Form.of(recording.apply(one), one.texts(), recording.apply(other), other.texts(), recording.apply(blanks), blanks.texts());
        synchronized (this) {
            if (known.get(kind) == of && form.isPresent()) known.put(kind, new Known(of.config, of.read, form));
        }
    }
}
