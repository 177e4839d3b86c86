package jrunc.image;

import java.io.IOException;
import java.time.Duration;

/** How often one thing is tried: a few times with longer and longer pauses, and anew after each success in between, but not forever. */
final class Retries {
    /** How many failures in a row end it. */
    static final int IN_A_ROW = 5;
    /** How many failures end it, whatever came between. */
    static final int IN_ALL = 40;

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int SHOWN = 200;

    private final Pause pause;
    private int inARow;
    private int inAll;

    /** Waits. */
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** What may fail and be tried again. */
    interface Attempt<T> {
        T once() throws IOException;
    }

    Retries(Pause pause) {
        this.pause = pause;
    }

    /** {@return what {@code attempt} gives, at the latest when its last retry does} */
    <T> T until(String what, Attempt<T> attempt) {
        while (true) {
            try {
                return attempt.once();
            } catch (IOException e) {
                failed(what, e);
            }
        }
    }

    /** Notes that it was not in vain. */
    void progressed() {
        inARow = 0;
    }

    /** Waits until the next attempt is due. @throws RegistryException if there is none */
    void failed(String what, IOException why) {
        var asked = why instanceof TryAgainException later ? later.after() : null;
        inARow++;
        inAll++;
        if (inARow >= IN_A_ROW || inAll >= IN_ALL) throw new RegistryException(what + ": " + words(why) + ", " + inAll + " times", why);
        if (asked != null && asked.compareTo(LONGEST) > 0) throw new RegistryException(what + ": " + words(why) + ", and asks to wait " + asked.toSeconds() + " seconds", why);
        try {
            pause.of(asked != null ? asked : FIRST.multipliedBy(1L << inARow - 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(what + ": interrupted", e);
        }
    }

    /** What Java says of a broken answer may be a part of that answer. */
    private static String words(IOException e) {
        if (e.getMessage() == null) return e.toString();
        return e.getMessage().length() <= SHOWN ? e.getMessage() : e.getMessage().substring(0, SHOWN) + "...";
    }
}
