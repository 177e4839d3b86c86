package jrunc.cli;

import jrunc.linux.UsageException;

/**
 * Arguments that survived the way into Java. The JVM decodes argv in the locale's encoding and puts U+FFFD where it cannot;
 * two different names would become one. So the launcher starts it in {@code C.UTF-8}, and what still does not decode is refused.
 */
final class ReadableText {
    private static final char REPLACEMENT = '\uFFFD';

    private ReadableText() {}

    /** @throws UsageException for the first argument that is not UTF-8 */
    static void check(String[] argv) {
        for (int i = 0; i < argv.length; i++) {
            if (argv[i].indexOf(REPLACEMENT) >= 0) throw new UsageException("argument " + (i + 1) + ": not valid UTF-8" + hint());
            if (argv[i].indexOf('\0') >= 0) throw new UsageException("argument " + (i + 1) + ": it holds a NUL");
        }
    }

    private static String hint() {
        var encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return encoding.equals("UTF-8") ? "" : " or not read as UTF-8; start Java with LC_ALL=C.UTF-8, as bin/jrunc does, here it is " + encoding;
    }
}
