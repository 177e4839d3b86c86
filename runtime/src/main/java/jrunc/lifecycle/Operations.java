package jrunc.lifecycle;

import jrunc.plan.Command;

/**
 * The operations that a caller can ask for, one method per command. Each returns the exit code, 0 for success ({@code run}
 * in the foreground: the container's own code, or 128 plus the signal that ended it), and throws a
 * {@link jrunc.linux.JruncException} for a failure that a person must read. Only what was asked for goes to the output that
 * the operations were made with; nothing here writes to stderr.
 */
public interface Operations extends Command.Performer {}
