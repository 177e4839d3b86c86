package jrunc.linux;

import java.util.Locale;

/** What kind of failure a command ended with: words that stay the same whatever the message says, for programs to go by. */
public enum FailureCode {
    /** The command line. */
    USAGE,
    /** config.json breaks a rule of the spec, or a file that stands for a part of it does. */
    INVALID_CONFIG,
    /** config.json asks for what this host, or this jrunc, cannot do. */
    CANNOT_BE_APPLIED,
    CONTAINER_EXISTS,
    CONTAINER_MISSING,
    /** The container has stopped, or was never started. */
    CONTAINER_NOT_RUNNING,
    /** The container has not stopped, but must have. */
    CONTAINER_NOT_STOPPED,
    CONTAINER_PAUSED,
    CONTAINER_NOT_PAUSED,
    /** The user's program is missing, is no program, or may not be executed. */
    PROGRAM,
    /** A hook failed or took too long. */
    HOOK,
    /** A limit on memory was hit before the user's program ran. */
    OUT_OF_MEMORY,
    /** The kernel said no to anything else. */
    SYSTEM_CALL,
    /** systemd cannot be reached, or has not done what it was asked for. */
    SYSTEMD,
    /** A file of jrunc's own or of the bundle is missing, or does not say what it should. */
    FILE,
    /** An image or archive is broken, hostile or not the one that was asked for. */
    INVALID_IMAGE,
    /** A registry cannot be reached, says no, or does not keep to the protocol. */
    REGISTRY,
    /** jrunc is at fault. */
    INTERNAL;

    /** {@return the word in the log: {@code container-missing}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
