package jrunc.machine;

/** How two numbers compared, and the four bits that jumps of each processor say it with. */
enum Condition {
    //            x86-64  aarch64
    EQUAL        (0x4,    0x0),
    NOT_EQUAL    (0x5,    0x1),
    /** unsigned */
    BELOW        (0x2,    0x3),
    /** unsigned */
    NOT_BELOW    (0x3,    0x2),
    /** unsigned */
    ABOVE        (0x7,    0x8),
    /** unsigned */
    NOT_ABOVE    (0x6,    0x9),
    /** signed */
    LESS         (0xC,    0xB),
    /** signed */
    NOT_GREATER  (0xE,    0xD),
    /** signed */
    GREATER      (0xF,    0xC);

    final int x64;
    final int a64;

    Condition(int x64, int a64) {
        this.x64 = x64;
        this.a64 = a64;
    }
}
