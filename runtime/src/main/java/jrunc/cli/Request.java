package jrunc.cli;

import jrunc.plan.Command;

/** What a command line comes to. */
sealed interface Request {
    /** A help text or the version, for stdout. */
    record Print(String text) implements Request {}

    /** Something to do. */
    record Perform(Command command) implements Request {}

    /**
     * Stay, and record for others.
     *
     * @param idle      for how long nobody may ask before it ends, in nanoseconds
     * @param maxMemory of its heap, in bytes
     */
    record Serve(long idle, long maxMemory) implements Request {}
}
