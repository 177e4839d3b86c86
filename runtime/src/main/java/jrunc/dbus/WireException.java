package jrunc.dbus;

import jrunc.linux.Diagnosis;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;

/** Bytes that are no D-Bus message, or a value that does not go into one. */
public final class WireException extends JruncException {
    private static final long serialVersionUID = 1;

    WireException(String message) {
        super("D-Bus: " + message);
    }

    @Override
    public Diagnosis diagnosis() {
        return Diagnosis.of(FailureCode.SYSTEMD, "", getMessage());
    }
}
