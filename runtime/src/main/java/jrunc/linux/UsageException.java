package jrunc.linux;

/** The command line is not one that jrunc understands. */
public final class UsageException extends JruncException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }

    @Override
    public Diagnosis diagnosis() {
        return Diagnosis.of(FailureCode.USAGE, "command line", getMessage());
    }
}
