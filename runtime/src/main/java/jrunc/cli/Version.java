package jrunc.cli;

import jrunc.config.DefaultConfig;

/** Which jrunc this is. */
final class Version {
    /** The project's version, as in its pom.xml. */
    static final String NUMBER = "0.1.0";

    /** The newest runtime-spec that is implemented, and what {@code spec} and {@code state} say. */
    static final String SPEC = DefaultConfig.OCI_VERSION;

    private Version() {}

    /** {@return three lines, the first with a space and no colon, as engines expect} */
    static String text() {
        return "jrunc version " + NUMBER + "\ncommit: " + System.getProperty("jrunc.commit", "unknown") + "\nspec: " + SPEC + '\n';
    }
}
