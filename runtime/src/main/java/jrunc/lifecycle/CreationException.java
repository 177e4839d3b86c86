package jrunc.lifecycle;

import jrunc.linux.Diagnosis;
import jrunc.linux.JruncException;

/** A create that failed while its tape played. */
final class CreationException extends JruncException {
    private static final long serialVersionUID = 1;

    private final JruncException why;
    private final boolean claimed;

    /** @param claimed whether the id was ours already, so that what is in its state directory is ours as well */
    CreationException(JruncException why, boolean claimed) {
        super(why.getMessage());
        this.why = why;
        this.claimed = claimed;
    }

    @Override
    public Diagnosis diagnosis() {
        return why.diagnosis();
    }

    boolean claimed() {
        return claimed;
    }
}
