package jrunc.image;

import jrunc.linux.Diagnosis;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;

/** A registry cannot be reached, refuses, or sends what it should not. */
public final class RegistryException extends JruncException {
    private static final long serialVersionUID = 1;

    public RegistryException(String message) {
        super(message);
    }

    public RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public Diagnosis diagnosis() {
        return Diagnosis.of(FailureCode.REGISTRY, "registry", getMessage());
    }
}
