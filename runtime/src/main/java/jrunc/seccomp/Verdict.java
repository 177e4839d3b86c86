package jrunc.seccomp;

import java.util.OptionalLong;
import jrunc.linux.Errno;

/** What a filter answers: an action in the upper half, its errno in the lower; {@code SECCOMP_RET_*} of {@code <linux/seccomp.h>}. */
final class Verdict {
    static final int KILL_PROCESS = 0x80000000;
    static final int KILL_THREAD  = 0x00000000;
    static final int TRAP         = 0x00030000;
    static final int ERRNO        = 0x00050000;
    static final int USER_NOTIF   = 0x7fc00000;
    static final int TRACE        = 0x7ff00000;
    static final int LOG          = 0x7ffc0000;
    static final int ALLOW        = 0x7fff0000;
    static final int ENOSYS       = ERRNO | 38;
    private static final int DATA = 0xffff;

    private Verdict() {}

    /** {@return the verdict of an action of config.json, which has been validated; ERRNO and TRACE say EPERM by themselves} */
    static int of(String action, OptionalLong errno) {
        int number = (int) errno.orElse(Errno.EPERM.number());
        return switch (action) {
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> KILL_PROCESS;
            case "SCMP_ACT_TRAP" -> TRAP;
            case "SCMP_ACT_ERRNO" -> ERRNO | number;
            case "SCMP_ACT_NOTIFY" -> USER_NOTIF;
            case "SCMP_ACT_TRACE" -> TRACE | number;
            case "SCMP_ACT_LOG" -> LOG;
            case "SCMP_ACT_ALLOW" -> ALLOW;
            default -> throw new IllegalArgumentException("no action: " + action);
        };
    }

    /** {@return whether calls that the profile's author did not know may pass} */
    static boolean letsPass(int verdict) {
        int action = verdict & ~DATA;
        return action == ALLOW || action == LOG || action == TRACE;
    }

    /** {@return the kernel's word, with the errno where there is one} */
    static String shown(int verdict) {
        String word = switch (verdict & ~DATA) {
            case KILL_PROCESS -> "KILL_PROCESS";
            case KILL_THREAD -> "KILL_THREAD";
            case TRAP -> "TRAP";
            case ERRNO -> "ERRNO";
            case USER_NOTIF -> "USER_NOTIF";
            case TRACE -> "TRACE";
            case LOG -> "LOG";
            default -> "ALLOW";
        };
        int number = verdict & DATA;
        if (number == 0) return word;
        var errno = Errno.of(-number);
        return word + "(" + (errno == null ? Integer.toString(number) : errno.name()) + ")";
    }
}
