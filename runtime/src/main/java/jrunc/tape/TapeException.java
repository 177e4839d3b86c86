package jrunc.tape;

import jrunc.linux.Diagnosis;
import jrunc.linux.Errno;
import jrunc.linux.FailureCode;
import jrunc.linux.Hints;
import jrunc.linux.JruncException;

/** A cell of a tape failed. */
public final class TapeException extends JruncException {
    private static final long serialVersionUID = 1;

    private final transient Cell cell;
    private final long result;
    private final FailureCode code;

    /** The failure in the cell's own words. */
    public TapeException(Tape tape, Report report) {
        this(FailureCode.SYSTEM_CALL, tape.words(report), tape.cell(report.cell()), report.result());
    }

    /**
     * @param message says it better than the cell's own words
     * @param result  what the kernel answered to the cell
     */
    public TapeException(FailureCode code, String message, Cell cell, long result) {
        super(message);
        this.cell = cell;
        this.result = result;
        this.code = code;
    }

    @Override
    public Diagnosis diagnosis() {
        var errno = Errno.of(result);
        var hint = cell.call() instanceof Call.Kernel(var sys) ? Hints.of(sys, errno) : "";
        return new Diagnosis(code, cell.section(), errno == null ? "" : errno.name(), path(), hint.isEmpty() ? "" : hint.substring(2));
    }

    /** {@return the first operand that is a path: absolute, or relative to a descriptor} */
    private String path() {
        for (var operand : cell.operands()) {
            if (operand instanceof Operand.Text(var text) && !text.isEmpty()) return text;
        }
        return "";
    }
}
