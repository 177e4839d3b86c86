package jrunc.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import jrunc.kernel.FrontEnded;
import jrunc.lifecycle.Caller;
import jrunc.lifecycle.LocalOperations;
import jrunc.lifecycle.Operations;
import jrunc.lifecycle.Output;
import jrunc.lifecycle.ThisProcess;
import jrunc.lifecycle.Warnings;
import jrunc.linux.OneLine;
import jrunc.plan.Command;
import jrunc.plan.Global;

/**
 * The one place where a command line goes in and where exceptions become output: one line on stderr, one record in the log,
 * and the exit code, as runc's 1, or 255 where an exec fails. stderr stays empty otherwise, but for a warning.
 */
public final class Main {
    private final Caller caller;
    private final Output out;
    private final OutputStream err;
    private final OperationsFor operationsFor;
    private final Log.Appending appending;
    /** Where the flags before the command's name say, once they are read. */
    private Log log;

    /** Who carries out the commands, once the flags that hold for all of them are known. */
    interface OperationsFor {
        Operations of(Global global, Caller caller, Output out, Warnings warnings);
    }

    Main(Caller caller, OutputStream out, OutputStream err, OperationsFor operationsFor) {
        this(caller, out, err, operationsFor, Log::append);
    }

    Main(Caller caller, OutputStream out, OutputStream err, OperationsFor operationsFor, Log.Appending appending) {
        this.appending = appending;
        this.caller = caller;
        this.out = new Output(out);
        this.err = err;
        this.operationsFor = operationsFor;
    }

    /** Ends the JVM at once: there is no shutdown hook to wait for, and what was written is not buffered. */
    public static void main(String[] argv) {
        Runtime.getRuntime().halt(of(new ThisProcess()).run(argv));
    }

    /** {@return what answers to this caller, on this process's stdout and stderr} */
    static Main of(Caller caller) {
        return new Main(caller, new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), new Here());
    }

    /** {@return the exit code} */
    int run(String[] argv) {
        try {
            return served(argv);
        } catch (VirtualMachineError e) {
            return failed(e);
        }
    }

    /**
     * {@return the same for a command that a server records}
     *
     * @throws VirtualMachineError if this JVM has too little memory for it, of which the caller need not hear
     */
    int served(String[] argv) {
        try {
            return answer(argv);
        } catch (FrontEnded done) {
            return 0; // which nobody asks for any more
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            return failed(e);
        }
    }

    private int answer(String[] argv) {
        var line = new CommandLine(argv, caller);
        log = new Log(line.global(), appending);
        var request = line.request();
        if (request instanceof Request.Perform perform) return perform(perform.command(), line.global());
        if (request instanceof Request.Serve serve) return new Server(serve, caller, out).run(argv);
        out.print(((Request.Print) request).text());
        return 0;
    }

    private int perform(Command command, Global global) {
        return command.performedBy(operationsFor.of(global, caller, out, new Told()));
    }

    private int failed(Throwable thrown) {
        var message = Failure.message(thrown);
        say(message);
        try {
            if (log == null) return Failure.exitCode(thrown);
            log.error(message, Failure.diagnosis(thrown));
            log.debug(Failure.trace(thrown));
        } catch (IOException | RuntimeException e) {
            say("write the log: " + OneLine.of(e.toString()));
        }
        return Failure.exitCode(thrown);
    }

    private void say(String message) {
        try {
            err.write(("jrunc: " + message + '\n').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // stderr is closed: the exit code has to say it
        }
    }

    static final class Here implements OperationsFor {
        @Override
        public Operations of(Global global, Caller caller, Output out, Warnings warnings) {
            return new LocalOperations(global, caller, out, warnings);
        }
    }

    /** A warning goes where an error goes; only the exit code does not know of it. */
    private final class Told implements Warnings {
        @Override
        public void warn(String message) {
            var line = OneLine.of(message);
            say("warning: " + line);
            record(line);
        }

        @Override
        public void note(String message, boolean quiet) {
            var line = OneLine.of(message);
            if (!record(line) && !quiet) say("warning: " + line);
        }

        private boolean record(String line) {
            try {
                return log.warning(line);
            } catch (IOException e) {
                say("write the log: " + OneLine.of(e.toString()));
                return false;
            }
        }
    }
}
