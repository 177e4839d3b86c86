package jrunc.linux;

/**
 * Something that a person must hear about, in one line: {@code attempt: why; hint}. One kind per culprit: the command line
 * ({@link UsageException}), config.json ({@code InvalidConfigException}), the moment ({@link StateException}), the kernel
 * ({@link SyscallException}). Thrown once and printed once, never logged on the way up.
 *
 * <p>It stands in the lowest package because the kernel's failures and the config's are both of its kind.
 */
public abstract class JruncException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message one line, lower case, without a full stop */
    protected JruncException(String message) {
        super(message);
    }

    /** @param cause kept for {@code --debug}; the message must do without it */
    protected JruncException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@return what the message says, for programs} */
    public abstract Diagnosis diagnosis();
}
