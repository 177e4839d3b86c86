package jrunc.plan;

import static jrunc.plan.TerminalCalls.TCGETS;
import static jrunc.plan.TerminalCalls.TCSETS;
import static jrunc.plan.TerminalCalls.TERMIOS_SIZE;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;

import java.util.Optional;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The caller's terminal as it is while the container's does the work of one: every key goes through as it is, Ctrl-C too. Only at the
 * end of a line it still goes back to the line's begin, which the container's leaves to it, as runc has it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
final class RawMode {
    private static final long OPOST = 1L << 32;
    private static final Operand.Imm INPUT = named(~(0x1L | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400 | OPOST),
            "~(IGNBRK|BRKINT|PARMRK|ISTRIP|INLCR|IGNCR|ICRNL|IXON|OPOST<<32)");
    private static final Operand.Imm CONTROL = named(~(0x30L | 0x100 | (0x8L | 0x40 | 0x2 | 0x1 | 0x8000) << 32),
            "~(CSIZE|PARENB|(ECHO|ECHONL|ICANON|ISIG|IEXTEN)<<32)");
    private static final Operand.Imm CS8 = named(0x30, "CS8");
    /** c_cc[VTIME] and c_cc[VMIN] are the last two bytes of the third word. */
    private static final Operand.Imm OTHERS = named(-1L >>> 16, "~(VTIME|VMIN)");
    private static final Operand.Imm ONE_BYTE = named(1L << 56, "VMIN=1");

    private final Operand terminal;
    private final Recorder tape;
    private final boolean isSet;
    private final Block saved;
    private final Operand.Word changed;

    /** @param before how the terminal was set, if it is in raw mode already */
    RawMode(Operand terminal, Optional<byte[]> before, Recorder tape) {
        this.terminal = terminal;
        this.tape = tape;
        isSet = before.isPresent();
        saved = tape.block(isSet ? before.get() : new byte[TERMIOS_SIZE], null);
        changed = tape.variable(isSet ? 1 : 0);
    }

    Block saved() {
        return saved;
    }

    void set() {
        if (isSet) return;
        tape.attempt("set the caller's terminal to raw mode", t -> {
            var raw = t.scratch(TERMIOS_SIZE);
            t.call(Sys.IOCTL, terminal, TCGETS, saved.address());
            change(saved.word(0), INPUT, named(OPOST, "OPOST<<32"), raw.word(0), t);
            change(saved.word(1), CONTROL, CS8, raw.word(1), t);
            change(saved.word(2), OTHERS, ONE_BYTE, raw.word(2), t);
            for (int i = 3; i < TERMIOS_SIZE / Long.BYTES; i++) t.set(raw.word(i), saved.word(i));
            t.call(Sys.IOCTL, terminal, TCSETS, raw.address());
            t.set(changed, imm(1));
        });
    }

    private static void change(Operand from, Operand kept, Operand added, Operand.Word to, Recorder t) {
        t.own(Call.Own.ADD, t.own(Call.Own.BITS, from, imm(0), kept), added).into(to);
    }

    /** As it was; it may be gone by now. */
    void restore() {
        tape.attempt("set the caller's terminal back", t -> t.when(changed, -1, imm(1), u -> {
            u.call(Sys.IOCTL, terminal, TCSETS, saved.address()).forgiveAll();
            u.set(changed, imm(0));
        }));
    }
}
