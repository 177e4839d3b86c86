package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Markdown file of which a part is the bench's and all else is written by hand. */
final class ResultsFile {
    /** The line before the bench's part. */
    static final String BEGIN = "<!-- From here to the end mark the bench has written it. -->\n";
    /** The line after it. */
    static final String END = "<!-- The end of what the bench has written. -->\n";

    private ResultsFile() {}

    /** Replaces the bench's part. */
    static void write(Path file, String text) throws IOException {
        Files.writeString(file, replaced(Files.exists(file) ? Files.readString(file) : "", text));
    }

    /** {@return the file with another text between the marks; without marks it is put before everything} */
    static String replaced(String file, String text) {
        int begin = file.indexOf(BEGIN);
        int end = file.indexOf(END);
        String part = BEGIN + text + END;
        if (begin < 0 || end < begin) return part + (file.isEmpty() ? "" : "\n" + file);
        return file.substring(0, begin) + part + file.substring(end + END.length());
    }
}
