package jrunc.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import jrunc.lifecycle.ExecException;
import jrunc.linux.Diagnosis;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;
import jrunc.linux.OneLine;

/** How a failure is told to people and engines. */
final class Failure {
    private Failure() {}

    /** {@return the one line for {@code thrown}: what jrunc says itself, or that jrunc is at fault} */
    static String message(Throwable thrown) {
        if (thrown instanceof JruncException) return OneLine.of(thrown.getMessage());
        return OneLine.of("internal error: " + thrown + "; --debug with --log FILE records where, please report it");
    }

    /** {@return the exit code, 1 as for runc but where an exec fails} */
    static int exitCode(Throwable thrown) {
        return thrown instanceof ExecException ? ExecException.EXIT_CODE : 1;
    }

    /** {@return what it means to programs} */
    static Diagnosis diagnosis(Throwable thrown) {
        return thrown instanceof JruncException known ? known.diagnosis() : Diagnosis.of(FailureCode.INTERNAL, "", "");
    }

    /** {@return the whole stack trace, for {@code --debug}} */
    static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
