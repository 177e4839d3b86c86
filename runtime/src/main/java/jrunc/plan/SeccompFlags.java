package jrunc.plan;

import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_NEW_LISTENER;
import static jrunc.linux.SeccompFlag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.SeccompFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * Which flags of seccomp(2) this kernel knows: asked with each and no filter, it answers EFAULT to a flag that it knows and
 * EINVAL to others, and loads nothing.
 *
 * @param answers what it answered, once the tape has played
 */
public record SeccompFlags(Tape tape, Map<SeccompFlag, Operand.Word> answers) {

    /** {@return the tape that asks for these flags} */
    public static SeccompFlags asked(List<String> names, Arch arch) {
        var tape = new Recorder(arch);
        Map<SeccompFlag, Operand.Word> answers = new EnumMap<>(SeccompFlag.class);
        tape.section("features.md, Seccomp");
        for (var name : names) {
            var flag = SeccompFlag.valueOf(name);
            var answer = tape.variable(0);
            boolean needsListener = flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
            tape.attempt("ask for " + name, t -> t.call(Sys.SECCOMP, SyscallFilter.SET_MODE_FILTER,
                    needsListener ? flags(flag, SECCOMP_FILTER_FLAG_NEW_LISTENER) : flags(flag), NULL).into(answer).forgiveAll());
            answers.put(flag, answer);
        }
        return new SeccompFlags(tape.finish(), answers);
    }

    /** {@return whether this answer, to a call without a filter, means that the flag is known} */
    public static boolean isKnown(long answer) {
        return answer == -Errno.EFAULT.number();
    }
}
