package jrunc.lifecycle;

/** Where what went wrong without making the command fail is told. */
public interface Warnings {
    /** @param message one line, as for an error */
    void warn(String message);

    /**
     * What is done only in part, which is fine: for the log, or without one for the caller.
     *
     * @param message one line
     * @param quiet   for a log alone
     */
    default void note(String message, boolean quiet) {
        if (!quiet) warn(message);
    }
}
