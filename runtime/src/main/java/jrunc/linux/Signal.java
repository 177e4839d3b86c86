package jrunc.linux;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * A signal by number, {@code <asm/signal.h>} (the same on x86-64 and aarch64): 1 to 31 have names of their own, 34 to 64 are
 * the real-time signals SIGRTMIN to SIGRTMAX, as glibc counts them; it keeps 32 and 33 for itself, but the kernel sends them.
 * 0 is no signal: kill(2) then only asks whether the process is there.
 *
 * @param number 0 to 64
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>
 */
public record Signal(int number) {
    public static final Signal SIGHUP = new Signal(1);
    public static final Signal SIGINT = new Signal(2);
    public static final Signal SIGQUIT = new Signal(3);
    public static final Signal SIGKILL = new Signal(9);
    public static final Signal SIGTERM = new Signal(15);
    public static final Signal SIGCHLD = new Signal(17);
    public static final Signal SIGCONT = new Signal(18);
    public static final Signal SIGSTOP = new Signal(19);
    public static final Signal SIGURG = new Signal(23);
    public static final Signal SIGWINCH = new Signal(28);

    /** The highest number there is, SIGRTMAX. */
    public static final int MAX = 64;

    private static final int RTMIN = 34;

    private static final String[] NAMES = {
        "0", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR",
        "SYS"};

    public Signal {
        if (number < 0 || number > MAX) throw new IllegalArgumentException("no signal has the number " + number);
    }

    /**
     * {@return the signal that a person or an engine means by {@code word}: {@code 9}, {@code KILL}, {@code SIGKILL},
     * {@code sigkill}, {@code RTMIN+3}, {@code SIGRTMAX-1}; {@code 0} only where the caller allows it}
     *
     * @throws UsageException for anything else
     */
    public static Signal named(String word, boolean zeroAllowed) {
        var number = numberOf(word);
        if (number.isEmpty() || number.getAsInt() == 0 && !zeroAllowed) throw new UsageException("unknown signal \"" + word + '"');
        return new Signal(number.getAsInt());
    }

    /** {@return {@code SIGKILL}, {@code SIGRTMIN+3}; a number without a name is {@code SIG33}} */
    public String word() {
        if (number < NAMES.length) return number == 0 ? "0" : "SIG" + NAMES[number];
        if (number == MAX) return "SIGRTMAX";
        if (number < RTMIN) return "SIG" + number;
        return number == RTMIN ? "SIGRTMIN" : "SIGRTMIN+" + (number - RTMIN);
    }

    @Override
    public String toString() {
        return word();
    }

    private static OptionalInt numberOf(String word) {
        var number = decimal(word);
        if (number.isPresent()) return number;
        var name = word.toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) name = name.substring(3);
        for (int i = 1; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) return OptionalInt.of(i);
        }
        return switch (name) {
            case "IOT" -> OptionalInt.of(6);
            case "CLD" -> OptionalInt.of(17);
            case "POLL" -> OptionalInt.of(29);
            default -> realTime(name);
        };
    }

    private static OptionalInt realTime(String name) {
        if (name.equals("RTMIN")) return OptionalInt.of(RTMIN);
        if (name.equals("RTMAX")) return OptionalInt.of(MAX);
        var steps = name.length() > 6 ? decimal(name.substring(6)) : OptionalInt.empty();
        if (steps.isEmpty() || steps.getAsInt() > MAX - RTMIN) return OptionalInt.empty();
        if (name.startsWith("RTMIN+")) return OptionalInt.of(RTMIN + steps.getAsInt());
        if (name.startsWith("RTMAX-")) return OptionalInt.of(MAX - steps.getAsInt());
        return OptionalInt.empty();
    }

    private static OptionalInt decimal(String digits) {
        if (digits.isEmpty() || digits.length() > 2) return OptionalInt.empty();
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9') return OptionalInt.empty();
            number = number * 10 + digit - '0';
        }
        return number > MAX ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
