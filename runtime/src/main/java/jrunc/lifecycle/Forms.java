package jrunc.lifecycle;

import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import jrunc.config.Config;
import jrunc.linux.StateException;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.tape.Form;

/**
 * What a server remembers of commands that come again and again, such as a health check or a container that is started anew: the second
 * time, what it has recorded becomes a {@link Form}. Everything that recording depends on is read each time, and compared; only what
 * follows from it is not worked out again.
 */
public final class Forms {
    /** So much is remembered, of what was asked for last: bytes of forms, and of files with what was read from them. */
    private static final long ROOM = 8 << 20;
    /** What is larger is not remembered, but may be kept for fronts. */
    private static final int MOST = 3 << 20;
    /** A config in memory, and its file, take about so many times the bytes of the file. */
    private static final int PARSED = 4;
    /** To record what has a larger file may take half the memory of a server. */
    private static final int LARGE = 1 << 18;
    /** Such a one is learned so many milliseconds later, when its caller is likely to have gone on to something else. */
    private static final int LATER = 2000;

    /** Given up when memory is short: before a command is refused for the want of it. */
    private SoftReference<Map<Kind, Known>> remembered = new SoftReference<>(null);
    private final Executor learning = Executors.newSingleThreadExecutor(Forms::thread); // which starts when it has something to do
    private final Optional<KeptForms> kept;
    private final Object turn = new Object();
    private long size;
    private int filledIn;

    /** Those of a server whose fronts find nothing but the server. */
    public Forms() {
        kept = Optional.empty();
    }

    /** @param kept where fronts find them, too */
    public Forms(KeptForms kept) {
        this.kept = Optional.of(kept);
    }

    /** Commands that may have one form. */
    static final class Kind {
        private final Global global;
        private final Command command;
        private final ByteBuffer files;
        private final int hash;

        /**
         * @param command with {@linkplain Blanks#sample samples}, which are as long, for what differs
         * @param files   the bytes of the config, and of what else was written for the command
         */
        Kind(Global global, Command command, ByteBuffer files) {
            this.global = global;
            this.command = command;
            this.files = files;
            hash = Objects.hash(global, command, files);
        }

        @Override public boolean equals(Object other) {
            return other instanceof Kind kind && hash == kind.hash && files.equals(kind.files) && command.equals(kind.command) && global.equals(kind.global);
        }

        @Override public int hashCode() {
            return hash;
        }
    }

    /**
     * @param config  what the files say, validated
     * @param read    what else was read, with samples for what differs
     * @param isKnown whether it has come twice
     * @param form    nothing if it has come only once, or has none
     */
    private record Known(Config config, Object read, boolean isKnown, Optional<Form> form, long size) {}

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "forms");
        thread.setDaemon(true);
        return thread;
    }

    private Map<Kind, Known> known() {
        var known = remembered.get();
        if (known != null) return known;
        known = new LinkedHashMap<>(64, 0.75f, true);
        remembered = new SoftReference<>(known);
        size = 0;
        return known;
    }

    /** {@return whether fronts have used what is kept for them since then} */
    public boolean areOfUse(Instant since) {
        return kept.isPresent() && kept.get().areOfUse(since);
    }

    /** {@return for how many commands there was a form} */
    public synchronized int filledIn() {
        return filledIn;
    }

    /** {@return the config of such a command, if one has come before} */
    synchronized Optional<Config> config(Kind kind) {
        var found = known().get(kind);
        return found == null ? Optional.empty() : Optional.of(found.config);
    }

    /** {@return the form of such a command, if {@code read} is what was read then} */
    synchronized Optional<Form> form(Kind kind, Object read) {
        var found = known().get(kind);
        var form = found != null && found.read.equals(read) ? found.form : Optional.<Form>empty();
        if (form.isPresent()) filledIn++;
        return form;
    }

    /** {@return what is recorded of a command with so large a file} Of the large ones only one is recorded at a time. */
    <T> T recorded(int bytes, Supplier<T> recording) {
        if (bytes <= LARGE) return recording.get();
        synchronized (turn) {
            return recording.get();
        }
    }

    /** Lets fronts find a command that has a form and could not find it, by the way. */
    void keep(Supplier<Optional<KeptForms.Wanted>> wanted) {
        if (kept.isPresent()) learning.execute(() -> tryToKeep(wanted));
    }

    /** {@return how many bytes are kept for fronts} */
    private int tryToKeep(Supplier<Optional<KeptForms.Wanted>> wanted) {
        if (kept.isEmpty()) return 0;
        try {
            var now = wanted.get();
            return now.isPresent() ? kept.get().keep(now.get()) : 0;
        } catch (OutOfMemoryError e) {
            remembered.clear(); // as below
        } catch (StateException e) {
            return 0; // what it rests on, such as a container, is gone meanwhile: nobody asks for it any more
        }
        return 0;
    }

    /**
     * Remembers a command that nothing is refused of; if it has come before, its form is made by the way.
     *
     * @param recording what a front gets to play with this in the blanks
     * @param wanted    what may be kept for fronts
     */
    synchronized void remember(Kind kind, Config config, Object read, Blanks blanks, Function<Blanks, Form.Filled> recording, Supplier<Optional<KeptForms.Wanted>> wanted) {
        var before = known().get(kind);
        boolean again = before != null && before.read.equals(read);
        if (!again) keep(kind, new Known(config, read, false, Optional.empty(), (long) PARSED * kind.files.limit()));
        else if (!before.isKnown) {
            var when = kind.files.limit() > LARGE ? CompletableFuture.delayedExecutor(LATER, TimeUnit.MILLISECONDS, learning) : learning;
            when.execute(() -> {
                boolean kept = tryToKeep(wanted) > MOST; // first, for what fronts find they do not ask for
                if (kept) know(kind, before, Optional.empty());
                else tryToLearn(kind, before, blanks, recording);
            });
        }
    }

    private void keep(Kind kind, Known now) {
        var known = known();
        var before = known.remove(kind);
        if (before != null) size -= before.size;
        if (now.size > MOST) return;
        known.put(kind, now);
        size += now.size;
        var eldest = known.values().iterator();
        while (size > ROOM) {
            size -= eldest.next().size;
            eldest.remove();
        }
    }

    private void tryToLearn(Kind kind, Known of, Blanks blanks, Function<Blanks, Form.Filled> recording) {
        try {
            learn(kind, of, blanks, recording);
        } catch (OutOfMemoryError e) {
            remembered.clear(); // what can be done without is the first to go
        }
    }

    private void learn(Kind kind, Known of, Blanks blanks, Function<Blanks, Form.Filled> recording) {
        synchronized (this) {
            if (known().get(kind) != of) return; // meanwhile it is known, or different
        }
        know(kind, of, blanks.form(recording));
    }

    private synchronized void know(Kind kind, Known of, Optional<Form> form) {
        if (known().get(kind) != of) return;
        long size = of.size + (form.isPresent() ? form.get().size() : 0);
        keep(kind, size > MOST ? new Known(of.config, of.read, true, Optional.empty(), of.size) : new Known(of.config, of.read, true, form, size));
    }
}
