package jrunc.linux;

/**
 * What a failure's message says, taken apart for programs. Texts that are empty are not known.
 *
 * @param code  which kind of failure
 * @param phase what jrunc was at: the section of the spec, or the step of the runtime, that the failing call stands under
 * @param errno the kernel's answer: {@code ENOENT}
 * @param path  the file, or the place in config.json, that it is about
 * @param hint  what to do
 */
public record Diagnosis(FailureCode code, String phase, String errno, String path, String hint) {
    private static final String UNKNOWN = "";

    /** {@return a diagnosis of a message whose hint, as in all of them, stands after its first semicolon} */
    public static Diagnosis of(FailureCode code, String phase, String message) {
        int semicolon = message.indexOf("; ");
        return new Diagnosis(code, phase, UNKNOWN, UNKNOWN, semicolon < 0 ? UNKNOWN : message.substring(semicolon + 2));
    }
}
