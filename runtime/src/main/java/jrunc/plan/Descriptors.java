package jrunc.plan;

import jrunc.tape.Operand;

/**
 * Where the container's process finds its descriptors until it becomes the user's program: right above those the caller
 * preserves, so that no number depends on what the runtime had open.
 *
 * @param preserved how many from 3 on belong to the user's program
 * @param terminal  whether there is a console socket
 */
record Descriptors(int preserved, boolean terminal) {
    /** How many are handed over. */
    int count() {
        return terminal ? 5 : 4;
    }

    /** The first number that is not the user's. */
    int first() {
        return 3 + preserved;
    }

    /** Where failures, and "ready", are reported: the write end of a fifo. */
    Operand report() {
        return Operand.imm(first());
    }

    /** Whether the runtime lives: a byte says go on, end of file says that it died. */
    Operand sync() {
        return Operand.imm(first() + 1);
    }

    /** A byte that is read here says start: a fifo that this process holds open for reading and writing, so it never ends. */
    Operand start() {
        return Operand.imm(first() + 2);
    }

    /** For {@code exec}, which waits for no start: the container's first process, whose namespaces are to be joined. */
    Operand init() {
        return start();
    }

    /** The machine itself, which is closed as soon as it plays. */
    Operand machine() {
        return Operand.imm(machineNumber());
    }

    int machineNumber() {
        return first() + 3;
    }

    /** The console socket, if the container has a terminal. */
    Operand console() {
        return Operand.imm(first() + 4);
    }
}
