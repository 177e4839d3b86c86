package jrunc.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import jrunc.config.DefaultConfig;

/** Which jrunc this is. */
final class Version {
    /** The project's version, as in its pom.xml. */
    static final String NUMBER = "0.1.0";

    /** The newest runtime-spec that is implemented, and what {@code spec} and {@code state} say. */
    static final String SPEC = DefaultConfig.OCI_VERSION;

    private Version() {}

    /** {@return what {@code features} says of it; engines look for the runc one before they offer checkpoints} */
    static Map<String, String> annotations() {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("dev.jrunc.version", NUMBER);
        annotations.put("dev.jrunc.commit", commit());
        annotations.put("org.opencontainers.runc.checkpoint.enabled", "false");
        return annotations;
    }

    private static String commit() {
        return System.getProperty("jrunc.commit", "unknown");
    }

    /** {@return three lines, the first with a space and no colon, as engines expect} */
    static String text() {
        return "jrunc version " + NUMBER + "\ncommit: " + commit() + "\nspec: " + SPEC + '\n';
    }
}
