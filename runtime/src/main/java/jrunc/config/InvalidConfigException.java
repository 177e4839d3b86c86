package jrunc.config;

import java.util.List;
import jrunc.linux.Diagnosis;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;

/** The config.json is not one that jrunc can run; it says all that is wrong with it, in one line and as a list. */
public final class InvalidConfigException extends JruncException {
    private static final long serialVersionUID = 1;

    /** How many violations are looked for: who has more than that reads the first ones. */
    public static final int MAX_VIOLATIONS = 100;

    private final transient List<Violation> violations;

    /** @param violations all that is wrong, at least one */
    public InvalidConfigException(List<Violation> violations) {
        super(line(violations));
        this.violations = List.copyOf(violations);
    }

    /** The first of them stands for all; the hint is the rule and where it is written. */
    @Override
    public Diagnosis diagnosis() {
        var first = violations.getFirst();
        var code = first.rule() == Rule.CAN_BE_APPLIED ? FailureCode.CANNOT_BE_APPLIED : FailureCode.INVALID_CONFIG;
        return new Diagnosis(code, "config.json", "", first.path(), first.rule().sentence() + ": " + first.rule().link());
    }

    /** {@return all that is wrong, in the order of the rules} */
    public List<Violation> violations() {
        return violations;
    }

    private static String line(List<Violation> violations) {
        if (violations.size() == 1) return "invalid config.json: " + violations.getFirst().shown();
        var line = new StringBuilder("invalid config.json: ").append(violations.size() < MAX_VIOLATIONS ? "" : "at least ")
                .append(violations.size()).append(" errors: ");
        for (int i = 0; i < violations.size(); i++) line.append(i == 0 ? "" : "; ").append(violations.get(i).shown());
        return line.toString();
    }
}
