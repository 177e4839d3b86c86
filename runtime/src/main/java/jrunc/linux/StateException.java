package jrunc.linux;

/** The command is fine, but not now: the container is missing, stopped, already there, busy, or its record is unreadable. */
public final class StateException extends JruncException {
    private static final long serialVersionUID = 1;

    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
