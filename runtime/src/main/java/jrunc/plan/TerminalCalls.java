package jrunc.plan;

import static jrunc.tape.Operand.named;

import jrunc.tape.Operand;

/**
 * How Linux is asked about terminals.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
final class TerminalCalls {
    static final Operand.Imm TIOCSPTLCK = named(0x40045431, "TIOCSPTLCK");
    static final Operand.Imm TIOCGPTPEER = named(0x5441, "TIOCGPTPEER");
    static final Operand.Imm TIOCGPTN = named(0x80045430L, "TIOCGPTN");
    static final Operand.Imm TIOCGWINSZ = named(0x5413, "TIOCGWINSZ");
    static final Operand.Imm TIOCSWINSZ = named(0x5414, "TIOCSWINSZ");
    static final Operand.Imm TIOCSCTTY = named(0x540E, "TIOCSCTTY");
    static final Operand.Imm TCGETS = named(0x5401, "TCGETS");
    static final Operand.Imm TCSETS = named(0x5402, "TCSETS");
    /** {@code struct termios {unsigned c_iflag, c_oflag, c_cflag, c_lflag; unsigned char c_line, c_cc[19];}}. */
    static final int TERMIOS_SIZE = 40;

    private TerminalCalls() {}
}
