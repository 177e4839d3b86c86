package jrunc.linux;

/** The kernel said no: {@code mount proc on /proc: EPERM (Operation not permitted); hint}. */
public final class SyscallException extends JruncException {
    private static final long serialVersionUID = 1;

    private final Sys sys;
    private final long result;

    /** @param attempt verb and subject as a person reads them: {@code mount proc on /proc} */
    public SyscallException(String attempt, Sys sys, Errno errno) {
        this(attempt, sys, -errno.number());
    }

    /** @param result the kernel's answer, -4095 to -1; numbers that have no name are shown as numbers */
    public SyscallException(String attempt, Sys sys, long result) {
        super(attempt + ": " + Errno.shown(result) + Hints.of(sys, Errno.of(result)));
        this.sys = sys;
        this.result = result;
    }

    @Override
    public Diagnosis diagnosis() {
        var errno = errno();
        return new Diagnosis(FailureCode.SYSTEM_CALL, "", errno == null ? "" : errno.name(), "", Hints.of(sys, errno));
    }

    /** {@return the call that failed} */
    public Sys sys() {
        return sys;
    }

    /** {@return why, or null for a number that has no name} */
    public Errno errno() {
        return Errno.of(result);
    }
}
