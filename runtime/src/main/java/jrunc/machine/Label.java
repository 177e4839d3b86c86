package jrunc.machine;

/** A place in machine code that jumps lead to, before or after it. */
final class Label {
    static final int NOWHERE = -1;

    /** In bytes from the start of the code, once it is placed. */
    int at = NOWHERE;
}
