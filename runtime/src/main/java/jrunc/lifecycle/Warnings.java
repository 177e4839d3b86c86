package jrunc.lifecycle;

/** Where what went wrong without making the command fail is told. */
public interface Warnings {
    /** @param message one line, as for an error */
    void warn(String message);
}
