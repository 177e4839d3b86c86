package jrunc.lifecycle;

import jrunc.linux.Diagnosis;
import jrunc.linux.JruncException;

/** An exec failed before the program ran: callers must be able to tell that from any exit code that a program would have. */
public final class ExecException extends JruncException {
    /** What jrunc exits with then, as runc does. */
    public static final int EXIT_CODE = 255;

    private static final long serialVersionUID = 1;

    private final transient Diagnosis diagnosis;

    public ExecException(JruncException why) {
        super("exec failed: " + why.getMessage(), why);
        diagnosis = why.diagnosis();
    }

    @Override
    public Diagnosis diagnosis() {
        return diagnosis;
    }
}
