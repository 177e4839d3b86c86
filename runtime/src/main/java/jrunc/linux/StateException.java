package jrunc.linux;

/** The command is fine, but not now: the container is missing, stopped, already there, busy, or its record is unreadable. */
public final class StateException extends JruncException {
    private static final long serialVersionUID = 1;

    private final FailureCode code;

    public StateException(FailureCode code, String message) {
        super(message);
        this.code = code;
    }

    /** A file of the container's state, of the bundle or of the host is not as it must be. */
    public StateException(String message) {
        this(FailureCode.FILE, message);
    }

    /** The same, with what Java said of it. */
    public StateException(String message, Throwable cause) {
        super(message, cause);
        this.code = FailureCode.FILE;
    }

    /** {@return that there is no such container} */
    public static StateException missing(String id) {
        return new StateException(FailureCode.CONTAINER_MISSING, "container does not exist: " + id);
    }

    /** {@return that the id is taken} */
    public static StateException exists(String id) {
        return new StateException(FailureCode.CONTAINER_EXISTS, "container with given ID already exists: " + id);
    }

    /** {@return that the container's process has ended} */
    public static StateException notRunning(String id) {
        return new StateException(FailureCode.CONTAINER_NOT_RUNNING, "container not running: " + id);
    }

    @Override
    public Diagnosis diagnosis() {
        return Diagnosis.of(code, "", getMessage());
    }
}
