package jrunc.lifecycle;

import jrunc.linux.JruncException;

/** A create that failed while its tape played. */
final class CreationException extends JruncException {
    private static final long serialVersionUID = 1;

    private final boolean claimed;

    /** @param claimed whether the id was ours already, so that what is in its state directory is ours as well */
    CreationException(String message, boolean claimed) {
        super(message);
        this.claimed = claimed;
    }

    boolean claimed() {
        return claimed;
    }
}
