package jrunc.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which commit is built, as the repository's own files say: the same for everybody who builds it. Not built from a repository,
 * it is unknown.
 *
 * @see <a href="https://git-scm.com/docs/gitrepository-layout">gitrepository-layout(5)</a>
 */
final class Commit {
    private static final String UNKNOWN = "unknown";

    private Commit() {}

    /** {@return the commit's hash, 40 or 64 hexadecimal digits, or "unknown"} */
    static String of(Path directory) throws IOException {
        for (var above = directory.toAbsolutePath().normalize(); above != null; above = above.getParent()) {
            var git = above.resolve(".git");
            if (Files.isDirectory(git)) return head(git);
            if (Files.isRegularFile(git)) return head(above.resolve(text(git).substring("gitdir: ".length()))); // another work tree
        }
        return UNKNOWN;
    }

    private static String head(Path git) throws IOException {
        String head = text(git.resolve("HEAD"));
        if (!head.startsWith("ref: ")) return checked(head);
        String name = head.substring("ref: ".length());
        var common = Files.exists(git.resolve("commondir")) ? git.resolve(text(git.resolve("commondir"))) : git;
        if (Files.exists(common.resolve(name))) return checked(text(common.resolve(name)));
        var packed = common.resolve("packed-refs");
        if (!Files.exists(packed)) return UNKNOWN; // nothing is committed yet
        for (var line : Files.readAllLines(packed)) {
            if (line.endsWith(" " + name)) return checked(line.substring(0, line.indexOf(' ')));
        }
        return UNKNOWN;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static String checked(String hash) {
        return hash.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? hash : UNKNOWN;
    }
}
