package jrunc.config;

/**
 * One thing that is wrong with a config.
 *
 * @param path where, in JSON: {@code mounts[3].destination}; empty for the whole text
 * @param message what is wrong, lower case and in one line; never a value that may be a secret
 * @param rule the sentence that asks for it, with its link
 */
public record Violation(String path, String message, Rule rule) {
    /** {@return path and message as a person reads them: {@code process.cwd: "tmp" is not an absolute path}} */
    public String shown() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
