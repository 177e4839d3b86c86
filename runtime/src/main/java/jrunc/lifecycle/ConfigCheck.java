package jrunc.lifecycle;

import java.util.Optional;
import jrunc.config.ConfigParser;
import jrunc.config.InvalidConfigException;
import jrunc.config.Violation;
import jrunc.host.BundleReader;
import jrunc.linux.JruncException;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.plan.Notes;

/**
 * The command {@code validate}: all that a {@code create} of the bundle would refuse on this host, each with the rule and where
 * it is written, and all that it would pass over.
 */
final class ConfigCheck {
    private final Global global;
    private final Command.Validate command;
    private final StringBuilder text = new StringBuilder();
    private boolean errors;
    private boolean warnings;

    private ConfigCheck(Global global, Command.Validate command) {
        this.global = global;
        this.command = command;
    }

    /** Prints a line for each finding, none if all is well; {@return the exit code, 1 if something is wrong} */
    static int report(Global global, Command.Validate command, Output out) {
        var check = new ConfigCheck(global, command);
        check.check();
        if (!check.text.isEmpty()) out.print(check.text.toString());
        return check.errors || command.strict() && check.warnings ? 1 : 0;
    }

    private void check() {
        try {
            byte[] file = BundleReader.config(command.bundle(), ConfigParser.MAX_BYTES);
            var terminal = ConfigParser.parse(file).process().terminal();
            for (var path : ConfigParser.withoutEffect(file)) warn(path + " has no effect: the spec does not know it, or it is for another platform");
            var creation = Creation.planned(global, create(terminal));
            for (var violation : creation.refused()) error(violation);
            for (var note : creation.notes()) {
                if (!note.quiet()) warn(note.line());
            }
            for (var name : Notes.unknownCalls(creation.config())) warn("linux.seccomp.syscalls: " + name + " is no system call that jrunc knows; it is left out");
        } catch (InvalidConfigException e) {
            for (var violation : e.violations()) error(violation);
        } catch (JruncException e) { // the config is sound, but what it speaks of is not there
            errors = true;
            text.append("error: ").append(e.getMessage()).append('\n');
        }
    }

    private void error(Violation violation) {
        errors = true;
        text.append("error: ").append(violation.shown()).append("\n    ").append(violation.rule().sentence()).append(": ")
                .append(violation.rule().link()).append('\n');
    }

    private void warn(String line) {
        warnings = true;
        text.append("warning: ").append(line).append('\n');
    }

    /** A create as an engine calls it. */
    private Command.Create create(boolean terminal) {
        return new Command.Create("validate", command.bundle(), Optional.empty(), terminal ? Optional.of("/console.sock") : Optional.empty(),
                Optional.empty(), 0, false, false, false);
    }
}
