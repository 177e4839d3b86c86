package jrunc.lifecycle;

import jrunc.linux.Diagnosis;
import jrunc.linux.JruncException;

/** The container's process was told to start, and did not become the user's program. */
final class StartException extends JruncException {
    private static final long serialVersionUID = 1;

    private final transient Diagnosis diagnosis;

    StartException(String message, Diagnosis diagnosis) {
        super(message);
        this.diagnosis = diagnosis;
    }

    @Override
    public Diagnosis diagnosis() {
        return diagnosis;
    }
}
