package jrunc.tape;

import java.util.List;
import jrunc.linux.Errno;

/**
 * One call of a tape.
 *
 * @param call     what is asked for
 * @param operands at most six; Imm, Slot, Word, Address, Text, Bytes or Words
 * @param result   where the result goes: a {@link Operand.Slot}, a {@link Operand.Word}, or null if nobody asks
 * @param on       for which result the next {@code skip} cells are played, or null
 * @param skip     how many cells are passed over if the result is not {@code on}
 * @param forgiven errors that are fine here; at most {@link #MOST_FORGIVEN}
 * @param forgiveAll whether every error is
 * @param tries    how often the call is made while it answers EAGAIN or EINTR, 1 to 255
 * @param section  the heading it stands under: a section of the spec, or a step of the runtime
 * @param attempt  what a human reads if it fails
 */
public record Cell(Call call, List<Operand> operands, Operand result, On on, int skip, List<Errno> forgiven,
                   boolean forgiveAll, int tries, String section, String attempt) {

    /** As many errors as a cell has room for. */
    public static final int MOST_FORGIVEN = 2;

    public Cell {
        operands = List.copyOf(operands);
        forgiven = List.copyOf(forgiven);
        if (operands.size() > 6 || forgiven.size() > MOST_FORGIVEN || tries < 1 || tries > 255)
            throw new IllegalArgumentException(call.word() + " at " + attempt);
    }

    /** {@return whether a cell that answers {@code answer} failed, so that the tape must not go on} */
    public boolean failsWith(long answer) {
        if (!Errno.isError(answer) || forgiveAll || call.answersNumber()) return false;
        return forgiven.stream().noneMatch(errno -> answer == -errno.number()) && !(on != null && on.matches(answer));
    }
}
